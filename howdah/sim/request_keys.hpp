#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "howdah/base/secret_string.hpp"
#include "howdah/sim/interaction.hpp"
#include "howdah/sim/manifest.hpp"

namespace howdah::sim {

/// Makes keys of requests, the same way while recording and while replaying: canonical values, normalise rules, masks.
/// Threads may share one.
class request_keys {
public:
    /// `key` is that of masks; it is asked for if the policy hides anything. Throws error (missing_key).
    request_keys(const manifest& about, secret_string key);
    request_keys(const request_keys&) = delete;
    request_keys& operator=(const request_keys&) = delete;
    ~request_keys();

    statement_key of(std::string_view sql);
    /// `parameters` as they travelled. Their types where they are known: oid{} if neither the client's Parse nor the server
    /// said it.
    interaction_key of(const statement_key& statement, std::span<const field> parameters);
    /// A simple Query: no parameters.
    interaction_key of_query(std::string_view sql) { return {of(sql), {}}; }

    /// Hides values of a key that was recorded before the policy hid them.
    void hide(interaction_key& key, std::span<const oid> types) const;

    /// What the policy and the normalise rules make of a row, before it is kept.
    void cover(recorded_row& row, const statement_key& statement, std::span<const recorded_column> columns);
    /// And of an answer's other words: where the policy hides anything, and where the statement has a secret, errors and
    /// notices lose what may show values. Nothing else of an answer is changed: rows were covered one by one.
    void cover(answer& given, const statement_key& statement) const;

private:
    struct content;
    std::unique_ptr<content> content_;
};

}  // namespace howdah::sim
