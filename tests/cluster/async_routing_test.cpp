#include "tests/cluster/async_cluster.hpp"

namespace howdah::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using cluster_routing = cluster_loop;

TEST_F(cluster_routing, reads_are_spread_evenly_over_the_replicas_and_writes_go_to_the_primary) {
    auto db = open();
    until_known(db);
    wait(db.execute("create table spread(port int)"));
    std::map<int, int> reads;
    for (int i = 0; i < 100; ++i) ++reads[port_of_read(db)];
    EXPECT_EQ(reads, (std::map<int, int>{{s.replica(0).port(), 50}, {s.replica(1).port(), 50}}));
    EXPECT_EQ(wait(db.fetch_one<int>("insert into spread values (1) returning inet_server_port()")), s.port());
    auto on_primary = db.primary(), on_replica = db.replica();
    EXPECT_EQ(port_of_read(on_primary), s.port());
    EXPECT_NE(port_of_read(on_replica), s.port());
    wait(db.execute("drop table spread"));
    EXPECT_TRUE(events->rerouted.empty());
    close(db);
}

TEST_F(cluster_routing, the_first_call_waits_for_the_nodes_to_be_known) {
    auto db = open();
    EXPECT_EQ(wait(db.primary().fetch_one<int>("select inet_server_port()")), s.port());
    close(db);
}

TEST_F(cluster_routing, a_function_that_writes_runs_on_the_primary_and_is_told_and_goes_there_at_once_where_declared) {
    s.execute_sql("create table written(a int); grant all on written to app; create function write_it() returns int "
                  "language sql as 'insert into written values (1) returning inet_server_port()'");
    until_replayed();
    auto db = open();
    until_known(db);
    EXPECT_EQ(wait(db.fetch_one<int>("select write_it()")), s.port());
    EXPECT_THAT(events->rerouted, ElementsAre("select write_it()"));
    EXPECT_EQ(db.reroutes(), 1U);
    close(db);

    cluster_members declared{cluster_dsn(s)};
    declared.writing_functions({"Write_It"});
    auto knowing = open(declared);
    EXPECT_EQ(wait(knowing.fetch_one<int>("select write_it()")), s.port());
    EXPECT_EQ(knowing.reroutes(), 0U);
    close(knowing);
    s.execute_sql("drop function write_it(); drop table written");
}

TEST_F(cluster_routing, a_write_that_is_meant_for_a_replica_is_refused_there) {
    auto db = open();
    auto on_replica = db.replica();
    const auto e = error_of([&]() -> awaitable<void> { co_await on_replica.execute("create table never()"); }());
    ASSERT_TRUE(e);
    EXPECT_EQ(e->state(), read_only_sql_transaction);
    EXPECT_EQ(db.reroutes(), 0U);
    close(db);
}

TEST_F(cluster_routing, a_primary_that_only_reads_by_its_settings_stays_the_primary) {
    auto config = parse_conninfo(cluster_dsn(s));
    config.server_settings["default_transaction_read_only"] = "on";
    auto db = open(config);
    until_known(db);
    const auto e = error_of([&]() -> awaitable<void> { co_await db.execute("create table never()"); }());
    ASSERT_TRUE(e);
    EXPECT_EQ(e->state(), read_only_sql_transaction);
    EXPECT_TRUE(status_of(db, name_of(s.primary())).read_only);
    EXPECT_EQ(status_of(db, name_of(s.primary())).role.what, node_role::primary);
    close(db);
}

TEST_F(cluster_routing, read_only_transactions_run_on_a_replica_and_are_never_moved_from_there) {
    auto db = open();
    until_known(db);
    int where = 0;
    const auto ask = [&](transaction& tx) -> awaitable<int> {
        where = co_await tx.fetch_one<int>("select inet_server_port()");
        co_return where;
    };
    EXPECT_NE(wait(db.in_transaction({.access = access_mode::read_only}, ask)), s.port());
    EXPECT_EQ(wait(db.in_transaction(ask)), s.port());
    const auto write = [&](transaction& tx) -> awaitable<void> { co_await tx.execute("create table never()"); };
    const auto e = error_of(db.in_transaction({.access = access_mode::read_only}, write));
    ASSERT_TRUE(e);
    EXPECT_EQ(e->state(), read_only_sql_transaction);
    EXPECT_EQ(db.reroutes(), 0U);
    close(db);
}

TEST_F(cluster_routing, the_other_verbs_find_their_nodes_too) {
    auto db = open();
    until_known(db);
    wait(db.execute("create table verbs_of_cluster(a int)"));
    wait([&]() -> awaitable<void> {
        std::vector<int> rows{1, 2, 3};
        co_await db.insert_many(identifier{"verbs_of_cluster"}, {"a"}, rows);
        auto copy = co_await db.copy_in<int>(identifier{"verbs_of_cluster"}, {"a"});
        co_await copy.write(4);
        EXPECT_EQ(co_await copy.finish(), 1U);
        pipeline steps;
        const auto port = steps.fetch_one<int>("select inet_server_port()");
        co_await db.run(steps);
        EXPECT_EQ(steps.take(port), s.port());
    }());
    until_replayed();
    wait([&]() -> awaitable<void> {
        auto rows = db.stream<std::pair<int, int>>("select a, inet_server_port() from verbs_of_cluster order by a");
        int n = 0;
        while (const auto row = co_await rows.next()) {
            EXPECT_EQ(row->first, ++n);
            EXPECT_NE(row->second, s.port());
        }
        EXPECT_EQ(n, 4);
        auto prepared = co_await db.prepare<int>("select a + inet_server_port() from verbs_of_cluster where a = $1");
        for (int i = 0; i < 4; ++i) EXPECT_NE(co_await prepared.fetch_one<int>(1), s.port() + 1);
        auto tx = co_await db.begin();
        EXPECT_EQ(co_await tx.fetch_one<int>("select inet_server_port()"), s.port());
    }());
    wait(db.execute("drop table verbs_of_cluster"));
    close(db);
}

TEST_F(cluster_routing, nodes_come_and_go_at_run_time) {
    cluster_members two;
    two.add(parse_conninfo(s.primary().dsn())).add(parse_conninfo(s.replica(0).dsn()));
    auto db = open(two);
    until_known(db);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(port_of_read(db), s.replica(0).port());
    db.add(parse_conninfo(s.replica(1).dsn()));
    EXPECT_THROW(db.add(parse_conninfo(s.replica(1).dsn())), error);
    until_known(db);
    EXPECT_EQ(port_of_read(db) + port_of_read(db), s.replica(0).port() + s.replica(1).port());
    EXPECT_TRUE(wait(db.remove(name_of(s.replica(0)))));
    EXPECT_FALSE(wait(db.remove(name_of(s.replica(0)))));
    for (int i = 0; i < 4; ++i) EXPECT_EQ(port_of_read(db), s.replica(1).port());
    close(db);
}

TEST_F(cluster_routing, without_a_primary_a_write_says_in_time_what_each_node_is) {
    cluster_members replicas;
    replicas.add(parse_conninfo(s.replica(0).dsn()));
    cluster_options options;
    options.node_timeout = 300ms;
    auto db = open(replicas, options);
    EXPECT_EQ(port_of_read(db), s.replica(0).port());
    const auto e = error_of([&]() -> awaitable<void> { co_await db.execute("create table never()"); }());
    ASSERT_TRUE(e);
    EXPECT_EQ(e->code(), errc::no_node);
    EXPECT_EQ(e->fate(), fate::not_sent);
    EXPECT_THAT(e->what(), HasSubstr(name_of(s.replica(0)) + " is a replica"));
    close(db);
}

TEST_F(cluster_routing, target_session_attrs_say_where_reads_go) {
    auto all_there = open(cluster_dsn(s) + "&target_session_attrs=primary");
    EXPECT_EQ(port_of_read(all_there), s.port());
    close(all_there);
    auto replicas = open(cluster_dsn(s) + "&target_session_attrs=standby&load_balance_hosts=random");
    EXPECT_NE(port_of_read(replicas), s.port());
    close(replicas);
}

TEST_F(cluster_routing, closed_it_refuses_who_comes_and_who_waits) {
    cluster_members replicas;
    replicas.add(parse_conninfo(s.replica(0).dsn()));
    auto db = open(replicas);
    until_known(db);
    std::exception_ptr waiting;
    const auto writes = [&]() -> awaitable<void> { co_await db.execute("create table never()"); };
    begin(writes(), &waiting);
    io.poll();
    close(db);
    until_all_done();
    for (const auto& failure : {waiting}) {
        ASSERT_TRUE(failure);
        EXPECT_THROW(std::rethrow_exception(failure), error);
    }
    const auto late = error_of([&]() -> awaitable<void> { co_await db.execute("select 1"); }());
    ASSERT_TRUE(late);
    EXPECT_EQ(late->code(), errc::pool_closed);
}

}  // namespace
}  // namespace howdah::test
