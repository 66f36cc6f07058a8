#include "bench/cluster_simulation/reconnecting.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/effort.hpp"

namespace simulation {
namespace {

comeback_case small(comeback by, std::uint64_t seed = 1) {
    return {.by = by, .processes = 20, .callers = 10, .connections = 10, .lasts = 8s, .seed = seed};
}

std::uint32_t all(const std::vector<std::uint32_t>& of) { return std::accumulate(of.begin(), of.end(), 0U); }

TEST(simulated_comeback, a_seed_gives_the_same_run_and_another_one_gives_another) {
    const auto one = simulate(small(comeback::pool));
    EXPECT_EQ(simulate(small(comeback::pool)), one);
    EXPECT_NE(simulate(small(comeback::pool, 2)), one);
}

TEST(simulated_comeback, everybody_is_served_again_whatever_the_way) {
    for (const auto by :
         {comeback::each_caller, comeback::no_pause, comeback::no_jitter, comeback::pool, comeback::cluster}) {
        const auto r = simulate(small(by));
        EXPECT_GT(r.half_served, duration{});
        EXPECT_LT(r.all_served, 3s);
    }
}

TEST(simulated_comeback, a_pool_asks_a_dead_server_once_at_a_time_and_ever_less_often) {
    const auto storm = simulate(small(comeback::each_caller)), pool = simulate(small(comeback::pool));
    EXPECT_LT(pool.attempts_while_down * 20, storm.attempts_while_down);
    EXPECT_LT(pool.attempts_while_down, simulate(small(comeback::no_pause)).attempts_while_down / 20);
}

TEST(simulated_comeback, jitter_takes_the_pools_out_of_step) {
    EXPECT_LT(simulate(small(comeback::pool)).peak_up, simulate(small(comeback::no_jitter)).peak_up);
}

TEST(simulated_comeback, who_connects_no_more_than_once_at_a_time_never_has_more_attempts_under_way_than_pools) {
    for (const auto by : {comeback::pool, comeback::cluster}) {
        auto c = small(by);
        c.connecting = 1;
        const auto r = simulate(c);
        std::uint32_t begun = 0, ended = 0, most = 0;
        // Behind the failover nothing is refused any more, so that what was begun and not accepted is under way. A span's
        // end is the beginning of the next.
        for (auto i = static_cast<std::size_t>(is_back_at / 10ms); i < r.attempts.size(); ++i) {
            begun += r.attempts[i];
            most = std::max(most, begun - std::min(begun, ended));
            if (i < r.accepted.size()) ended += r.accepted[i];
        }
        EXPECT_LE(most, 3 * c.processes) << "one of each pool, and of each monitor, and what began within one span";
        EXPECT_GE(all(r.accepted), c.processes);
    }
}

TEST(simulated_comeback, who_connects_once_at_a_time_serves_its_callers_sooner_by_fewer_connections) {
    for (std::uint64_t seed = 1; seed <= howdah::test::effort(3U, 1U); ++seed) {
        auto c = small(comeback::cluster, seed);
        c.processes = 100;
        const auto as_wanted = simulate(c);
        c.connecting = 1;
        const auto one_at_a_time = simulate(c);
        EXPECT_LT(one_at_a_time.half_served * 3, as_wanted.half_served * 2);
        EXPECT_LT(one_at_a_time.spent_on_connecting, as_wanted.spent_on_connecting);
        EXPECT_LT(one_at_a_time.peak_up * 4, as_wanted.peak_up);
    }
}

TEST(simulated_comeback, a_cluster_refuses_no_write_but_those_that_were_under_way) {
    const auto r = simulate(small(comeback::cluster));
    EXPECT_LE(r.refused_calls, 20U);
    EXPECT_LE(r.peak_down, 2U * small(comeback::cluster).processes);
}

}  // namespace
}  // namespace simulation
