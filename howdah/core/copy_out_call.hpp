#pragma once

#include <string>
#include <vector>

#include "howdah/core/operation.hpp"
#include "howdah/sql/column.hpp"
#include "howdah/sql/copy_statement.hpp"
#include "howdah/sql/sql.hpp"

namespace howdah::core {

/// COPY ... TO STDOUT. Paused whenever there is something to be looked at; nothing is read meanwhile.
///
/// Bytes are joined to chunks; the last one is left when it is done. Rows in binary, which mostly have a CopyData each,
/// are given where they were read.
class copy_out_call final : public operation {
public:
    /// Text, csv or binary, as the statement says; joined.
    explicit copy_out_call(const statement_text& text);
    /// Binary, with the columns described in front, under the same locks; where it was read.
    explicit copy_out_call(copy_statement statement);
    ~copy_out_call() override;

    std::string_view text() const noexcept override { return text_; }
    const column_list& columns() const noexcept { return columns_; }

    /// Whole CopyData frames, to be taken from their front. Gone when the call goes on, and when it ends.
    bytes_view& frames() noexcept { return frames_; }
    /// What has come, joined, and is not consumed. Valid until the call goes on.
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
    void concluded() override { frames_ = {}; }

    void open(engine& e);
    void drop_consumed();
    bool gives_frames() const noexcept { return !describes_.empty(); }
    std::error_code copy_data(engine& e, bytes_view frames, std::uint32_t count) override;
    std::error_code copies_in(engine& e);

    std::string text_, describes_;
    std::optional<error> refusal_;
    column_list columns_;
    bytes_view frames_;
    bytes data_;
    std::size_t consumed_ = 0, left_over_ = 0;
    std::uint64_t rows_ = 0;
    stage stage_ = stage::fresh;
    bool left_ = false;
    bool lost_data_ = false;  // data came once it was left
};

}  // namespace howdah::core
