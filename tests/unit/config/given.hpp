#pragma once

#include <string>
#include <string_view>

#include "howdah/config/conninfo.hpp"

namespace howdah::config {

/// What a connection string sets, as JSON.
inline std::string given(std::string_view text) { return conninfo_json(read_conninfo(text), {.show_password = true}); }

}  // namespace howdah::config
