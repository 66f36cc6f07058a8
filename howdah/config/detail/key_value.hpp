#pragma once

#include <string_view>

#include "howdah/config/conninfo.hpp"

namespace howdah::config {

/// Reads `keyword = value ...` into `out`: values bare or in single quotes, \ before a character takes it as it is.
/// Errors: invalid_conninfo with the character's number.
/// Source: PostgreSQL's documentation, "Keyword/Value Connection Strings"; libpq 18.
void read_key_value(std::string_view text, conninfo& out);

/// Stores a value, or what `requiressl`, libpq's older word for sslmode, says. False: there is no such keyword.
bool store(conninfo& out, std::string_view keyword, std::string_view value);

}  // namespace howdah::config
