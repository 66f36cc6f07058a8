#pragma once

#include <optional>

#include "howdah/config/connection_config.hpp"
#include "howdah/tools/doctor_report.hpp"

namespace howdah::tools {

/// Connects as the blocking driver does, and reports every step of every attempt: the hosts' addresses, the socket,
/// TLS, the login. Says goodbye, and gives the configuration of the host that let it in; nullopt if none did.
std::optional<connection_config> dial(const connection_config& config, doctor_report& report);

}  // namespace howdah::tools
