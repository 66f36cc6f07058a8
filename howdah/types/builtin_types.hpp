#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "howdah/types/generated/builtin_types.hpp"

namespace howdah {

namespace types {

inline constexpr builtin_type no_builtin_type{.type = {},
                                              .name = {},
                                              .array = {},
                                              .element = {},
                                              .range = {},
                                              .range_element = {},
                                              .multirange = {},
                                              .multirange_element = {},
                                              .delimiter = ','};

/// Never nullptr: &no_builtin_type if `type` is not built in.
constexpr const builtin_type* find_builtin(oid type) noexcept {
    // Nothing here compares with nullptr: under -fsanitize=undefined GCC 12 has no constant expression for that.
    std::size_t first = 0;
    for (std::size_t last = std::size(builtin_types); first < last;) {
        const auto middle = first + (last - first) / 2;
        if (builtin_types[middle].type < type) first = middle + 1;
        else last = middle;
    }
    const bool found = first < std::size(builtin_types) && builtin_types[first].type == type;
    return found ? &builtin_types[first] : &no_builtin_type;
}

}  // namespace types

/// Its name in pg_type, an array's as "int4[]"; empty if it is not built in.
constexpr std::string_view type_name(oid type) noexcept { return types::find_builtin(type)->name; }

/// The type of arrays of `element`; oid{} if there is none or it is not built in.
constexpr oid array_of(oid element) noexcept { return types::find_builtin(element)->array; }

/// The type of an array's elements; oid{} if `array` is no built-in array.
constexpr oid element_of(oid array) noexcept { return types::find_builtin(array)->element; }

/// The range type over `bound`; oid{} if there is no built-in one.
constexpr oid range_of(oid bound) noexcept { return types::find_builtin(bound)->range; }

/// The type of a range's bounds; oid{} if `range` is no built-in range.
constexpr oid bound_of(oid range) noexcept { return types::find_builtin(range)->range_element; }

/// The type of multiranges of `range`; oid{} if there is no built-in one.
constexpr oid multirange_of(oid range) noexcept { return types::find_builtin(range)->multirange; }

/// The type of a multirange's ranges; oid{} if `multirange` is no built-in multirange.
constexpr oid range_of_multirange(oid multirange) noexcept {
    return types::find_builtin(multirange)->multirange_element;
}

}  // namespace howdah
