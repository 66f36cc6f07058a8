// Nodes that live on, and that the network does not let anybody reach. In a namespace of this process's own.
#include "tests/fault/network.hpp"
#include "tests/cluster/both_clusters.hpp"

namespace howdah::test {
namespace {

cluster_options quick() {
    cluster_options o;
    o.probe_interval = 200ms;
    o.probe_timeout = 500ms;
    o.node_timeout = 60s;
    o.pool.max_connections = 4;
    return o;
}

template <class D>
class cluster_network : public with_cluster<D> {
protected:
    void SetUp() override {
        if (!network::missing().empty()) GTEST_SKIP() << "skipped: " << network::missing();
    }
    void TearDown() override {
        if (network::missing().empty()) network::heal();
    }
    void use(testing::server& s) {
        this->open(cluster_dsn(s) + "&query_timeout=120s", quick());
        this->all_known();
    }
    void is(testing::node& n, node_role expected) {
        this->comes("its role", [&] { return this->role_of(n) == expected; });
    }
};
TYPED_TEST_SUITE(cluster_network, both_clusters);

TYPED_TEST(cluster_network, a_replica_behind_a_silent_network_costs_no_read_and_serves_again_when_it_heals) {
    auto& s = shared_cluster();
    this->use(s);
    this->begin_reading(8);
    this->more_reads();
    network::drop(s.replica(0).port());
    this->is(s.replica(0), node_role::unknown);
    this->comes("the end of its calls", [&] { return this->status_of(s.replica(0)).in_use == 0; });
    this->more_reads();
    const auto calls = this->status_of(s.replica(0)).calls;
    network::heal();
    this->is(s.replica(0), node_role::replica);
    this->comes("reads on it", [&] { return this->status_of(s.replica(0)).calls > calls + 20; });
}

TYPED_TEST(cluster_network, a_primary_whose_connections_are_reset_is_left_at_once_and_its_writers_wait_until_it_heals) {
    auto& s = shared_cluster();
    this->use(s);
    this->begin_writing(4);
    this->begin_reading(2);
    this->more_writes();
    network::reset(s.port());
    this->is(s.primary(), node_role::unknown);
    this->more_reads();
    network::heal();
    this->more_writes();
    EXPECT_LE(this->unknown, 4) << "what was on its way";
    this->over = true;
    this->threads.clear();
    EXPECT_GE(this->stored(), this->acknowledged);
    EXPECT_LE(this->stored(), this->acknowledged + this->unknown);
    this->driver.call(this->db->execute("drop table written"));
}

// The old primary never died: it comes back with its replicas gone, and with the writes that nobody was promised.
TYPED_TEST(cluster_network,
           of_two_primaries_behind_a_healed_network_the_later_gets_all_writes_and_the_conflict_is_told) {
    testing::server own{durable_cluster()};
    this->use(own);
    this->begin_writing(4);
    this->more_writes();
    network::drop(own.port());
    this->is(own.primary(), node_role::unknown);
    this->comes("the end of its calls", [&] { return this->status_of(own.primary()).in_use == 0; });
    replace_primary(own);
    this->more_writes();
    network::heal();
    this->comes("a word about two primaries", [&] { return this->events->conflicts > 0; });
    EXPECT_EQ(this->role_of(own.primary()), node_role::unknown);
    const auto on_old = [&] { return own.execute_sql("select count(*) from written"); };
    const auto before = on_old();
    this->more_writes();
    this->over = true;
    this->threads.clear();
    EXPECT_EQ(on_old(), before) << "no write goes to the old one";
    EXPECT_EQ(this->port_of_primary(), own.replica(0).port());
    EXPECT_LE(this->unknown, 4);
    EXPECT_GE(this->stored(), this->acknowledged);
    EXPECT_LE(this->stored(), this->acknowledged + this->unknown);
}

}  // namespace
}  // namespace howdah::test
