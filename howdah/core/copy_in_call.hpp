#pragma once

#include <string>
#include <vector>

#include "howdah/core/operation.hpp"
#include "howdah/sql/column.hpp"
#include "howdah/sql/copy_statement.hpp"
#include "howdah/sql/sql.hpp"

namespace howdah::core {

/// COPY ... FROM STDIN. Paused once the server takes data, and again whenever what was given is on its way; done when
/// all is stored, or refused.
///
/// It has the connection (or its transaction) to itself, and its exchange has no Sync before the end: a Sync in the
/// middle would be swallowed by the server as a part of COPY.
class copy_in_call final : public operation {
public:
    /// Text or csv, as the statement says.
    explicit copy_in_call(const statement_text& text);
    /// Binary, with the columns described in front, under the same locks.
    explicit copy_in_call(copy_statement statement);
    ~copy_in_call() override;

    std::string_view text() const noexcept override { return text_; }
    bool may_be_refused_meanwhile() const noexcept override { return true; }
    const column_list& columns() const noexcept { return columns_; }

    /// Data to be sent when the call goes on next; append only.
    bytes& data() noexcept { return data_; }
    /// There is enough of it to be worth a trip.
    bool full() const noexcept { return data_.size() >= chunk; }
    /// When it goes on next, it ends.
    void end_of_data() noexcept { ending_ = true; }
    bool ended() const noexcept { return ending_; }
    std::uint64_t rows_stored() const noexcept { return rows_; }

    static constexpr std::size_t chunk = std::size_t{64} << 10;

private:
    enum class stage : std::uint8_t { fresh, opening, open, ending, complete, failed };

    bool is_simple_query(const engine& e) const noexcept override;
    void advance(engine& e) override;
    std::error_code message(engine& e, char tag, bytes_view body) override;
    std::error_code rows(engine&, bytes_view, std::uint32_t) override { return errc::protocol_violation; }
    void rejected(engine& e, server_message&& m) override;
    void ready(engine& e) override;
    enum fate fate_when_lost() const noexcept override;
    on_abandon leave(engine& e) override;
    bool has_failed_copy_in() const noexcept override { return left_; }

    std::optional<error> check() const;
    void open(engine& e);
    void send_data(engine& e);
    std::error_code command_complete(engine& e, bytes_view body);
    std::error_code turned_out_otherwise(engine& e, const char* why);
    void sync(engine& e);

    std::string text_, describes_;
    std::vector<std::string> before_, after_;
    std::size_t answered_ = 0;  // of all commands, COPY too
    std::optional<error> refusal_;
    column_list columns_;
    bytes data_;
    std::uint64_t rows_ = 0;
    stage stage_ = stage::fresh;
    bool ending_ = false;
    bool synced_ = false;  // its exchange has its end
    bool left_ = false;
};

}  // namespace howdah::core
