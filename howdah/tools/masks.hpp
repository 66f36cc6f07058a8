#pragma once

#include <CLI/App.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/blocking/connection.hpp"
#include "howdah/core/masked_result.hpp"
#include "howdah/observe/redaction.hpp"
#include "howdah/sql/result.hpp"

namespace howdah::tools {

/// What of a result is printed, by the options --mask and --mask-key-env.
class masks {
public:
    void add_to(CLI::App& command);

    /// What the options say. Throws CLI::ValidationError.
    void read();
    bool empty() const noexcept { return words_.empty(); }
    /// One for each column, once they are read. Asks the server once what tables the columns are of; a rule that fits none is
    /// told on the standard error, here and by masked().
    std::vector<masking> of(blocking::connection& db, std::span<const column> columns) const;
    /// What is printed of a value; nullopt is NULL.
    std::optional<std::string> show(std::optional<std::string_view> value, masking as) const {
        return policy_.show(value, as);
    }
    /// The rows, which are in text format, with what is masked as texts.
    result masked(blocking::connection& db, const result& rows) const;

private:
    void tell_idle_rules(std::span<const column> columns, std::span<const column_origin> origins) const;

    std::vector<std::string> words_;  // as they are typed
    std::string key_variable_;
    std::vector<masking_rule> rules_;
    redaction policy_;
};

}  // namespace howdah::tools
