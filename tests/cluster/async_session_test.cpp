#include "tests/cluster/async_cluster.hpp"

namespace howdah::test {
namespace {

using ::testing::IsEmpty;

class cluster_sessions : public cluster_loop {
protected:
    void SetUp() override {
        s.execute_sql("create table if not exists counted(a int); grant all on counted to app; truncate counted");
        until_replayed();
    }
    void TearDown() override { resume_all(); }

    int count(auto& handle) { return wait(handle.template fetch_one<int>("select count(*)::int from counted")); }
    int replica_that_counts(auto& handle, int expected) {
        const auto [rows, port] = wait(
            handle.template fetch_one<std::pair<int, int>>("select count(*)::int, inet_server_port() from counted"));
        EXPECT_EQ(rows, expected);
        return port;
    }
};

TEST_F(cluster_sessions, each_sees_its_own_writes_at_once_whichever_node_it_reads) {
    auto db = open();
    until_known(db);
    auto session = db.session();
    EXPECT_THAT(session.token(), IsEmpty());
    for (int i = 1; i <= 50; ++i) {
        wait(session.execute("insert into counted values ($1)", i));
        ASSERT_EQ(count(session), i);
    }
    EXPECT_FALSE(session.token().empty());
    close(db);
}

TEST_F(cluster_sessions, reads_go_to_the_replica_that_has_replayed_the_write_and_no_other) {
    cluster_options options;
    options.replay_timeout = 20s;
    auto db = open(options);
    until_known(db);
    pause(0);
    auto session = db.session();
    wait(session.execute("insert into counted values (1)"));
    for (int i = 0; i < 5; ++i) EXPECT_EQ(replica_that_counts(session, 1), s.replica(1).port());
    close(db);
}

TEST_F(cluster_sessions, when_no_replica_has_replayed_it_in_time_the_primary_is_read) {
    auto db = open();
    until_known(db);
    pause(0);
    pause(1);
    auto session = db.session();
    wait(session.execute("insert into counted values (1)"));
    EXPECT_EQ(replica_that_counts(session, 1), s.port());
    auto others = db.session();
    EXPECT_NE(replica_that_counts(others, 0), s.port()) << "others read what there is";
    close(db);
}

TEST_F(cluster_sessions, what_a_transaction_has_committed_is_seen_also_where_it_did_not_wait_for_its_flush) {
    auto db = open();
    until_known(db);
    auto session = db.session();
    for (int i = 1; i <= 20; ++i) {
        const auto write = [&](transaction& tx) -> awaitable<int> {
            if (i % 2 == 0) co_await tx.execute("set local synchronous_commit = off");
            co_return co_await tx.fetch_one<int>("insert into counted values ($1) returning a", i);
        };
        EXPECT_EQ(wait(session.in_transaction(write)), i);
        ASSERT_EQ(count(session), i);
    }
    close(db);
}

TEST_F(cluster_sessions, one_that_ended_its_transaction_itself_reads_on_the_primary_until_it_writes_again) {
    auto db = open();
    until_known(db);
    auto session = db.session();
    const auto write = [&](transaction& tx) -> awaitable<void> {
        co_await tx.execute("insert into counted values (1)");
        co_await tx.commit();
    };
    wait(session.in_transaction(write));
    EXPECT_EQ(replica_that_counts(session, 1), s.port());
    wait(session.execute("insert into counted values (2)"));
    EXPECT_EQ(count(session), 2);
    close(db);
}

TEST_F(cluster_sessions, a_statement_that_fails_leaves_the_session_as_it_was_and_says_why) {
    auto db = open();
    until_known(db);
    auto session = db.session();
    wait(session.execute("insert into counted values (1)"));
    const auto token = session.token();
    const auto e =
        error_of([&]() -> awaitable<void> { co_await session.execute("insert into counted values (1 / 0)"); }());
    ASSERT_TRUE(e);
    EXPECT_EQ(e->state(), division_by_zero);
    EXPECT_EQ(session.token(), token);
    const auto other =
        error_of([&]() -> awaitable<void> { (void)co_await session.fetch_one<int>("select 1 / 0 from counted"); }());
    ASSERT_TRUE(other);
    EXPECT_EQ(other->state(), division_by_zero);
    EXPECT_EQ(count(session), 1);
    close(db);
}

TEST_F(cluster_sessions, a_token_goes_on_in_another_process_that_has_the_key) {
    const auto with_key = [&](const char* key) {
        cluster_members m{cluster_dsn(s)};
        m.token_key(secret_string{key});
        return m;
    };
    auto here = open(with_key("0123456789abcdef")), there = open(with_key("0123456789abcdef"));
    auto stranger = open(with_key("another key of 16"));
    until_known(here);
    until_known(there);
    pause(0);
    pause(1);
    auto writer = here.session();
    wait(writer.execute("insert into counted values (1)"));
    auto reader = there.session(writer.token());
    EXPECT_EQ(replica_that_counts(reader, 1), s.port());
    EXPECT_EQ(reader.token(), writer.token());
    EXPECT_THROW((void)stranger.session(writer.token()), error);
    EXPECT_THROW((void)there.session("not a token"), error);
    for (auto* db : {&here, &there, &stranger}) close(*db);
}

TEST_F(cluster_sessions, a_function_that_writes_counts_as_a_write) {
    s.execute_sql("create or replace function count_one() returns int language sql as 'insert into counted values (1) "
                  "returning inet_server_port()'");
    until_replayed();
    auto db = open();
    until_known(db);
    auto session = db.session();
    EXPECT_EQ(wait(session.fetch_one<int>("select count_one()")), s.port());
    EXPECT_FALSE(session.token().empty());
    EXPECT_EQ(count(session), 1);
    s.execute_sql("drop function count_one()");
    close(db);
}

}  // namespace
}  // namespace howdah::test
