#pragma once

#include <string_view>

#include "howdah/config/conninfo.hpp"

namespace howdah::config {

/// True for postgresql:// and postgres://, in lower case as libpq has it.
bool is_uri(std::string_view text) noexcept;

/// Reads postgresql://[user[:password]@][host][:port][,...][/dbname][?keyword=value[&...]] into `out`.
/// Errors: invalid_conninfo with the character's number; nothing of the URI itself is shown, it may be a password.
/// Source: PostgreSQL's documentation, "Connection URIs"; libpq 18.
void read_uri(std::string_view text, conninfo& out);

}  // namespace howdah::config
