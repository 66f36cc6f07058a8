#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "howdah/sim/record/recorder.hpp"

namespace howdah::sim {

/// What stands behind `record:`: a folder, and where the server is, "?upstream=DSN" up to the end.
struct record_argument {
    std::string folder, upstream;
};
/// Throws error invalid_option.
record_argument read_record_argument(std::string_view text);

// Connections in this process by `record:ARGUMENT` share one recorder an argument, from the first one to end_recording(), or
// to the process's end. It logs in upstream as the connection string behind it says, or else as the connection's own user.
// Linking howdah::sim is enough for connection strings to find it.

/// Ends it and its connections, and writes the cassette; nullopt: nobody has connected by it. Throws what
/// recorder::finish throws.
std::optional<recorder_report> end_recording(const std::string& argument);

}  // namespace howdah::sim
