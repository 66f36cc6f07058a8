#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "howdah/sim/replay/drift_report.hpp"
#include "howdah/sim/replay/replayer.hpp"

namespace howdah::sim {

/// What stands behind `replay:`: a folder, and "?how=loose&repeats=error&latency=x2&faults=FILE".
struct replay_argument {
    std::string folder, faults;
    replay_options options;
};
/// Throws error invalid_option, which names the option.
replay_argument read_replay_argument(std::string_view text);
/// "none", "recorded", "x2", "x0.5"; nullopt for anything else.
std::optional<double> read_latency(std::string_view text);

// Connections in this process by `replay:ARGUMENT` share one replay an argument, from the first one to end_replay().
// Linking howdah::sim is enough for connection strings to find it.

/// Null: nobody has connected by it.
std::shared_ptr<replayer> replay_of(const std::string& argument);
/// Ends it and its connections, and says how it went; nullopt: nobody has connected by it.
std::optional<drift_report> end_replay(const std::string& argument);

}  // namespace howdah::sim
