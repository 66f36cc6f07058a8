#include "howdah/auth/detail/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <span>

#include "howdah/base/last_error.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): not every system's unistd.h has it

namespace howdah::auth {
namespace {

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t most_output = std::size_t{64} << 10;
constexpr std::size_t most_said = 500;

/// A pipe that the children of other threads do not inherit.
class pipe_ends {
public:
    pipe_ends() {
#ifdef __linux__
        if (::pipe2(ends_.data(), O_CLOEXEC) != 0) return;
#else
        if (::pipe(ends_.data()) != 0) return;
        for (const int end : ends_) ::fcntl(end, F_SETFD, FD_CLOEXEC);
#endif
        ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    }
    pipe_ends(const pipe_ends&) = delete;
    pipe_ends& operator=(const pipe_ends&) = delete;
    ~pipe_ends() {
        close(0);
        close(1);
    }
    bool open() const noexcept { return ends_[0] >= 0; }
    int from() const noexcept { return ends_[0]; }
    int into() const noexcept { return ends_[1]; }
    void close_from() noexcept { close(0); }
    void close_into() noexcept { close(1); }

private:
    void close(std::size_t which) noexcept {
        if (ends_[which] >= 0) ::close(ends_[which]);
        ends_[which] = -1;
    }
    std::array<int, 2> ends_{-1, -1};
};

/// What a child is to have other than its parent: a group of its own, no blocked signals (threads that wait for
/// programs block all), nothing to read.
class child_setup {
public:
    child_setup(const pipe_ends& output, const pipe_ends& errors) {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawn_file_actions_addopen(&files_, 0, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&files_, output.into(), 1);
        ::posix_spawn_file_actions_adddup2(&files_, errors.into(), 2);
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        ::posix_spawnattr_setflags(&attributes_,
                                   POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    child_setup(const child_setup&) = delete;
    child_setup& operator=(const child_setup&) = delete;
    ~child_setup() {
        ::posix_spawn_file_actions_destroy(&files_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    std::error_code start(const std::vector<std::string>& arguments, pid_t& id) const {
        std::vector<char*> words;
        words.reserve(arguments.size() + 1);
        for (const auto& a : arguments) words.push_back(const_cast<char*>(a.c_str()));
        words.push_back(nullptr);
        return {::posix_spawnp(&id, words[0], &files_, &attributes_, words.data(), environ), std::system_category()};
    }

private:
    posix_spawn_file_actions_t files_{};
    posix_spawnattr_t attributes_{};
};

/// Room for what a pipe gives, which never moves, so that no copy of it is left behind. Wiped when it goes.
class kept_output {
public:
    kept_output() { text_.reserve(most_output + 1); }
    kept_output(const kept_output&) = delete;
    kept_output& operator=(const kept_output&) = delete;
    ~kept_output() { wipe(text_.data(), text_.capacity()); }

    /// False: the pipe has ended.
    bool read(int from) {
        const auto at = text_.size();
        text_.resize(text_.capacity());
        const auto n = ::read(from, text_.data() + at, text_.size() - at);
        const bool again = n < 0 && (errno == EAGAIN || errno == EINTR);
        text_.resize(at + (n > 0 ? static_cast<std::size_t>(n) : 0));
        return n > 0 || again;
    }
    bool full() const noexcept { return text_.size() > most_output; }
    secret_string take() const { return secret_string{text_}; }

private:
    std::string text_;
};

int milliseconds_to(clock::time_point deadline) {
    const auto left = std::clamp<clock::duration>(deadline - clock::now(), 0ms, 1h);
    return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
}

outcome read_to_the_end(pipe_ends& output, kept_output& written, pipe_ends& errors, kept_output& said,
                        clock::time_point deadline) {
    while (output.open() || errors.open()) {
        std::array<pollfd, 2> waiting{{{.fd = output.from(), .events = POLLIN, .revents = 0},
                                       {.fd = errors.from(), .events = POLLIN, .revents = 0}}};
        const int ready = ::poll(waiting.data(), waiting.size(), milliseconds_to(deadline));
        if (clock::now() >= deadline) return outcome::too_late;
        if (ready <= 0) continue;
        if (waiting[0].revents != 0 && !written.read(output.from())) output.close_from();
        if (waiting[1].revents != 0 && !said.read(errors.from())) errors.close_from();
        if (written.full() || said.full()) return outcome::too_much;
    }
    return outcome::ended;
}

// Usually it has ended by then: what it held open is closed. No call waits for a child until a given time.
bool wait_for(pid_t id, clock::time_point deadline, int& status) {
    constexpr int pause_ms = 2;
    for (;;) {
        const auto got = ::waitpid(id, &status, WNOHANG);
        if (got == id) return true;
        // Where the application ignores SIGCHLD or waits for every child, the status is not to be had.
        if (got < 0 && errno == ECHILD) return true;
        if (clock::now() >= deadline) return false;
        (void)::poll(nullptr, 0, pause_ms);
    }
}

void kill_group(pid_t id) {
    ::kill(-id, SIGKILL);
    int ignored = 0;
    while (::waitpid(id, &ignored, 0) < 0 && errno == EINTR) continue;
}

}  // namespace

ran_program run(const std::vector<std::string>& arguments, clock::time_point deadline) {
    ran_program out;
    pipe_ends output, errors;
    pid_t id = 0;
    if (!output.open() || !errors.open()) {
        out.reason = last_error();
    } else {
        const child_setup setup{output, errors};
        out.reason = setup.start(arguments, id);
    }
    if (out.reason) {
        out.end = outcome::not_started;
        return out;
    }
    output.close_into();
    errors.close_into();
    kept_output written, said;
    out.end = read_to_the_end(output, written, errors, said, deadline);
    int status = 0;
    if (out.end == outcome::ended && !wait_for(id, deadline, status)) out.end = outcome::too_late;
    if (out.end != outcome::ended) kill_group(id);
    out.status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    out.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    out.output = written.take();
    out.errors = said.take();
    return out;
}

std::string printable(std::string_view said, std::string_view secret) {
    std::string text{said.substr(said.size() - std::min(said.size(), most_said + secret.size()))};
    if (!secret.empty())
        for (auto at = text.find(secret); at != text.npos; at = text.find(secret, at))
            text.replace(at, secret.size(), "********");
    while (text.ends_with('\n')) text.pop_back();
    std::ranges::replace(text, '\n', ' ');
    std::ranges::replace_if(text, [](char c) { return c < ' ' || c > '~'; }, '?');
    if (text.size() > most_said) text.erase(0, text.size() - most_said);
    return text;
}

}  // namespace howdah::auth
