// A primary that dies, for threads; async_failover_test.cpp has the same for Asio.
#include "tests/cluster/both_clusters.hpp"

namespace howdah::test {
namespace {

using blocking_failover = with_cluster<blocking_clusters>;

TEST_F(blocking_failover, reads_go_on_and_writes_wait_when_the_primary_dies) {
    testing::server own{durable_cluster()};
    open(cluster_dsn(own), {});
    all_known();
    begin_reading(3);
    begin_writing(1);
    more_reads();
    more_writes();
    own.kill9();
    comes("its role", [&] { return role_of(own.primary()) == node_role::unknown; });
    more_reads();
    replace_primary(own);
    more_writes();
    over = true;
    threads.clear();
    EXPECT_LE(unknown, 1);
    EXPECT_GE(stored(), acknowledged);
    EXPECT_EQ(events->failovers, 2);
    own.start();
    comes("the old primary, which is told of", [&] { return events->conflicts > 0; });
    EXPECT_EQ(port_of_primary(), own.replica(0).port());
}

}  // namespace
}  // namespace howdah::test
