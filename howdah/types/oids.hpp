#pragma once
// What of the built-in types is known by name alone; builtin_types.hpp has what pg_type says of them.

#include <cstdint>

#include "howdah/types/generated/oids.hpp"

namespace howdah {

/// Made in the database (CREATE TYPE, an extension, initdb) and not fixed by PostgreSQL's sources: its OID means
/// something only together with the server's catalog (FirstGenbkiObjectId in access/transam.h).
constexpr bool is_user_defined(oid type) noexcept { return static_cast<std::uint32_t>(type) >= 10000; }

}  // namespace howdah
