#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "howdah/testing/polling.hpp"

namespace howdah::testing {

enum class run_as {
    caller,
    server_user,  // who may run PostgreSQL's programs
};

/// How a program is started.
struct launch {
    std::vector<std::string> arguments;                   // the program first, by its path
    std::map<std::string, std::string> environment = {};  // on top of the caller's without its PG* variables
    std::string working_folder = "/";
    enum run_as run_as = run_as::caller;
    int input = -1, output = -1, errors = -1;  // -1: /dev/null
    int inherited = -1;                        // one more descriptor that stays open
    int death_signal = SIGKILL;                // sent to it when this process dies (Linux)
};

/// A child process. It is killed when this object, or the process that owns it, goes; a copy of this object in a
/// child made by fork() does nothing.
class process {
public:
    process() = default;
    /// Throws error that names the program and what could not be done.
    explicit process(const launch& how);
    process(process&& other) noexcept
        : id_{std::exchange(other.id_, 0)}, exit_status_{other.exit_status_}, owner_{other.owner_} {}
    process& operator=(process&& other) noexcept;
    ~process();

    /// 0 if it has ended, and was noticed to.
    pid_t id() const noexcept { return id_; }
    bool running() noexcept;
    void signal(int number) noexcept;
    /// True if it has ended before `limit`.
    bool wait(deadline limit) noexcept;
    /// 0: success; 1 to 255: exit status; above: 256 + the signal that killed it. Of one that has ended.
    int exit_status() const noexcept { return exit_status_; }
    /// SIGKILL, and waits for its end.
    void kill() noexcept;

private:
    pid_t id_ = 0;
    int exit_status_ = 0;
    pid_t owner_ = 0;  // who started it
};

/// What a program said that ran to its end.
struct outcome {
    int exit_status = 0;
    std::string output, errors;
};

/// Runs a program to its end, with `input` on its standard input. Throws error if it can't be started or is not done
/// in `timeout` (then it is killed); a failed exit status is the caller's to judge.
outcome run(launch how, std::string_view input, std::chrono::milliseconds timeout);

/// The same; throws error with what the program said if it fails. Returns its output.
std::string run_or_fail(launch how, std::string_view input, std::chrono::milliseconds timeout);

/// The program's path, looked for in PATH; empty if it is not there.
std::string find_program(std::string_view name);

/// Whether a process of that id lives: neither gone nor a zombie.
bool is_alive(pid_t id);

/// The ids of a process's children.
std::vector<pid_t> children_of(pid_t id);

/// When a process began, in the system's own ticks: with the id, it names a process for good. 0 if there is none.
unsigned long long start_time_of(pid_t id);

}  // namespace howdah::testing
