#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "howdah/testing/server_address.hpp"
#include "howdah/testing/server_options.hpp"

namespace howdah::testing {

/// A throwaway server that outlives the command which started it: a small process of its own holds it.
struct sandbox {
    std::string id;  // its folder's name
    pid_t supervisor = 0;
    unsigned long long supervisor_start_time = 0;  // a process id alone may be another's by now
    std::string version;                           // PostgreSQL's own words
    server_address address;
};

/// Starts one and returns when it takes connections. It lives until stop_sandbox, or until the process `owner` ends.
/// Forks: call it before the program has threads. Throws error.
sandbox start_sandbox(const server_options& options, std::optional<pid_t> owner = std::nullopt);

/// The ones that live, of this user. Clears away what dead ones have left.
std::vector<sandbox> list_sandboxes();

/// Stops it and waits until its folder is gone. Throws error.
void stop_sandbox(const sandbox& which);

}  // namespace howdah::testing
