#include "howdah/testing/process.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#    include <sys/prctl.h>
#endif

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/failure.hpp"
#include "howdah/testing/launcher.hpp"
#include "howdah/testing/server_user.hpp"

extern char** environ;

namespace howdah::testing {
namespace {

enum class step : int { descriptors, folder, user, death_signal, execute };

const char* to_string(step s) noexcept {
    switch (s) {
        case step::descriptors: return "setting up its input and output";
        case step::folder: return "entering its folder";
        case step::user: return "changing the user";
        case step::death_signal: return "tying its life to ours";
        case step::execute: return "executing it";
    }
    return "?";
}

struct failed_step {
    enum step step;
    int code;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    out.reserve(texts.size() + 1);
    for (auto& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

// PGHOST, PGOPTIONS, PGDATA and their like would steer the programs away from the throwaway server.
std::vector<std::string> environment_of(const launch& how) {
    std::vector<std::string> out;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        const auto name = std::string{text.substr(0, text.find('='))};
        if (!name.starts_with("PG") && !how.environment.contains(name)) out.emplace_back(text);
    }
    for (const auto& [name, value] : how.environment) out.emplace_back(name).append("=").append(value);
    return out;
}

/// Everything the child needs, made before fork: behind it only async-signal-safe calls are allowed.
struct prepared {
    explicit prepared(const launch& l) : how{l}, arguments{l.arguments}, environment{environment_of(l)} {
        if (how.run_as == run_as::server_user) user = &server_user_here();
    }

    const launch& how;
    std::vector<std::string> arguments, environment;
    std::vector<char*> argument_pointers = pointers(arguments), environment_pointers = pointers(environment);
    const server_user* user = nullptr;
    descriptor null = open_file("/dev/null", O_RDWR);
    pid_t parent = ::getpid();
};

void close_others_on_exec(int except) noexcept {
    // An inherited socket or pipe of the caller would keep its other end waiting.
    const long limit = ::sysconf(_SC_OPEN_MAX);
    const int last = limit < 0 || limit > 4096 ? 4096 : static_cast<int>(limit);
#ifdef CLOSE_RANGE_CLOEXEC
    const bool done = ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
#else
    const bool done = false;
#endif
    for (int fd = 3; !done && fd < last; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (except >= 0) ::fcntl(except, F_SETFD, 0);
}

bool set_descriptors(const prepared& p) noexcept {
    const std::array<int, 3> wanted{p.how.input, p.how.output, p.how.errors};
    for (int i = 0; i < 3; ++i) {
        const int from = wanted[static_cast<std::size_t>(i)];
        if (::dup2(from < 0 ? p.null.number() : from, i) < 0) return false;
    }
    close_others_on_exec(p.how.inherited);
    return true;
}

bool die_with_parent([[maybe_unused]] const prepared& p) noexcept {
#ifdef __linux__
    if (::prctl(PR_SET_PDEATHSIG, p.how.death_signal) != 0) return false;
    if (::getppid() != p.parent) ::_exit(127);  // it died before we could ask
#endif
    return true;
}

void restore_signals() noexcept {
    for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void report(int pipe, step s, int code) noexcept {
    const failed_step failed{s, code};
    ::_exit(::write(pipe, &failed, sizeof failed) < 0 ? 126 : 127);
}

// In the child. A session of its own: the terminal's ^C is for the owner, which takes us along.
[[noreturn]] void become_program(const prepared& p, int pipe) noexcept {
    restore_signals();
    ::setsid();
    if (!set_descriptors(p)) report(pipe, step::descriptors, errno);
    if (p.user != nullptr)
        if (const int code = become(*p.user)) report(pipe, step::user, code);
    if (::chdir(p.how.working_folder.c_str()) != 0) report(pipe, step::folder, errno);
    // After the change of user: a change of credentials clears it.
    if (!die_with_parent(p)) report(pipe, step::death_signal, errno);
    ::execve(p.argument_pointers[0], p.argument_pointers.data(), p.environment_pointers.data());
    report(pipe, step::execute, errno);
}

int decode_status(int status) noexcept { return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status); }

/// The fields of /proc/ID/stat from the third (state) on; empty if there is no such process.
std::vector<std::string> stat_of(pid_t id) {
    std::ifstream file{"/proc/" + std::to_string(id) + "/stat"};
    std::string text;
    std::getline(file, text, '\0');  // an iterator would throw where the process ends while it is read
    const auto name_end = text.rfind(") ");
    if (name_end == std::string::npos) return {};
    std::istringstream rest{text.substr(name_end + 2)};
    return {std::istream_iterator<std::string>{rest}, {}};
}

}  // namespace

process::process(const launch& how) : owner_{::getpid()} {
    const prepared p{how};
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail_system("pipe");
    const descriptor in{ends[0]};
    descriptor out{ends[1]};
    id_ = on_lasting_thread([&] {
        const pid_t child = ::fork();
        if (child == 0) become_program(p, ends[1]);
        return child;
    });
    if (id_ < 0) {
        id_ = 0;
        fail_system("starting " + how.arguments[0]);
    }
    out = descriptor{};
    failed_step failed{};
    while (true) {
        const auto n = ::read(in.number(), &failed, sizeof failed);  // ends when exec closes the pipe
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return;
        kill();
        fail_system("starting " + how.arguments[0] + " failed at " + to_string(failed.step), failed.code);
    }
}

process& process::operator=(process&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(exit_status_, other.exit_status_);
    std::swap(owner_, other.owner_);
    return *this;
}

process::~process() { kill(); }

bool process::running() noexcept {
    if (id_ == 0 || owner_ != ::getpid()) return false;
    int status = 0;
    const pid_t got = ::waitpid(id_, &status, WNOHANG);
    if (got == 0 || (got < 0 && errno == EINTR)) return true;
    // ECHILD: someone else reaped it (SIGCHLD ignored); its status is lost, its end is not.
    exit_status_ = got > 0 ? decode_status(status) : 255;
    id_ = 0;
    return false;
}

void process::signal(int number) noexcept {
    if (running()) ::kill(id_, number);
}

bool process::wait(deadline limit) noexcept {
    return poll_until(limit, [&] { return !running(); });
}

void process::kill() noexcept {
    signal(SIGKILL);
    wait(from_now(std::chrono::seconds{30}));  // nothing can refuse SIGKILL, but the disk may be slow
}

outcome run(launch how, std::string_view input, std::chrono::milliseconds timeout) {
    const auto in = nameless_file(), out = nameless_file(), err = nameless_file();
    write_all(in, input);
    if (::lseek(in.number(), 0, SEEK_SET) < 0) fail_system("preparing the input of " + how.arguments[0]);
    how.input = in.number();
    how.output = out.number();
    how.errors = err.number();
    process child{how};
    if (!child.wait(from_now(timeout))) {
        child.kill();
        fail(how.arguments[0] + " was not done after " + std::to_string(timeout.count()) + " ms and was killed\n" +
             read_all(err));
    }
    return {child.exit_status(), read_all(out), read_all(err)};
}

std::string run_or_fail(launch how, std::string_view input, std::chrono::milliseconds timeout) {
    const std::string program = how.arguments.at(0);
    auto said = run(std::move(how), input, timeout);
    if (said.exit_status != 0) {
        fail(program + " failed with status " + std::to_string(said.exit_status) + ":\n" + said.errors + said.output);
    }
    return std::move(said.output);
}

std::string find_program(std::string_view name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders{path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin"};
    for (std::string folder; std::getline(folders, folder, ':');) {
        const auto candidate = std::filesystem::path{folder} / name;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate.string();
    }
    return {};
}

bool is_alive(pid_t id) {
    const auto fields = stat_of(id);
    return !fields.empty() && fields[0] != "Z" && fields[0] != "X";
}

std::vector<pid_t> children_of(pid_t id) {
    std::vector<pid_t> out;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
        const std::string name = entry.path().filename().string();
        pid_t candidate = 0;
        if (std::from_chars(name.data(), name.data() + name.size(), candidate).ec != std::errc{}) continue;
        const auto fields = stat_of(candidate);
        if (fields.size() > 1 && fields[1] == std::to_string(id)) out.push_back(candidate);
    }
    return out;
}

unsigned long long start_time_of(pid_t id) {
    constexpr std::size_t start_time = 19;  // field 22 of proc(5), counted from the state
    const auto fields = stat_of(id);
    return fields.size() > start_time ? std::strtoull(fields[start_time].c_str(), nullptr, 10) : 0;
}

}  // namespace howdah::testing
