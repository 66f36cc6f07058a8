#include "howdah/sql/row_error.hpp"

#include <string>

namespace howdah {
namespace {

std::string names(std::span<const column> columns) {
    std::string out;
    for (const auto& c : columns) out.append(out.empty() ? "" : ", ").append(c.name);
    return columns.empty() ? "none" : out;
}

std::string_view remedy(std::error_code why) {
    if (why == errc::unexpected_null) return "; use std::optional, or coalesce() in the statement";
    if (why == errc::type_mismatch) return "; cast the column in the statement, or use another C++ type";
    if (why == errc::value_out_of_range) return "; use a wider C++ type";
    return "";
}

}  // namespace

error decode_error(std::error_code why, const column& c, std::size_t position, std::string_view cpp_type) {
    return error{why,
                 describe(c, position) + " can't become " + std::string{cpp_type} + ": " + why.message() +
                     std::string{remedy(why)},
                 fate::executed};
}

error column_count_error(std::span<const column> columns, std::size_t fields, std::string_view cpp_type) {
    return error{errc::column_count_mismatch,
                 std::string{cpp_type} + " takes " + std::to_string(fields) + " columns, the statement gives " +
                     std::to_string(columns.size()) + " (" + names(columns) + ")",
                 fate::executed};
}

error column_name_error(std::span<const column> columns, std::string_view name, std::string_view cpp_type) {
    return error{errc::column_not_found,
                 "no counterpart for \"" + std::string{name} + "\" between " + std::string{cpp_type} +
                     " and the columns (" + names(columns) + ")",
                 fate::executed};
}

}  // namespace howdah
