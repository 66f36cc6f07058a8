#pragma once

#include "howdah/config/connection_config.hpp"
#include "howdah/config/conninfo.hpp"

namespace howdah::config {

/// What the keywords' values mean. What Howdah does not do goes to `refused`.
/// Errors: invalid_option that names the keyword (or its variable), and what it may be.
connection_config interpret(const conninfo& info);

}  // namespace howdah::config
