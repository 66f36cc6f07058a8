#pragma once

#include <string>
#include <vector>

#include "howdah/core/operation.hpp"
#include "howdah/sql/column.hpp"
#include "howdah/sql/copy_statement.hpp"
#include "howdah/sql/sql.hpp"

namespace howdah::core {

/// COPY ... TO STDOUT. Paused whenever there is a chunk of data to be looked at; nothing is read meanwhile. When it is
/// done, the last chunk is left.
class copy_out_call final : public operation {
public:
    /// Text, csv or binary, as the statement says.
    explicit copy_out_call(const statement_text& text);
    /// Binary, with the columns described in front, under the same locks.
    explicit copy_out_call(copy_statement statement);
    ~copy_out_call() override;

    std::string_view text() const noexcept override { return text_; }
    const column_list& columns() const noexcept { return columns_; }

    /// What has come and is not consumed. Valid until the call goes on.
    bytes_view data() const noexcept { return bytes_view{data_}.subspan(consumed_); }
    /// The first `n` bytes of data() leave it when the call goes on next.
    void consume(std::size_t n) noexcept { consumed_ += n; }
    std::uint64_t rows_copied() const noexcept { return rows_; }

    static constexpr std::size_t chunk = std::size_t{64} << 10;

private:
    enum class stage : std::uint8_t { fresh, opening, open, complete, failed };

    bool is_simple_query(const engine& e) const noexcept override;
    void advance(engine& e) override;
    std::error_code message(engine& e, char tag, bytes_view body) override;
    std::error_code rows(engine&, bytes_view, std::uint32_t) override { return errc::protocol_violation; }
    void rejected(engine& e, server_message&& m) override;
    void ready(engine& e) override;
    on_abandon leave(engine& e) override;

    void open(engine& e);
    void drop_consumed();
    std::error_code take(engine& e, bytes_view part);
    std::error_code copies_in(engine& e);

    std::string text_, describes_;
    std::optional<error> refusal_;
    column_list columns_;
    bytes data_;
    std::size_t consumed_ = 0, left_over_ = 0;
    std::uint64_t rows_ = 0;
    stage stage_ = stage::fresh;
    bool left_ = false;
    bool lost_data_ = false;  // data came once it was left
};

}  // namespace howdah::core
