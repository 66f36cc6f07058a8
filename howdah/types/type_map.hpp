#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "howdah/base/oid.hpp"
#include "howdah/types/type_ref.hpp"

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

}  // namespace howdah
