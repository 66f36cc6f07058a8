// What a pool adds to its connections' work: nothing.

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <stdexcept>

#include "howdah/pool/blocking_pool.hpp"
#include "howdah/pool/pool.hpp"
#include "tests/bench/allocations_of.hpp"
#include "tests/bench/async_run.hpp"
#include "tests/bench/calls_of_more.hpp"
#include "tests/bench/point_select.hpp"

namespace bench {
namespace {

using howdah::testing::route;

// Allocations.

TEST(allocations_in_a_blocking_pool, an_acquire_and_a_release_make_none) {
    howdah::blocking::pool db{config_by(route::socket), {.max_connections = 2}};
    EXPECT_EQ(allocations_of([&](std::int32_t) { (void)db.acquire()->open(); }), 0U);
}

TEST(allocations_in_a_blocking_pool, fetch_one_of_numbers_makes_none) {
    howdah::blocking::pool db{config_by(route::socket), {.max_connections = 2}};
    EXPECT_EQ(allocations_of([&](std::int32_t i) { (void)db.fetch_one<numbers>(select_numbers, i); }), 0U);
}

TEST(allocations_in_an_async_pool, an_acquire_and_a_release_make_none) {
    std::uint64_t made = 0;
    run_pool(config_by(route::socket), [&](howdah::pool& db) -> howdah::awaitable<void> {
        co_await count_awaiting(made, [&](std::int32_t) { return db.acquire(); });
    });
    EXPECT_EQ(made, 0U);
}

// System calls.

class system_calls_of_a_pool : public testing::Test {
protected:
    void SetUp() override {
        if (!trace([] {}).permitted) GTEST_SKIP() << "this system lets no process trace another (ptrace)";
    }
    const howdah::connection_config config = config_by(route::socket);
};

using system_calls_of_a_blocking_pool = system_calls_of_a_pool;
using system_calls_of_an_async_pool = system_calls_of_a_pool;

TEST_F(system_calls_of_a_blocking_pool, are_none_for_an_acquire_and_a_release) {
    const auto calls = calls_of_more([&](std::int32_t n) {
        howdah::blocking::pool db{config, {.min_connections = 1, .max_connections = 1}};
        for (std::int32_t i = 0; i < n; ++i)
            if (!db.acquire()->open()) throw std::runtime_error{"a closed connection"};
    });
    EXPECT_EQ(without_noise(calls), system_calls{});
}

// What the pool's own threads do meanwhile is counted too: nothing.
TEST_F(system_calls_of_a_blocking_pool, are_those_of_the_connection_for_a_query) {
    const auto calls = calls_of_more([&](std::int32_t n) {
        howdah::blocking::pool db{config, {.min_connections = 1, .max_connections = 1}};
        for (std::int32_t i = 0; i < n; ++i)
            if (db.fetch_one<numbers>(select_numbers, i).i != i) throw std::runtime_error{"a wrong answer"};
    });
    EXPECT_EQ(without_noise(calls), (system_calls{{SYS_sendto, more}, {SYS_recvfrom, more}}));
}

// Nothing is posted to the loop either: that would wake it by an epoll_wait.
TEST_F(system_calls_of_an_async_pool, are_none_for_an_acquire_and_a_release) {
    const auto calls = calls_of_more([&](std::int32_t n) {
        run_pool(config, [n](howdah::pool& db) -> howdah::awaitable<void> {
            for (std::int32_t i = 0; i < n; ++i) {
                const auto held = co_await db.acquire();
                if (!held->open()) throw std::runtime_error{"a closed connection"};
            }
        });
    });
    EXPECT_EQ(without_noise(calls), system_calls{});
}

TEST_F(system_calls_of_an_async_pool, are_those_of_the_connection_for_a_query) {
    const auto calls = calls_of_more([&](std::int32_t n) {
        run_pool(config, [n](howdah::pool& db) -> howdah::awaitable<void> {
            for (std::int32_t i = 0; i < n; ++i) {
                const auto row = co_await db.fetch_one<numbers>(select_numbers, i);
                if (row.i != i) throw std::runtime_error{"a wrong answer"};
            }
        });
    });
    expect_async_round_trips(calls);
}

}  // namespace
}  // namespace bench
