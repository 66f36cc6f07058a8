#include "howdah/sim/replay/order_tracker.hpp"

#include <gtest/gtest.h>

namespace howdah::sim {
namespace {

TEST(order_tracker, a_request_behind_one_that_was_recorded_after_it_is_out_of_order) {
    order_tracker order{{{"a", "b", "c", "a"}}};
    order_track mine;
    EXPECT_FALSE(order.follow(mine, "a"));
    EXPECT_FALSE(order.follow(mine, "c"));  // b is left out so far
    EXPECT_EQ(order.follow(mine, "b"), "c");
    EXPECT_FALSE(order.follow(mine, "a"));
    EXPECT_FALSE(order.follow(mine, "a"));  // once more than it was recorded
}

TEST(order_tracker, each_session_follows_a_recorded_one_that_began_the_same_way) {
    order_tracker order{{{"a", "b"}, {"a", "c"}, {"x", "y"}}};
    order_track first, second, third, fourth;
    EXPECT_FALSE(order.follow(first, "a"));
    EXPECT_FALSE(order.follow(second, "a"));
    EXPECT_FALSE(order.follow(third, "x"));
    EXPECT_FALSE(order.follow(fourth, "y"));  // nobody began so: nothing is known
    EXPECT_EQ(order.comes_next(first, "b"), true);
    EXPECT_EQ(order.comes_next(second, "b"), false);
    EXPECT_EQ(order.comes_next(fourth, "b"), std::nullopt);
}

}  // namespace
}  // namespace howdah::sim
