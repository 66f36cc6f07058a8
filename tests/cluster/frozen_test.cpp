// Nodes that say nothing any more and refuse nothing: SIGSTOP to all of their processes, under load.
#include "tests/cluster/both_clusters.hpp"

namespace howdah::test {
namespace {

// Calls that are never answered end by the monitor's word: nobody waits for the deadline of its own.
std::string patient_dsn(testing::server& s) { return cluster_dsn(s) + "&query_timeout=120s"; }

cluster_options quick() {
    cluster_options o;
    o.probe_interval = 200ms;
    o.probe_timeout = 500ms;
    o.node_timeout = 60s;
    o.pool.max_connections = 4;  // fewer than there are readers: some wait in the pool of a node that says nothing
    return o;
}

template <class D>
class frozen_node : public with_cluster<D> {};
TYPED_TEST_SUITE(frozen_node, both_clusters);

TYPED_TEST(frozen_node, a_replica_is_left_by_all_who_wait_for_it_and_used_again_when_it_goes_on) {
    auto& s = shared_cluster();
    auto& frozen = s.replica(0);
    this->open(patient_dsn(s), quick());
    this->all_known();
    this->begin_reading(12);
    this->more_reads();
    frozen.freeze();
    this->comes("its role", [&] { return this->role_of(frozen) == node_role::unknown; });
    this->comes("the end of its calls", [&] { return this->status_of(frozen).in_use == 0; });
    EXPECT_GT(this->events->reroutes, 0) << "what was on its way ran on another node";
    this->more_reads();
    const auto calls = this->status_of(frozen).calls;
    this->more_reads();
    EXPECT_EQ(this->status_of(frozen).calls, calls);
    frozen.thaw();
    this->comes("its return", [&] { return this->role_of(frozen) == node_role::replica; });
    this->comes("reads on it", [&] { return this->status_of(frozen).calls > calls + 20; });
}

TYPED_TEST(frozen_node, a_primary_is_left_by_its_writers_and_one_that_was_replaced_gets_no_more_writes) {
    testing::server own{durable_cluster()};
    this->open(patient_dsn(own), quick());
    this->all_known();
    this->begin_writing(6);
    this->begin_reading(2);
    this->more_writes();
    own.primary().freeze();
    this->comes("its role", [&] { return this->role_of(own.primary()) == node_role::unknown; });
    this->comes("the end of its calls", [&] { return this->status_of(own.primary()).in_use == 0; });
    EXPECT_LE(this->unknown, 6) << "what was on its way, and nothing later";
    this->more_reads();
    replace_primary(own);
    this->more_writes();
    own.primary().thaw();
    this->comes("a word about two primaries", [&] { return this->events->conflicts > 0; });
    this->more_writes();
    EXPECT_EQ(this->port_of_primary(), own.replica(0).port());
    this->over = true;
    this->threads.clear();
    EXPECT_GE(this->stored(), this->acknowledged);
    EXPECT_LE(this->stored(), this->acknowledged + this->unknown);
}

TYPED_TEST(frozen_node, a_primary_that_goes_on_in_time_is_the_primary_again_and_writers_have_waited_for_it) {
    auto& s = shared_cluster();
    this->open(patient_dsn(s), quick());
    this->all_known();
    this->begin_writing(4);
    this->more_writes();
    s.primary().freeze();
    this->comes("its role", [&] { return this->role_of(s.primary()) == node_role::unknown; });
    s.primary().thaw();
    this->more_writes();
    EXPECT_EQ(this->events->failovers, 2) << "first, and again";
    this->over = true;
    this->threads.clear();
    EXPECT_GE(this->stored(), this->acknowledged);
    this->driver.call(this->db->execute("drop table written"));
}

}  // namespace
}  // namespace howdah::test
