#pragma once
// Why here: the wire carries OIDs and the types give them meaning.

#include <cstdint>

namespace howdah {

/// A type's object identifier (pg_type.oid). The names of built-in ones are in types/generated/oids.hpp.
enum class oid : std::uint32_t {};

/// Format codes of parameters and columns (protocol, section 55.7).
enum class format : std::uint16_t { text = 0, binary = 1 };

}  // namespace howdah
