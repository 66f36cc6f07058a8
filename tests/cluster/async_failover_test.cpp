// Nodes that die, are promoted and return: each test has servers of its own.
#include "tests/cluster/async_cluster.hpp"

namespace howdah::test {
namespace {

using ::testing::Contains;

class cluster_failover : public cluster_loop {
protected:
    // What is promoted has lost nothing, so that a session can be held to its word.
    testing::server own{
        {.auth = testing::auth::trust,
         .replicas = 2,
         .settings = {{"synchronous_commit", "on"}, {"synchronous_standby_names", "ANY 2 (replica_1, replica_2)"}}}};

    cluster open_own(const cluster_options& options = {}) { return open(cluster_dsn(own), options); }
};

TEST_F(cluster_failover, all_reads_succeed_while_a_replica_is_killed_and_when_it_returns) {
    auto db = open_own();
    until_known(db);
    int good = 0;
    bool over = false;
    const auto reader = [&]() -> awaitable<void> {
        while (!over) {
            EXPECT_EQ(co_await db.fetch_one<int>("select 1"), 1);
            ++good;
        }
    };
    for (int i = 0; i < 8; ++i) begin(reader());
    until([&] { return good >= 200; });
    own.replica(0).kill9();
    const auto dead = name_of(own.replica(0));
    until([&] { return status_of(db, dead).role.what == node_role::unknown; });
    auto before = good;
    until([&] { return good >= before + 200; });
    own.replica(0).start();
    until([&] { return status_of(db, dead).role.what == node_role::replica; });
    const auto calls = status_of(db, dead).calls;
    before = good;
    until([&] { return good >= before + 200 && status_of(db, dead).calls > calls; });
    over = true;
    until_all_done();
    close(db);
}

// A writer that counts what was acknowledged, and a reader with its session: nothing is lost, and nothing is read older.
TEST_F(cluster_failover, writers_wait_for_the_promoted_replica_and_no_acknowledged_write_is_lost) {
    auto db = open_own();
    until_known(db);
    wait(db.execute("create table written(a int)"));
    auto session = db.session();
    int acknowledged = 0, unknown = 0;
    bool over = false;
    const auto work = [&]() -> awaitable<void> {
        while (!over) {
            try {
                co_await session.execute("insert into written values (1)");
                ++acknowledged;
            } catch (const error& e) {
                EXPECT_EQ(e.fate(), fate::unknown) << e.what();
                ++unknown;
            }
            EXPECT_GE(co_await session.fetch_one<int>("select count(*)::int from written"), acknowledged);
        }
    };
    begin(work());
    until([&] { return acknowledged >= 50; });
    own.kill9();
    until([&] { return db.status()[0].role.what == node_role::unknown; });
    own.replica(0).execute_sql("alter system set synchronous_standby_names = ''; select pg_reload_conf()");
    own.promote(0);
    own.replica(1).follow(own.replica(0));
    const auto before = acknowledged;
    until([&] { return acknowledged >= before + 50; });
    over = true;
    until_all_done();
    EXPECT_LE(unknown, 1) << "only what was on its way to the old primary";
    const int stored = wait(db.primary().fetch_one<int>("select count(*)::int from written"));
    EXPECT_GE(stored, acknowledged);
    EXPECT_LE(stored, acknowledged + unknown);
    EXPECT_EQ(events->primary, name_of(own.replica(0)));
    EXPECT_EQ(events->failovers, 2) << "the first primary, and the second";
    EXPECT_GT(events->without, 0us);
    close(db);
}

TEST_F(cluster_failover, an_old_primary_that_returns_gets_no_calls_and_is_told) {
    auto db = open_own();
    until_known(db);
    own.kill9();
    own.replica(0).execute_sql("alter system set synchronous_standby_names = ''; select pg_reload_conf()");
    own.promote(0);
    EXPECT_EQ(wait(db.primary().fetch_one<int>("select inet_server_port()")), own.replica(0).port());
    own.start();  // it knows nothing of its successor
    until([&] { return !events->refused.empty(); });
    EXPECT_THAT(events->refused, Contains(name_of(own.primary())));
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(wait(db.primary().fetch_one<int>("select inet_server_port()")), own.replica(0).port());
    auto any = db.reading({.from = read_from::any});
    for (int i = 0; i < 10; ++i) EXPECT_NE(port_of_read(any), own.port());
    close(db);
}

TEST_F(cluster_failover, a_primary_that_is_stopped_and_started_is_found_again_and_its_connections_were_cleared) {
    auto db = open_own();
    until_known(db);
    EXPECT_EQ(wait(db.primary().fetch_one<int>("select 1")), 1);
    own.stop();
    until([&] { return db.status()[0].role.what == node_role::unknown; });
    EXPECT_NE(port_of_read(db), own.port());
    int answered = 0;
    begin([&]() -> awaitable<void> { answered = co_await db.primary().fetch_one<int>("select 1"); });
    io.poll();
    own.start();
    until([&] { return answered == 1; });
    EXPECT_EQ(events->failovers, 2);
    close(db);
}

}  // namespace
}  // namespace howdah::test
