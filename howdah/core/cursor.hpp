#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "howdah/core/scrolling.hpp"
#include "howdah/core/sinks.hpp"
#include "howdah/sql/row_batch.hpp"
#include "howdah/sql/sql.hpp"

namespace howdah {

/// Where a cursor goes: FETCH and MOVE, in SQL's words.
class cursor_step {
public:
    static cursor_step forward(std::uint64_t rows) { return {"forward " + std::to_string(rows)}; }
    static cursor_step backward(std::uint64_t rows) { return {"backward " + std::to_string(rows)}; }
    static cursor_step forward_all() { return {"forward all"}; }
    static cursor_step backward_all() { return {"backward all"}; }
    /// To a row counted from the first (1), or from the last (-1); 0 is in front of the first.
    static cursor_step absolute(std::int64_t row) { return {"absolute " + std::to_string(row)}; }
    /// By so many rows; 0 is the row that it is on.
    static cursor_step relative(std::int64_t rows) { return {"relative " + std::to_string(rows)}; }
    static cursor_step first() { return {"first"}; }
    static cursor_step last() { return {"last"}; }

    std::string_view words() const noexcept { return words_; }

private:
    cursor_step(std::string words) : words_{std::move(words)} {}  // NOLINT(google-explicit-constructor): private
    std::string words_;
};

namespace core {

enum class holding : std::uint8_t { until_commit, until_closed };

/// DECLARE for a statement, whose parameters stay what they are.
statement_text declare_statement(std::string_view cursor, const statement_text& of, scrolling scroll, holding hold);
statement_text fetch_statement(std::string_view cursor, const cursor_step& where);
statement_text move_statement(std::string_view cursor, const cursor_step& where);
statement_text close_statement(std::string_view cursor);

/// What a FETCH gives: rows of T, or a result.
template <class T>
using cursor_rows = std::conditional_t<std::is_same_v<T, row_view>, untyped_rows, all_rows<T>>;

}  // namespace core
}  // namespace howdah
