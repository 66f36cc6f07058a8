#include "tests/bench/system_calls.hpp"

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <system_error>

namespace bench {
namespace {

enum status : int { done = 0, failed = 1, not_permitted = 2 };

// glibc's ptrace() takes an enum of its own, <linux/ptrace.h> has the rest as macros.
long ask(__ptrace_request what, pid_t thread, std::uintptr_t size, void* data) {
    return ::ptrace(what, thread, reinterpret_cast<void*>(size), data);
}

[[noreturn]] void run_as_tracee(const std::function<void()>& work) {
    ::setpgid(0, 0);
    if (ask(PTRACE_TRACEME, 0, 0, nullptr) != 0) ::_exit(not_permitted);
    ::raise(SIGSTOP);
    try {
        work();
    } catch (const std::exception& e) {
        std::fprintf(stderr, "traced: %s\n", e.what());
        ::_exit(failed);
    }
    ::_exit(done);
}

/// What a process that stops or ends means for the count.
class tracer {
public:
    explicit tracer(pid_t child) : child_{child} {}

    traced follow() {
        ::setpgid(child_, child_);  // whichever of the two comes first
        int how = 0;
        pid_t who = ::waitpid(child_, &how, __WALL);
        if (who == child_ && WIFSTOPPED(how)) begin();
        while (who > 0) {
            noticed(who, how);
            who = ::waitpid(-child_, &how, __WALL);
        }
        return std::move(found_);
    }

private:
    void begin() {
        constexpr std::uintptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
        ask(PTRACE_SETOPTIONS, child_, 0, reinterpret_cast<void*>(options));
    }

    void noticed(pid_t who, int how) {
        if (!WIFSTOPPED(how)) {
            if (who == child_) ended(how);
            return;
        }
        constexpr int system_call_stop = SIGTRAP | 0x80;
        const int signal = WSTOPSIG(how);
        if (signal == system_call_stop) count(who);
        // Stops of the tracer's own making are not passed on.
        const bool own = signal == system_call_stop || signal == SIGTRAP || signal == SIGSTOP;
        ask(PTRACE_SYSCALL, who, 0, reinterpret_cast<void*>(std::uintptr_t{own ? 0U : static_cast<unsigned>(signal)}));
    }

    void count(pid_t who) {
        __ptrace_syscall_info at{};
        if (ask(PTRACE_GET_SYSCALL_INFO, who, sizeof at, &at) > 0 && at.op == PTRACE_SYSCALL_INFO_ENTRY)
            ++found_.calls[at.entry.nr];
    }

    void ended(int how) {
        found_.permitted = !(WIFEXITED(how) && WEXITSTATUS(how) == not_permitted);
        if (!WIFEXITED(how) || WEXITSTATUS(how) != done) found_.failure = "the traced process failed";
    }

    pid_t child_;
    traced found_;
};

}  // namespace

traced trace(const std::function<void()>& work) {
    const pid_t child = ::fork();
    if (child < 0) throw std::system_error{errno, std::generic_category(), "fork"};
    if (child == 0) run_as_tracee(work);
    return tracer{child}.follow();
}

system_calls difference(const system_calls& longer, const system_calls& shorter) {
    auto out = longer;
    for (const auto& [number, times] : shorter) out[number] -= times;
    std::erase_if(out, [](const auto& call) { return call.second == 0; });
    return out;
}

}  // namespace bench
