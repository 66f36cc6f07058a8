#pragma once

#include <string>
#include <vector>

#include "howdah/core/operation.hpp"
#include "howdah/sql/result.hpp"
#include "howdah/sql/sql.hpp"

namespace howdah::core {

/// Several statements in one simple Query: no parameters, results as text, one after another. It has the connection
/// to itself, since it may begin transactions; one that it leaves open is rolled back.
class script_call final : public operation {
public:
    explicit script_call(const statement_text& text) noexcept : text_{text} {
        sharing = core::sharing::exclusive;
        may_leave_transaction_ = true;
    }

    std::string_view text() const noexcept override { return text_.text(); }
    std::vector<result> take() { return std::move(results_); }

private:
    bool is_simple_query(const engine&) const noexcept override { return true; }
    void advance(engine& e) override;
    std::error_code message(engine& e, char tag, bytes_view body) override;
    std::error_code rows(engine& e, bytes_view frames, std::uint32_t count) override;
    void rejected(engine& e, server_message&& m) override;
    void ready(engine& e) override;

    statement_text text_;
    std::vector<result> results_;
    bool row_description_open_ = false;
    std::size_t bytes_received_ = 0;  // of all results
    std::uint64_t rows_received_ = 0;
    enum class state : std::uint8_t { running, rolling_back } state_ = state::running;
};

}  // namespace howdah::core
