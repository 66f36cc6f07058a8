#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "howdah/types/oids.hpp"

namespace howdah {

/// What pg_type.typtype says.
enum class type_kind : std::uint8_t {
    missing,  // it was looked up, and is not there
    base,     // arrays too
    enumeration,
    composite,
    domain,
    range,
    multirange,
    pseudo,
};

/// What a database's catalog says of a type that was made in it.
struct type_description {
    struct attribute {
        std::string name;
        oid type{};
    };

    oid type{};
    std::string schema;
    std::string name;  // an array's as "mood[]"
    type_kind kind = type_kind::missing;
    char delimiter = ',';               // between elements of its arrays
    oid element{};                      // of an array
    oid array{};                        // its arrays
    oid base{};                         // of a domain
    oid bound{};                        // a range's bounds; a multirange's ranges
    std::vector<attribute> attributes;  // of a composite, in their order, without those that were dropped
};

/// Descriptions of types by OID. Built-in types are not in it: oids.hpp knows them.
class type_map {
public:
    /// nullptr: not looked up yet. The description lives as long as the map, if that is not changed.
    const type_description* find(oid type) const noexcept;
    /// Replaces one of the same OID.
    void insert(type_description d);
    std::size_t size() const noexcept { return types_.size(); }

private:
    std::unordered_map<oid, type_description> types_;
};

/// A type, and what is known of types that were made in the database, if anything. Goes wherever an oid goes, and the
/// other way round.
struct type_ref {
    constexpr type_ref(oid t = {}, const type_map* k = nullptr) noexcept : type{t}, known{k} {}
    constexpr operator oid() const noexcept { return type; }

    /// A domain's base type, a domain's over a domain too; else the type itself.
    constexpr type_ref base() const noexcept { return looked_up() ? base_in_map() : *this; }
    /// Of an array; oid{} if it is none, or not known.
    constexpr type_ref element() const noexcept { return looked_up() ? element_in_map() : related(element_of(type)); }
    /// A range's bounds; oid{} if it is none, or not known.
    constexpr type_ref bound() const noexcept { return looked_up() ? bound_in_map() : related(bound_of(type)); }
    /// Between elements of arrays of this type.
    constexpr char delimiter() const noexcept {
        return looked_up() ? delimiter_in_map() : types::find_builtin(type)->delimiter;
    }
    /// nullptr for built-in types, and for those that were not looked up, or not found.
    const type_description* description() const noexcept;
    /// As it is in pg_type; "oid 16402" if not even that is known.
    std::string name() const;
    constexpr type_ref related(oid other) const noexcept { return {other, known}; }

    oid type;
    const type_map* known;

private:
    constexpr bool looked_up() const noexcept { return known != nullptr && is_user_defined(type); }
    type_ref base_in_map() const noexcept;
    type_ref element_in_map() const noexcept;
    type_ref bound_in_map() const noexcept;
    char delimiter_in_map() const noexcept;
};

}  // namespace howdah
