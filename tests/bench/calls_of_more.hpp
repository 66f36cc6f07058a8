#pragma once

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <cstdlib>

#include "tests/bench/system_calls.hpp"

namespace bench {

inline constexpr std::int32_t few = 100, many = 1100, more = many - few;

/// What `more` operations ask for. Start-up cancels out, but for a page or two of memory.
template <class Work>
system_calls calls_of_more(Work work) {
    const auto shorter = trace([&] { work(few); });
    const auto longer = trace([&] { work(many); });
    if (!shorter.permitted) return {};
    EXPECT_EQ(shorter.failure, "");
    EXPECT_EQ(longer.failure, "");
    return difference(longer.calls, shorter.calls);
}

/// Without what a pool's threads wait and begin and end with, and the turns of a loop in which it connects: more or fewer
/// as it happens. One an operation would be `more`.
inline system_calls without_noise(system_calls calls) {
    constexpr std::int64_t some = 20;
    for (const auto number :
         {SYS_futex, SYS_clone3, SYS_clone, SYS_exit, SYS_mmap, SYS_munmap, SYS_mprotect, SYS_madvise,
          SYS_rt_sigprocmask, SYS_set_robust_list, SYS_rseq, SYS_sched_yield, SYS_epoll_wait})
        if (std::abs(calls[number]) <= some) calls.erase(number);
    return calls;
}

/// One send, one epoll_wait and at most two recvs a query. Asio tries to read before it waits; the answer may be there
/// already: then that was the one recv.
inline void expect_async_round_trips(system_calls calls) {
    constexpr std::int64_t slack = more / 100;  // idle turns of the loop, timers
    const auto taken = [&](std::uint64_t number) {
        const auto times = calls[number];
        calls.erase(number);
        return times;
    };
    EXPECT_EQ(taken(SYS_sendto), more);
    EXPECT_NEAR(static_cast<double>(taken(SYS_epoll_wait)), more, slack);
    const auto reads = taken(SYS_recvfrom);
    EXPECT_GE(reads, many - 2 * few - slack);  // each run by itself has one or two a query
    EXPECT_LE(reads, 2 * many - few + slack);
    EXPECT_EQ(calls, system_calls{});
}

}  // namespace bench
