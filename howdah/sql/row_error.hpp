#pragma once

#include <string_view>

#include "howdah/base/error.hpp"
#include "howdah/sql/column.hpp"

namespace howdah {

/// The name of a C++ type as the compiler writes it.
template <class T>
constexpr std::string_view cpp_type_name() noexcept {
    const std::string_view function = __PRETTY_FUNCTION__;
    const auto start = function.find("T = ") + 4;
    const auto end = function.find_first_of(";]", start);
    return function.substr(start, end - start);
}

/// `column "id" (int8, number 1) can't become int: ...`; never shows the value.
error decode_error(std::error_code why, const column& c, std::size_t position, std::string_view cpp_type);
/// The row type has another number of fields than the statement has columns.
error column_count_error(std::span<const column> columns, std::size_t fields, std::string_view cpp_type);
/// A member has no column of its name, or a column has no member.
error column_name_error(std::span<const column> columns, std::string_view name, std::string_view cpp_type);

}  // namespace howdah
