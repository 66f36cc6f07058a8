#include "howdah/sql/copy_statement.hpp"

namespace howdah {
namespace {

std::string select_of(const identifier& table, std::span<const std::string_view> columns) {
    return "select " + (columns.empty() ? "*" : quoted_list(columns)) + " from " + table.quoted();
}

std::string with_columns(const identifier& table, std::span<const std::string_view> columns) {
    return "copy " + table.quoted() + (columns.empty() ? "" : " (" + quoted_list(columns) + ")");
}

}  // namespace

copy_statement binary_copy_in(const identifier& table, std::span<const std::string_view> columns) {
    return {.columns = select_of(table, columns), .copy = with_columns(table, columns) + " from stdin (format binary)"};
}

copy_statement binary_copy_out(const identifier& table, std::span<const std::string_view> columns) {
    return {.columns = select_of(table, columns), .copy = with_columns(table, columns) + " to stdout (format binary)"};
}

// The line's end ends a comment that the query may end with.
copy_statement binary_copy_out(std::string_view query) {
    return {.columns = std::string{query}, .copy = "copy (" + std::string{query} + "\n) to stdout (format binary)"};
}

}  // namespace howdah
