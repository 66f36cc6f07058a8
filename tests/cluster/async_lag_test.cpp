// Replicas that are behind, by bytes and by time, and what their readers see.
#include "tests/cluster/async_cluster.hpp"

namespace howdah::test {
namespace {

class cluster_lag : public cluster_loop {
protected:
    void SetUp() override {
        s.execute_sql("create table lagging(a int); grant all on lagging to app");
        until_replayed();
    }
    void TearDown() override {
        delay("0");
        resume_all();
        s.execute_sql("drop table lagging");
    }
    /// The first replica applies each commit so much later.
    void delay(const std::string& time) {
        s.replica(0).execute_sql("alter system set recovery_min_apply_delay = '" + time + "'");
        s.replica(0).execute_sql("select pg_reload_conf()");
        until([&] { return s.replica(0).execute_sql("show recovery_min_apply_delay") == time; });
    }
    void write() { s.execute_sql("insert into lagging select generate_series(1, 1000)"); }
    cluster open_lagging(const routing& reads) {
        cluster_options options{.reads = reads, .probe_interval = 20ms};
        auto db = open(options);
        until_known(db);
        return db;
    }
    node_status first(const cluster& db) { return status_of(db, name_of(s.replica(0))); }
    node_status second(const cluster& db) { return status_of(db, name_of(s.replica(1))); }
    void expect_reads_on_the_second(cluster& db) {
        for (int i = 0; i < 10; ++i) EXPECT_EQ(port_of_read(db), s.replica(1).port());
    }
    void expect_reads_on_both(cluster& db) {
        EXPECT_EQ(port_of_read(db) + port_of_read(db), s.replica(0).port() + s.replica(1).port());
    }
};

TEST_F(cluster_lag, a_replica_that_is_too_many_bytes_behind_gets_no_reads_until_it_has_caught_up) {
    auto db = open_lagging({.max_lag = 0ms, .max_lag_bytes = 1000});
    pause(0);
    write();
    until([&] {
        const auto behind = first(db);
        return behind.role.lag_bytes > 1000U && behind.lag > 0us && second(db).role.lag_bytes < 1000U;
    });
    expect_reads_on_the_second(db);
    resume_all();
    until([&] { return first(db).role.lag_bytes < 1000U; });
    expect_reads_on_both(db);
    close(db);
}

// Its receiver has all of it: only what is replayed counts.
TEST_F(cluster_lag, a_replica_that_applies_too_late_gets_no_reads_and_an_idle_primary_is_no_lag) {
    auto db = open_lagging({.max_lag = 300ms});
    delay("1h");
    expect_reads_on_both(db);
    write();
    until([&] { return first(db).lag > 300ms && second(db).lag == 0us; });
    EXPECT_GT(first(db).received, first(db).position);
    expect_reads_on_the_second(db);
    delay("0");
    until([&] { return first(db).lag == 0us; });
    expect_reads_on_both(db);
    close(db);
}

TEST_F(cluster_lag, a_session_reads_its_own_writes_while_one_replica_is_late_and_one_is_paused) {
    auto db = open_lagging({.max_lag = 0ms});
    auto session = db.session();
    const auto write_and_count = [&](int from, int to) -> awaitable<void> {
        for (int i = from; i <= to; ++i) {
            co_await session.execute("insert into lagging values (1)");
            EXPECT_EQ(co_await session.fetch_one<int>("select count(*)::int from lagging"), i);
        }
    };
    delay("200ms");
    wait(write_and_count(1, 20));
    pause(1);
    wait(write_and_count(21, 30));
    resume_all();
    delay("0");
    wait(write_and_count(31, 40));
    close(db);
}

}  // namespace
}  // namespace howdah::test
