#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "howdah/sim/manifest.hpp"
#include "howdah/sim/replay/session_state.hpp"

namespace howdah::sim {

/// What a server reports when a session begins: what the recorded one did, with what this client asked for itself.
session_parameters reported_parameters(const manifest& about, std::string_view user,
                                       const std::vector<std::pair<std::string, std::string>>& startup);

}  // namespace howdah::sim
