#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/sim/record/recording.hpp"
#include "howdah/wire/backend.hpp"

namespace howdah::sim {

using clock = std::chrono::steady_clock;

/// Columns as RowDescription has them.
std::vector<recorded_column> columns_of(const wire::row_description& m);

/// A use of a statement whose answer is coming in: messages become an answer. Rows go to the cassette as they come.
class open_use {
public:
    open_use(recording& into, std::shared_ptr<const statement_key> statement, clock::time_point begun);

    const statement_key& statement() const noexcept { return *statement_; }
    /// Where notices, notifications and parameters go.
    answer& given() noexcept { return given_; }

    /// The columns of the rows that follow, and the formats they travel in.
    void describe(std::vector<recorded_column> columns, std::vector<format> formats);
    /// Of Bind: what a row travels in until it is described.
    void set_formats(std::vector<format> formats) { formats_ = std::move(formats); }
    /// DataRow. Errors: what `reader` says of a malformed one.
    std::error_code add_row(bytes_view body);

    void begin_copy(recorded_copy::direction where, const wire::copy_response& m);
    /// COPY IN whose data has not ended.
    bool copying_in() const noexcept { return copies_in_; }
    void add_copy_data(bytes_view data);
    void end_copy_in(recorded_copy::ending how);

    /// CommandComplete, EmptyQueryResponse, or the portal's end before its rows'.
    void end_result(recorded_result::ending how, std::string_view tag = {});
    /// A result has begun and not ended.
    bool in_result() const noexcept { return current_.has_value(); }
    void fail(server_message why, refused_at where);
    bool has_failed() const noexcept { return given_.error.has_value(); }

    answer finish(clock::time_point now);

private:
    recorded_result& current();

    recording& into_;
    std::shared_ptr<const statement_key> statement_;
    clock::time_point begun_;
    answer given_;
    std::vector<format> formats_;
    std::optional<std::vector<recorded_column>> columns_;
    std::optional<recorded_result> current_;
    std::optional<row_writer> rows_;  // of the current result, or of its copy
    bool copies_in_ = false;
};

}  // namespace howdah::sim
