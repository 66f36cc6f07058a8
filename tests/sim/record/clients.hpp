#pragma once

#include <optional>
#include <string>
#include <vector>

namespace howdah::sim {

/// Where a client is to connect to, as the role app.
struct client_target {
    std::string port, password;
};

/// A program of another language with its own driver, and a script that it runs.
struct client {
    std::string name;
    /// What runs it; empty if that is not installed.
    std::vector<std::string> command;
    std::string missing;  // what is to be installed then
    std::string input{};  // a file's name among the scripts: read on standard input
};

/// All that the tests know.
std::vector<client> all_clients();

/// What it prints, and its exit status where that is not 0. What differs from run to run (times, process ids) is left out.
std::string output_of(const client& which, const client_target& at);

}  // namespace howdah::sim
