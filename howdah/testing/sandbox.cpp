#include "howdah/testing/sandbox.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/failure.hpp"
#include "howdah/testing/flat_json.hpp"
#include "howdah/testing/folders.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/process.hpp"
#include "howdah/testing/server.hpp"

namespace howdah::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// A download of PostgreSQL may be part of a start.
constexpr std::chrono::minutes start_timeout{15};
constexpr std::chrono::seconds stop_timeout{60};

fs::path state_file(const fs::path& folder) { return folder / "sandbox.json"; }

std::string to_json(const sandbox& s) {
    const std::string address = s.address.to_json();
    return "{\"id\":" + json_string(s.id) + ",\"pid\":" + std::to_string(s.supervisor) +
           ",\"start_time\":" + std::to_string(s.supervisor_start_time) + ",\"version\":" + json_string(s.version) +
           ',' + address.substr(1);
}

sandbox from_json(const std::string& text) {
    const auto object = parse_flat_json(text);
    const auto member = [&](const char* name) {
        const auto found = object.find(name);
        if (found == object.end() || !found->second.text) fail("a sandbox's description lacks " + std::string{name});
        return *found->second.text;
    };
    return {.id = member("id"),
            .supervisor = static_cast<pid_t>(std::strtol(member("pid").c_str(), nullptr, 10)),
            .supervisor_start_time = std::strtoull(member("start_time").c_str(), nullptr, 10),
            .version = member("version"),
            .address = server_address::from_json(text)};
}

void write_state(const sandbox& s) {
    const auto path = state_file(s.address.dir), part = fs::path{path.string() + ".part"};
    write_all(open_file(part.string(), O_WRONLY | O_CREAT | O_TRUNC), to_json(s));
    fs::rename(part, path);  // whoever lists sees all of it or nothing
}

/// Becomes readable when the process ends. Pins its identity: a later process of that id is another one.
descriptor watch(pid_t id) { return descriptor{static_cast<int>(::syscall(SYS_pidfd_open, id, 0U))}; }

descriptor watch_stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, number);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    descriptor out{::signalfd(-1, &signals, SFD_CLOEXEC)};
    if (!out) fail_system("signalfd");
    return out;
}

/// Waits until someone asks for the end: a signal, the owner's end, or the end of the last node.
void wait_for_end(const descriptor& signals, const descriptor& owner, server& held) {
    std::vector<descriptor> nodes;
    nodes.push_back(watch(held.primary().process_id()));
    for (std::size_t i = 0; i < held.replica_count(); ++i) nodes.push_back(watch(held.replica(i).process_id()));
    std::vector<pollfd> watched{{signals.number(), POLLIN, 0}, {owner.number(), POLLIN, 0}};
    for (const auto& node : nodes) watched.push_back({node.number(), POLLIN, 0});
    for (std::size_t left = nodes.size(); left > 0;) {
        if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) fail_system("poll");
        if (watched[0].revents != 0 || watched[1].revents != 0) return;
        for (std::size_t i = 2; i < watched.size(); ++i) {
            if (watched[i].fd < 0 || watched[i].revents == 0) continue;
            watched[i].fd = -1;  // poll leaves it out
            --left;
        }
    }
}

void redirect_to_null(std::initializer_list<int> numbers) {
    const auto null = open_file("/dev/null", O_RDWR);
    for (const int number : numbers)
        if (::dup2(null.number(), number) < 0) fail_system("dup2");
}

/// Sends the starting command its answer: '+' and the state, or '-' and what went wrong.
void answer(const descriptor& pipe, char kind, const std::string& text) { write_all(pipe, kind + text); }

/// The life of the process that holds the server.
void supervise(const server_options& options, const descriptor& owner, descriptor& pipe) {
    const auto signals = watch_stop_signals();
    ::signal(SIGPIPE, SIG_IGN);  // the starting command may have gone
    server held{options};
    const pid_t self = ::getpid();
    const sandbox state{.id = fs::path{held.folder()}.filename().string(),
                        .supervisor = self,
                        .supervisor_start_time = start_time_of(self),
                        .version = held.full_version(),
                        .address = held.address()};
    write_state(state);
    answer(pipe, '+', to_json(state));
    pipe = descriptor{};
    redirect_to_null({STDERR_FILENO});
    wait_for_end(signals, owner, held);
}

/// In the second child: nobody's terminal, nobody's pipes.
[[noreturn]] void run_supervisor(const server_options& options, const descriptor& owner, descriptor pipe) {
    try {
        ::umask(022);
        if (::chdir("/") != 0) fail_system("chdir");
        redirect_to_null({STDIN_FILENO, STDOUT_FILENO});
        supervise(options, owner, pipe);
        std::_Exit(0);
    } catch (const std::exception& e) {
        const std::string text = std::string{"-"} + e.what();
        // If the starting command is gone as well, there is nobody left to tell.
        std::_Exit(::write(pipe.number(), text.data(), text.size()) < 0 ? 2 : 1);
    }
}

void close_all_but(int a, int b) {
    const auto last = static_cast<unsigned>(std::max(a, b)), first = static_cast<unsigned>(std::min(a, b));
    const auto close_between = [](unsigned from, unsigned to) {
        if (from <= to) ::syscall(SYS_close_range, from, to, 0U);
    };
    close_between(3, first - 1);
    close_between(first + 1, last - 1);
    close_between(last + 1, ~0U);
}

std::string read_answer(const descriptor& pipe) {
    std::string text;
    std::array<char, 4096> block;
    const auto limit = from_now(start_timeout);
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(limit - std::chrono::steady_clock::now());
        pollfd watched{pipe.number(), POLLIN, 0};
        if (left.count() <= 0 || ::poll(&watched, 1, static_cast<int>(left.count())) == 0)
            fail("the sandbox was not ready after 15 minutes");
        const auto n = ::read(pipe.number(), block.data(), block.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail_system("waiting for the sandbox");
        if (n == 0) return text;
        text.append(block.data(), static_cast<std::size_t>(n));
    }
}

}  // namespace

sandbox start_sandbox(const server_options& options, std::optional<pid_t> owner) {
    options.validate();
    const auto owner_watch = owner ? watch(*owner) : descriptor{};
    if (owner && !owner_watch) fail_system("the owner, process " + std::to_string(*owner));
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail_system("pipe");
    const descriptor in{ends[0]};
    descriptor out{ends[1]};
    const pid_t child = ::fork();
    if (child < 0) fail_system("fork");
    if (child == 0) {
        // Twice: the supervisor then is nobody's child and can never get a terminal.
        ::setsid();
        const pid_t second = ::fork();
        if (second != 0) ::_exit(second < 0 ? 1 : 0);
        close_all_but(ends[1], owner_watch ? owner_watch.number() : ends[1]);
        run_supervisor(options, owner_watch, std::move(out));
    }
    out = descriptor{};
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    const auto text = read_answer(in);
    if (text.starts_with('+')) return from_json(text.substr(1));
    fail(text.empty() ? "the sandbox's process ended without a word" : text.substr(1));
}

std::vector<sandbox> list_sandboxes() {
    remove_dead_server_folders();
    std::vector<sandbox> out;
    for (const auto& folder : live_server_folders()) {
        std::ifstream file{state_file(folder)};  // absent: a program's own server, or one that is just starting
        if (file) out.push_back(from_json(std::string{std::istreambuf_iterator<char>{file}, {}}));
    }
    return out;
}

void stop_sandbox(const sandbox& which) {
    const auto supervisor = watch(which.supervisor);
    if (supervisor && start_time_of(which.supervisor) == which.supervisor_start_time) {
        ::kill(which.supervisor, SIGTERM);
        pollfd watched{supervisor.number(), POLLIN, 0};
        const auto timeout = std::chrono::milliseconds{stop_timeout};
        if (::poll(&watched, 1, static_cast<int>(timeout.count())) == 0) ::kill(which.supervisor, SIGKILL);
    }
    const auto gone = [&] {
        remove_dead_server_folders();
        return !fs::exists(which.address.dir);
    };
    if (!poll_until(from_now(stop_timeout), gone)) fail("sandbox " + which.id + " did not stop in time");
}

}  // namespace howdah::testing
