#include "tests/bench/system_calls.hpp"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "howdah/blocking/connection.hpp"
#include "howdah/pool/blocking_pool.hpp"
#include "tests/bench/async_run.hpp"
#include "tests/bench/point_select.hpp"

namespace bench {
namespace {

using howdah::testing::route;

constexpr std::int32_t few = 100, many = 1100, more = many - few;

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

/// Without what a pool's threads wait and begin and end with, more or fewer as it happens; one an operation would be
/// `more`.
system_calls without_threads(system_calls calls) {
    constexpr std::int64_t some = 20;
    for (const auto number : {SYS_futex, SYS_clone3, SYS_clone, SYS_exit, SYS_mmap, SYS_munmap, SYS_mprotect,
                              SYS_madvise, SYS_rt_sigprocmask, SYS_set_robust_list, SYS_rseq, SYS_sched_yield})
        if (std::abs(calls[number]) <= some) calls.erase(number);
    return calls;
}

class system_calls_of_a_point_select : public testing::TestWithParam<route> {
protected:
    void SetUp() override {
        if (!trace([] {}).permitted) GTEST_SKIP() << "this system lets no process trace another (ptrace)";
    }
};

TEST(system_calls, are_counted) {
    const auto none = trace([] {});
    if (!none.permitted) GTEST_SKIP() << "this system lets no process trace another (ptrace)";
    const auto five = trace([] {
        for (int i = 0; i < 5; ++i) ::syscall(SYS_getppid);
    });
    EXPECT_EQ(difference(five.calls, none.calls), (system_calls{{SYS_getppid, 5}}));
}

TEST(system_calls, of_work_that_throws_are_a_failure) {
    const auto said = trace([] { throw std::runtime_error{"as the test wants it"}; });
    if (!said.permitted) GTEST_SKIP() << "this system lets no process trace another (ptrace)";
    EXPECT_NE(said.failure, "");
}

TEST_P(system_calls_of_a_point_select, are_one_send_and_one_recv_in_the_blocking_driver) {
    const auto config = config_by(GetParam());
    const auto calls = calls_of_more([&](std::int32_t n) {
        howdah::blocking::connection db{config};
        for (std::int32_t i = 0; i < n; ++i)
            if (db.fetch_one<numbers>(select_numbers, i).i != i) throw std::runtime_error{"a wrong answer"};
    });
    EXPECT_EQ(calls, (system_calls{{SYS_sendto, more}, {SYS_recvfrom, more}}));
}

// Asio tries to read before it waits. The answer may be there already: then that was the one recv.
TEST_P(system_calls_of_a_point_select, are_one_send_one_epoll_wait_and_at_most_two_recvs_in_the_async_driver) {
    const auto config = config_by(GetParam());
    const auto calls = calls_of_more([&](std::int32_t n) {
        run_async(config, [n](howdah::connection& db) -> howdah::awaitable<void> {
            for (std::int32_t i = 0; i < n; ++i) {
                const auto row = co_await db.fetch_one<numbers>(select_numbers, i);
                if (row.i != i) throw std::runtime_error{"a wrong answer"};
            }
        });
    });
    constexpr std::int64_t slack = more / 100;  // idle turns of the loop, timers
    auto rest = calls;
    const auto taken = [&](std::uint64_t number) {
        const auto times = rest[number];
        rest.erase(number);
        return times;
    };
    EXPECT_EQ(taken(SYS_sendto), more);
    EXPECT_NEAR(static_cast<double>(taken(SYS_epoll_wait)), more, slack);
    const auto reads = taken(SYS_recvfrom);
    EXPECT_GE(reads, many - 2 * few - slack);  // each run by itself has one or two a query
    EXPECT_LE(reads, 2 * many - few + slack);
    EXPECT_EQ(rest, system_calls{});
}

// What the pool's own threads do meanwhile is counted too: nothing.
TEST_P(system_calls_of_a_point_select, through_a_blocking_pool_are_those_of_its_connection) {
    const auto config = config_by(GetParam());
    const auto calls = calls_of_more([&](std::int32_t n) {
        howdah::blocking::pool db{config, {.min_connections = 1, .max_connections = 1}};
        for (std::int32_t i = 0; i < n; ++i)
            if (db.fetch_one<numbers>(select_numbers, i).i != i) throw std::runtime_error{"a wrong answer"};
    });
    EXPECT_EQ(without_threads(calls), (system_calls{{SYS_sendto, more}, {SYS_recvfrom, more}}));
}

TEST(system_calls_of_a_blocking_pool, are_none_for_an_acquire_and_a_release) {
    if (!trace([] {}).permitted) GTEST_SKIP() << "this system lets no process trace another (ptrace)";
    const auto config = config_by(route::socket);
    const auto calls = calls_of_more([&](std::int32_t n) {
        howdah::blocking::pool db{config, {.min_connections = 1, .max_connections = 1}};
        for (std::int32_t i = 0; i < n; ++i)
            if (!db.acquire()->open()) throw std::runtime_error{"a closed connection"};
    });
    EXPECT_EQ(without_threads(calls), system_calls{});
}

INSTANTIATE_TEST_SUITE_P(by, system_calls_of_a_point_select, testing::Values(route::socket, route::tcp, route::tls),
                         [](const auto& way) {
                             switch (way.param) {
                                 case route::best: return "best";
                                 case route::tcp: return "tcp";
                                 case route::tls: return "tls";
                                 case route::socket: return "socket";
                             }
                             return "";
                         });

}  // namespace
}  // namespace bench
