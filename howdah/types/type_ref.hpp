#pragma once

#include <string>
#include <string_view>

#include "howdah/base/oid.hpp"
#include "howdah/types/oids.hpp"

namespace howdah {

struct type_description;
class type_map;

/// A type, and what is known of types that were made in the database, if anything. Goes wherever an oid goes, and the
/// other way round.
struct type_ref {
    constexpr type_ref(oid t = {}, const type_map* k = nullptr) noexcept : type{t}, known{k} {}
    constexpr operator oid() const noexcept { return type; }

    /// A domain's base type, a domain's over a domain too; else the type itself.
    constexpr type_ref base() const noexcept { return looked_up() ? base_in_map() : *this; }
    /// Of an array; oid{} if it is none, or not known.
    type_ref element() const noexcept;
    /// A range's bounds; oid{} if it is none, or not known.
    type_ref bound() const noexcept;
    /// Between elements of arrays of this type.
    char delimiter() const noexcept;
    /// nullptr for built-in types, and for those that were not looked up, or not found.
    const type_description* description() const noexcept;
    /// Nothing is known of it, or that this is its name.
    bool may_be_called(std::string_view name) const noexcept;
    /// As it is in pg_type; "oid 16402" if not even that is known.
    std::string name() const;
    constexpr type_ref related(oid other) const noexcept { return {other, known}; }

    oid type;
    const type_map* known;

private:
    constexpr bool looked_up() const noexcept { return known != nullptr && is_user_defined(type); }
    type_ref base_in_map() const noexcept;
};

}  // namespace howdah
