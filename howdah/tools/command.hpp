#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace howdah::tools {

/// What the command exits with.
enum class exit_status : int {
    done = 0,
    failed = 1,     // a server or connection error
    bad_usage = 2,  // the command line is wrong
    drifted = 3,    // a replay was not as recorded
};

/// Thrown by a subcommand that has said everything there is to say, and failed.
struct exit_now {
    exit_status status;
};

// Each subcommand is one file with one function, which adds it to the application and sets its callback. A callback
// returns when all went well; it throws an exception otherwise: CLI::ValidationError for bad usage, exit_now without
// further words, anything else for a failure whose what() is printed. To add one: a line here, its name in main.cpp's
// list, its file in CMakeLists.txt.
void add_audit(CLI::App& howdah);
void add_auth(CLI::App& howdah);
void add_cassette(CLI::App& howdah);
void add_cluster(CLI::App& howdah);
void add_completion(CLI::App& howdah);
void add_conninfo(CLI::App& howdah);
void add_copy(CLI::App& howdah);
void add_doctor(CLI::App& howdah);
void add_fingerprint(CLI::App& howdah);
void add_listen(CLI::App& howdah);
void add_notify(CLI::App& howdah);
void add_query(CLI::App& howdah);
void add_record(CLI::App& howdah);
void add_replay(CLI::App& howdah);
void add_sandbox(CLI::App& howdah);
void add_types(CLI::App& howdah);

}  // namespace howdah::tools
