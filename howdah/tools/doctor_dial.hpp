#pragma once

#include <optional>

#include "howdah/blocking/connection.hpp"
#include "howdah/tools/doctor_report.hpp"

namespace howdah::tools {

/// Connects as the blocking driver does, and reports every step of every attempt: the hosts' addresses, the socket,
/// TLS, the login. nullopt if no attempt succeeds.
std::optional<blocking::detail::target> dial(const connection_config& config, doctor_report& report);

}  // namespace howdah::tools
