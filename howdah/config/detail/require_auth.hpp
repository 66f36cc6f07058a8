#pragma once

#include <string_view>

#include "howdah/config/connection_config.hpp"

namespace howdah::config {

/// Reads libpq's require_auth: "scram-sha-256,md5", or "!password,!md5" for all but these. An empty one allows a
/// server that asks for nothing. `label` is for messages.
/// Errors: invalid_option (unknown method, one named twice, both kinds in one list).
auth_methods parse_require_auth(std::string_view list, std::string_view label);

}  // namespace howdah::config
