#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>

#include "howdah/types/generated/oids.hpp"

namespace howdah {

namespace types {

/// nullptr if `type` is not built in.
constexpr const builtin_type* find_builtin(oid type) noexcept {
    const auto* found = std::ranges::lower_bound(builtin_types, type, {}, &builtin_type::type);
    return found != std::end(builtin_types) && found->type == type ? found : nullptr;
}

}  // namespace types

/// Made in the database (CREATE TYPE, an extension, initdb) and not fixed by PostgreSQL's sources: its OID means
/// something only together with the server's catalog (FirstGenbkiObjectId in access/transam.h).
constexpr bool is_user_defined(oid type) noexcept { return static_cast<std::uint32_t>(type) >= 10000; }

/// Its name in pg_type, an array's as "int4[]"; empty if it is not built in.
constexpr std::string_view type_name(oid type) noexcept {
    const auto* found = types::find_builtin(type);
    return found == nullptr ? std::string_view{} : found->name;
}

/// The type of arrays of `element`; oid{} if there is none or it is not built in.
constexpr oid array_of(oid element) noexcept {
    const auto* found = types::find_builtin(element);
    return found == nullptr ? oid{} : found->array;
}

/// The type of an array's elements; oid{} if `array` is no built-in array.
constexpr oid element_of(oid array) noexcept {
    const auto* found = types::find_builtin(array);
    return found == nullptr ? oid{} : found->element;
}

/// The range type over `bound`; oid{} if there is no built-in one.
constexpr oid range_of(oid bound) noexcept {
    const auto* found = types::find_builtin(bound);
    return found == nullptr ? oid{} : found->range;
}

/// The type of a range's bounds; oid{} if `range` is no built-in range.
constexpr oid bound_of(oid range) noexcept {
    const auto* found = types::find_builtin(range);
    return found == nullptr ? oid{} : found->range_element;
}

}  // namespace howdah
