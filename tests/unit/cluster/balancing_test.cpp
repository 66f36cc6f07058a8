#include "howdah/cluster/balancing.hpp"

#include "nodes.hpp"

namespace howdah::clustering::test {
namespace {

std::uint32_t state = 1;
double lehmer() {  // minimal standard
    state = static_cast<std::uint32_t>(std::uint64_t{state} * 48'271 % 2'147'483'647);
    return static_cast<double>(state) / 2'147'483'648.0;
}

class balances : public ::testing::Test {
protected:
    std::array<std::int64_t, 3> credits{};
    std::vector<candidate> from{{&credits[0], 1, 0, 0}, {&credits[1], 1, 0, 0}, {&credits[2], 1, 0, 0}};

    void SetUp() override { state = 1; }
    std::array<int, 3> spread(balance by, int calls) {
        std::array<int, 3> out{};
        for (int i = 0; i < calls; ++i) ++out[pick(from, by, lehmer)];
        return out;
    }
};

TEST_F(balances, round_robin_is_exactly_even) {
    EXPECT_EQ(spread(balance::round_robin, 300), (std::array{100, 100, 100}));
}

TEST_F(balances, round_robin_follows_the_weights_and_spreads_the_turns) {
    from[0].weight = 5;
    std::string order;
    for (int i = 0; i < 7; ++i) order += static_cast<char>('a' + pick(from, balance::round_robin, lehmer));
    EXPECT_EQ(order, "aabacaa");
    EXPECT_EQ(spread(balance::round_robin, 700), (std::array{500, 100, 100}));
}

TEST_F(balances, round_robin_stays_even_among_those_that_are_left) {
    spread(balance::round_robin, 100);
    from.pop_back();
    const auto s = spread(balance::round_robin, 100);
    EXPECT_NEAR(s[0], 50, 1);
}

TEST_F(balances, least_connections_takes_who_has_least_to_do_for_its_weight_and_equals_in_turn) {
    from[0].in_use = 4;
    from[1].in_use = 2;
    from[2].in_use = 3;
    EXPECT_EQ(pick(from, balance::least_connections, lehmer), 1U);
    from[0].weight = 4;
    EXPECT_EQ(pick(from, balance::least_connections, lehmer), 0U);
    for (auto& c : from) c = {c.credit, 1, 0, 0};
    credits = {};
    EXPECT_EQ(spread(balance::least_connections, 300), (std::array{100, 100, 100}));
}

TEST_F(balances, random_follows_the_weights) {
    from[2].weight = 2;
    const auto s = spread(balance::random, 4000);
    EXPECT_NEAR(s[0], 1000, 100);
    EXPECT_NEAR(s[1], 1000, 100);
    EXPECT_NEAR(s[2], 2000, 100);
}

TEST_F(balances, two_choices_never_take_the_slowest_and_take_another_when_the_fastest_is_busy) {
    from[0].latency = 100;
    from[1].latency = 200;
    from[2].latency = 1000;
    auto s = spread(balance::two_choices, 3000);
    EXPECT_EQ(s[2], 0) << "of any two one is faster";
    EXPECT_NEAR(s[0], 2000, 150);
    from[0].in_use = 20;
    s = spread(balance::two_choices, 3000);
    EXPECT_EQ(s[0], 0);
    EXPECT_NEAR(s[1], 2000, 150);
}

TEST_F(balances, two_choices_see_to_who_was_never_seen_first) {
    from[0].latency = from[1].latency = 100;
    EXPECT_NEAR(spread(balance::two_choices, 3000)[2], 2000, 150);
}

}  // namespace
}  // namespace howdah::clustering::test
