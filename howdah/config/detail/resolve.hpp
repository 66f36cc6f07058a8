#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "howdah/config/connection_config.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/config/detail/environment.hpp"

namespace howdah::config {

/// The folder of the local server's socket: Debian's /var/run/postgresql, else /tmp; "localhost" if there is neither.
std::string_view default_host();

/// What messages call a keyword: its variable too, or the service file, if that is where its value came from.
std::string label_of(const conninfo& info, std::string_view keyword);

/// Pairs `host`, `hostaddr` and `port`; what is empty gets its default.
/// Errors: invalid_conninfo (the counts do not match), invalid_option (a port that is none).
std::vector<endpoint> endpoints(const conninfo& info);

/// Fills in what the string leaves open: service, environment, defaults, user, database, host, passfile.
void resolve(conninfo& info, const conninfo_options& options, const environment& environment);

/// PGDATESTYLE, PGTZ and PGGEQO: variables that libpq turns into parameters of the session.
void add_server_settings(connection_config& config, const environment& environment);

/// Each host's own password, if resolve() found the passwords in the passfile, or why it was not read.
void add_host_passwords(connection_config& config, const conninfo& info);

}  // namespace howdah::config
