// The same cluster for threads.
#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <thread>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/cluster/blocking_cluster.hpp"
#include "tests/cluster/counted_events.hpp"
#include "tests/cluster/shared_cluster.hpp"
#include "tests/pool/pool.hpp"

namespace howdah::test {
namespace {

using ::testing::HasSubstr;

class blocking_cluster : public ::testing::Test {
protected:
    testing::server& s = shared_cluster();
    std::shared_ptr<counted_events> events = std::make_shared<counted_events>();

    static void await_known(const blocking::cluster& db) {
        ASSERT_TRUE(poll_until(from_now(soon), [&] {
            return std::ranges::none_of(db.status(), [](const auto& n) { return n.role.what == node_role::unknown; });
        }));
    }
    void await_replayed() {
        const auto lsn = s.execute_sql("select pg_current_wal_flush_lsn()");
        for (std::size_t i = 0; i < s.replica_count(); ++i)
            ASSERT_TRUE(poll_until(from_now(soon), [&] {
                return s.replica(i).execute_sql("select pg_last_wal_replay_lsn() >= '" + lsn + "'") == "t";
            }));
    }
    static node_role role_of(const blocking::cluster& db, std::size_t i) { return db.status().at(i).role.what; }
    static int port_of_read(auto&& handle) { return handle.template fetch_one<int>("select inet_server_port()"); }
    void TearDown() override {
        for (std::size_t i = 0; i < s.replica_count(); ++i) s.replica(i).execute_sql("select pg_wal_replay_resume()");
    }
};

TEST_F(blocking_cluster, reads_are_spread_evenly_over_the_replicas_and_writes_go_to_the_primary) {
    blocking::cluster db{cluster_dsn(s)};
    EXPECT_EQ(port_of_read(db.primary()), s.port()) << "the first call waits for the nodes to be known";
    await_known(db);
    std::map<int, int> reads;
    for (int i = 0; i < 100; ++i) ++reads[port_of_read(db)];
    EXPECT_EQ(reads, (std::map<int, int>{{s.replica(0).port(), 50}, {s.replica(1).port(), 50}}));
    EXPECT_NE(port_of_read(db.replica()), s.port());
    EXPECT_EQ(port_of_read(db.reading({.from = read_from::primary})), s.port());
}

TEST_F(blocking_cluster, all_verbs_find_their_nodes) {
    blocking::cluster db{cluster_dsn(s), {}, events};
    await_known(db);
    auto session = db.session();
    session.execute("create table blocking_verbs(a int)");
    const std::vector<int> rows{1, 2, 3};
    EXPECT_EQ(session.insert_many(identifier{"blocking_verbs"}, {"a"}, rows).rows_affected, 3U);
    auto copy = session.copy_in<int>(identifier{"blocking_verbs"}, {"a"});
    copy.write(4);
    EXPECT_EQ(copy.finish(), 1U);
    int sum = 0;
    for (const auto a : session.stream<int>("select a from blocking_verbs")) sum += a;
    EXPECT_EQ(sum, 10) << "on the primary, behind what has no position";
    auto prepared = session.prepare<int>("select a from blocking_verbs where a = $1");
    EXPECT_EQ(prepared.fetch_one<int>(4), 4);
    pipeline steps;
    const auto port = steps.fetch_one<int>("select inet_server_port()");
    db.run(steps);
    EXPECT_EQ(steps.take(port), s.port());
    EXPECT_EQ(db.run_script("select 1; select 2").size(), 2U);
    {
        auto tx = db.begin();
        EXPECT_EQ(tx.fetch_one<int>("select inet_server_port()"), s.port());
        auto reading = db.begin({.access = access_mode::read_only});
        EXPECT_NE(reading.fetch_one<int>("select inet_server_port()"), s.port());
    }
    db.execute("drop table blocking_verbs");
    EXPECT_EQ(db.reroutes(), 0U);
}

TEST_F(blocking_cluster, a_read_that_writes_runs_on_the_primary_and_a_read_only_transaction_is_not_moved) {
    blocking::cluster db{cluster_dsn(s), {}, events};
    db.execute("create sequence written_by_a_read");
    await_replayed();
    await_known(db);
    // What the tokenizer does not see.
    EXPECT_GT(db.fetch_one<std::int64_t>("select \"nextval\"('written_by_a_read')"), 0);
    EXPECT_GE(events->reroutes, 1);
    const auto before = db.reroutes();
    const auto e = failure_of([&] {
        db.in_transaction({.access = access_mode::read_only},
                          [](blocking::transaction& tx) { tx.execute("create table never()"); });
        return 0;
    });
    EXPECT_EQ(e.state(), read_only_sql_transaction);
    EXPECT_EQ(db.reroutes(), before);
    db.execute("drop sequence written_by_a_read");
}

TEST_F(blocking_cluster, sessions_see_their_own_writes_and_tokens_go_on_elsewhere) {
    const auto with_key = [&] {
        cluster_members m{cluster_dsn(s)};
        m.token_key(secret_string{"0123456789abcdef"});
        return m;
    };
    blocking::cluster db{with_key()}, other{with_key()};
    await_known(db);
    await_known(other);
    auto session = db.session();
    session.execute("create table seen_at_once(a int)");
    for (int i = 1; i <= 20; ++i) {
        if (i % 2 == 0) session.execute("insert into seen_at_once values ($1)", i);
        else
            session.in_transaction(
                [&](blocking::transaction& tx) { tx.execute("insert into seen_at_once values ($1)", i); });
        ASSERT_EQ(session.fetch_one<int>("select count(*)::int from seen_at_once"), i);
    }
    for (std::size_t i = 0; i < 2; ++i) s.replica(i).execute_sql("select pg_wal_replay_pause()");
    session.execute("insert into seen_at_once values (0)");
    auto next = other.session(session.token());
    EXPECT_EQ(next.fetch_one<int>("select count(*)::int from seen_at_once"), 21);
    EXPECT_EQ(db.fetch_one<int>("select count(*)::int from seen_at_once"), 20)
        << "who has no session reads what there is";
    EXPECT_THROW((void)db.session("forged"), error);
    db.execute("drop table seen_at_once");
}

TEST_F(blocking_cluster, a_wait_for_a_primary_ends_in_time_and_by_a_stop) {
    cluster_members replicas;
    replicas.add(parse_conninfo(s.replica(0).dsn()));
    blocking::cluster db{replicas, {.node_timeout = 100ms}};
    const auto late = failure_of([&] { return db.execute("create table never()"); });
    EXPECT_EQ(late.code(), errc::no_node);
    EXPECT_THAT(late.what(), HasSubstr("is a replica"));
    blocking::cluster patient{replicas};
    std::stop_source stop;
    const std::jthread stopper{[&] { stop.request_stop(); }};
    const auto stopped =
        failure_of([&] { return patient.with({.stop = stop.get_token()}).execute("create table never()"); });
    EXPECT_EQ(stopped.code(), errc::cancelled);
}

TEST_F(blocking_cluster, nodes_come_and_go_and_closed_it_refuses) {
    cluster_members one;
    one.add(parse_conninfo(s.replica(0).dsn()));
    blocking::cluster db{one};
    EXPECT_EQ(port_of_read(db), s.replica(0).port());
    db.add(parse_conninfo(s.primary().dsn()));
    EXPECT_EQ(port_of_read(db.primary()), s.port());
    EXPECT_TRUE(db.remove(name_of(s.replica(0))));
    EXPECT_FALSE(db.remove(name_of(s.replica(0))));
    EXPECT_EQ(port_of_read(db), s.port());
    EXPECT_TRUE(db.close(5s));
    EXPECT_EQ(failure_of([&] { return db.execute("select 1"); }).code(), errc::pool_closed);
}

}  // namespace
}  // namespace howdah::test
