#include "bench/cluster_simulation/routing.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/effort.hpp"

namespace simulation {
namespace {

using howdah::balance;

constexpr std::uint64_t last_seed = howdah::test::effort(3U, 1U);

routing_case small(balance by, trouble with, std::uint64_t seed = 1) {
    return {.by = by, .with = with, .processes = 20, .callers = 20, .replicas = 8, .lasts = 2s, .seed = seed};
}

TEST(simulated_routing, a_seed_gives_the_same_run_and_another_one_gives_another) {
    const auto one = simulate(small(balance::two_choices, trouble::slow));
    EXPECT_EQ(simulate(small(balance::two_choices, trouble::slow)), one);
    EXPECT_NE(simulate(small(balance::two_choices, trouble::slow, 2)), one);
}

TEST(simulated_routing, round_robin_is_within_five_percent_of_even) {
    for (std::uint64_t seed = 1; seed <= last_seed; ++seed) {
        const auto r = simulate(small(balance::round_robin, trouble::none, seed));
        const auto even = static_cast<double>(r.calls) / static_cast<double>(r.of_replica.size());
        for (const auto n : r.of_replica) EXPECT_NEAR(static_cast<double>(n), even, even * 0.05);
    }
}

TEST(simulated_routing, two_choices_keep_clear_of_a_slow_node_that_round_robin_and_random_run_into) {
    for (std::uint64_t seed = 1; seed <= last_seed; ++seed) {
        const auto two = simulate(small(balance::two_choices, trouble::slow, seed));
        for (const auto other : {balance::round_robin, balance::random}) {
            const auto r = simulate(small(other, trouble::slow, seed));
            EXPECT_LT(two.p99 * 5, r.p99);
            EXPECT_GT(two.calls, r.calls * 2) << "whoever waits there asks for nothing else";
        }
    }
}

TEST(simulated_routing, no_read_fails_by_a_node_that_dies) {
    for (const auto by : {balance::round_robin, balance::random, balance::least_connections, balance::two_choices}) {
        const auto r = simulate(small(by, trouble::dead));
        EXPECT_EQ(r.failed, 0U);
        EXPECT_EQ(r.of_replica.front(), 0U) << "it gets calls after its death";
        EXPECT_GT(r.calls, 1'000U);
    }
}

TEST(simulated_routing, no_read_sees_what_is_older_than_max_lag_and_two_probes) {
    auto c = small(balance::round_robin, trouble::lag);
    c.lasts = 8s;
    c.processes = 5;
    const auto bounded = simulate(c);
    EXPECT_LE(bounded.stalest, c.max_lag + 2 * howdah::cluster_options{}.probe_interval);
    c.max_lag = {};
    EXPECT_GT(simulate(c).stalest, bounded.stalest);
}

}  // namespace
}  // namespace simulation
