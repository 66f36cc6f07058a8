// Routing a call costs no allocation, whatever the policy.
#include "bench/allocation_counter.hpp"
#include "nodes.hpp"

namespace howdah::clustering::test {
namespace {

class routing_without_allocation : public nodes, public ::testing::WithParamInterface<balance> {};

TEST_P(routing_without_allocation, of_a_read_and_of_a_write) {
    for (int i = 0; i < 8; ++i) add("n" + std::to_string(i));
    is_primary(*t.nodes()[0]);
    for (std::size_t i = 1; i < 8; ++i) is_replica(*t.nodes()[i]);
    const auto route = [&](routed_call::kind what) {
        routed_call r{what, read({.by = GetParam()}), now, now + 1s, t.options()};
        ASSERT_EQ(r.next(t, now), routed_call::step::run);
        r.succeeded(t, now);
    };
    const auto before = bench::allocations();
    for (int i = 0; i < 1000; ++i) {
        route(routed_call::kind::read);
        route(routed_call::kind::write);
    }
    EXPECT_EQ(bench::allocations() - before, 0U);
}

INSTANTIATE_TEST_SUITE_P(policies, routing_without_allocation,
                         ::testing::Values(balance::round_robin, balance::least_connections, balance::random,
                                           balance::two_choices),
                         [](const auto& by) {
                             switch (by.param) {
                                 case balance::round_robin: return "round_robin";
                                 case balance::least_connections: return "least_connections";
                                 case balance::random: return "random";
                                 case balance::two_choices: return "two_choices";
                             }
                             return "";
                         });

}  // namespace
}  // namespace howdah::clustering::test
