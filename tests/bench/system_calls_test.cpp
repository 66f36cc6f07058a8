#include "tests/bench/system_calls.hpp"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <stdexcept>

#include "howdah/blocking/blocking.hpp"
#include "tests/bench/async_run.hpp"
#include "tests/bench/calls_of_more.hpp"
#include "tests/bench/point_select.hpp"

namespace bench {
namespace {

using howdah::testing::route;

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
    expect_async_round_trips(calls);
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
