#pragma once

#include <string>
#include <string_view>

#include "howdah/config/conninfo.hpp"
#include "howdah/config/detail/environment.hpp"

namespace howdah::config {

/// Sets from the service that `service` or PGSERVICE names what was not said before; nothing if none is named.
/// Asks PGSERVICEFILE or ~/.pg_service.conf, then pg_service.conf in PGSYSCONFDIR or the system's folder.
/// Errors: invalid_conninfo (no such service, no such file, a line that can't be read).
/// Source: PostgreSQL's documentation, "The Connection Service File"; libpq 18.
void add_service(conninfo& info, const environment& environment);

enum class service_found { no, yes };

/// Reads the section [service] of a service file's text; `path` is for messages.
service_found read_service(std::string_view text, const std::string& path, std::string_view service, conninfo& info);

}  // namespace howdah::config
