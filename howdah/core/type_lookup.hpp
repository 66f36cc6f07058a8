#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "howdah/core/sinks.hpp"
#include "howdah/core/statement.hpp"
#include "howdah/sql/type_catalog.hpp"

namespace howdah::core {

/// Asks the server what types are that were made in its database, then what those are made of, until all is known.
/// Each round is an exchange of the call that needs them.
class type_lookup {
public:
    explicit type_lookup(std::vector<oid> types);

    /// The next round's statement.
    std::error_code write(engine& e, bytes& out);
    statement::progress message(engine& e, char tag, bytes_view body) { return round_->asked.message(e, tag, body); }
    std::error_code rows(engine& e, bytes_view frames, std::uint32_t count) {
        return round_->asked.rows(e, frames, count);
    }
    void rejected(engine& e, server_message&& m);
    /// The round is answered. True: there is another one. When there is none, the engine's catalog knows them all.
    bool next(engine& e);
    /// The round is to be asked for again.
    void restart() noexcept;
    std::optional<error> take_failure() noexcept { return std::move(failure_); }

private:
    struct round {
        explicit round(std::vector<oid> types, const statement_text& text);

        std::vector<oid> wanted;
        parameter_view parameter;
        all_rows<catalog_row> answer;
        statement asked;
    };
    void keep_answer();

    std::vector<oid> wanted_;
    std::unique_ptr<round> round_;
    std::vector<type_description> found_;
    std::optional<error> failure_;
    bool again_ = false;
};

}  // namespace howdah::core
