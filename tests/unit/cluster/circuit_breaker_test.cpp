#include "howdah/cluster/circuit_breaker.hpp"

#include <gtest/gtest.h>

namespace howdah::clustering {
namespace {

using namespace std::chrono_literals;

class breaker : public ::testing::Test {
protected:
    cluster_options options{};
    circuit_breaker b;
    clock::time_point now{1h};

    void fail(int times) {
        for (int i = 0; i < times; ++i) {
            b.began();
            b.failed(options, now);
        }
    }
};

TEST_F(breaker, opens_after_so_many_failures_in_a_row) {
    fail(2);
    b.began();
    b.succeeded();
    fail(2);
    EXPECT_EQ(b.state(now), breaker_state::closed);
    fail(1);
    EXPECT_EQ(b.state(now), breaker_state::open);
    EXPECT_FALSE(b.admits(now));
}

TEST_F(breaker, half_open_admits_one_call_and_a_success_closes_it) {
    fail(3);
    now += options.first_break;
    EXPECT_EQ(b.state(now), breaker_state::half_open);
    ASSERT_TRUE(b.admits(now));
    b.began();
    EXPECT_FALSE(b.admits(now));
    b.succeeded();
    EXPECT_EQ(b.state(now), breaker_state::closed);
    EXPECT_TRUE(b.admits(now));
}

TEST_F(breaker, a_trial_that_fails_doubles_the_break_up_to_the_longest) {
    fail(3);
    auto expected = options.first_break;
    for (int i = 0; i < 10; ++i) {
        now += expected;
        ASSERT_EQ(b.state(now - 1ms), breaker_state::open) << i;
        ASSERT_TRUE(b.admits(now)) << i;
        fail(1);
        expected = std::min(expected * 2, options.longest_break);
    }
    EXPECT_EQ(expected, options.longest_break);
}

TEST_F(breaker, calls_that_were_under_way_when_it_opened_do_not_prolong_the_break) {
    for (int i = 0; i < 6; ++i) b.began();
    for (int i = 0; i < 6; ++i) b.failed(options, now);
    EXPECT_TRUE(b.admits(now + options.first_break));
}

TEST_F(breaker, a_trial_that_is_given_up_lets_another_one_try) {
    fail(3);
    now += options.first_break;
    b.began();
    b.ended();
    EXPECT_TRUE(b.admits(now));
}

}  // namespace
}  // namespace howdah::clustering
