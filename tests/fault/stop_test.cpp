// The blocking driver is asked to stop by another thread, wherever it waits.
#include <atomic>
#include <memory>
#include <stop_token>

#include "fault_driver.hpp"
#include "hostile_server.hpp"
#include "proxy.hpp"
#include "stopper.hpp"

namespace howdah::test {
namespace {

TEST(stop_while_connecting, to_a_server_that_says_nothing_ends_as_cancelled_and_closes_the_socket) {
    std::atomic<bool> greeted = false, left = false;
    hostile_server server{[&](conversation& c) {
        const std::shared_ptr<void> at_its_end{&left, [&](void*) { left = true; }};
        (void)c.hear_startup();
        greeted = true;
        c.hear_end();
    }};
    stopper other{[&] { return greeted.load(); }};
    in_time([&] {
        const auto e = error_of(
            [&] { blocking::connection db{parse_conninfo(hostile_dsn(server.port())), nullptr, other.token()}; });
        ASSERT_TRUE(e);
        EXPECT_EQ(e->code(), errc::cancelled) << e->what();
        EXPECT_EQ(e->fate(), fate::not_sent);
        EXPECT_TRUE(testing::poll_until(testing::from_now(call_limit), [&] { return left.load(); }));
    });
}

TEST(stop_while_connecting, that_was_asked_before_it_begins_tries_nothing) {
    std::stop_source stop;
    stop.request_stop();
    hostile_server server{[](conversation& c) { c.hear_end(); }};
    const auto e = error_of(
        [&] { blocking::connection db{parse_conninfo(hostile_dsn(server.port())), nullptr, stop.get_token()}; });
    ASSERT_TRUE(e);
    EXPECT_EQ(e->code(), errc::cancelled);
    EXPECT_EQ(server.received(), "");
}

// In TLS's handshake and in SCRAM's, with further hosts to be tried.
TEST(stop_while_connecting, in_the_middle_of_a_login_tries_no_other_host) {
    proxy between{testing::shared_server().port()};
    for (const char* mode : {"disable", "require"}) {
        auto conninfo = dsn_through(between.port());
        conninfo.replace(conninfo.find("sslmode=disable"), 15, std::string{"sslmode="} + mode);
        const auto where = "127.0.0.1:" + std::to_string(between.port());
        conninfo.replace(conninfo.find(where), where.size(), where + "," + where);
        for (std::uint64_t after = 0; after < 90; after += 30) {
            SCOPED_TRACE(std::string{mode} + ", after " + std::to_string(after) + " bytes");
            between.arm(fault{direction::to_client, after, breakdown::stall});
            stopper other{[&] { return between.stalled() != 0; }};
            in_time([&] {
                const auto e =
                    error_of([&] { blocking::connection db{parse_conninfo(conninfo), nullptr, other.token()}; });
                ASSERT_TRUE(e);
                EXPECT_EQ(e->code(), errc::cancelled) << e->what();
                EXPECT_EQ(e->fate(), fate::not_sent);
            });
            EXPECT_TRUE(other.happened());
        }
    }
    between.arm(std::nullopt);
    blocking::connection db{parse_conninfo(dsn_through(between.port()))};
    EXPECT_EQ(db.fetch_one<int>("select 1"), 1);
}

TEST(stop_while_connecting, anew_leaves_the_old_connection_as_it_was) {
    blocking::connection db{parse_conninfo(dsn())};
    std::stop_source stop;
    stop.request_stop();
    const auto e = error_of([&] { db.reconnect(stop.get_token()); });
    ASSERT_TRUE(e);
    EXPECT_EQ(e->code(), errc::cancelled);
    EXPECT_EQ(db.fetch_one<int>("select 3"), 3);
}

class stopped : public ::testing::Test {
protected:
    blocking::connection witness{parse_conninfo(testing::shared_server().superuser_dsn)};
    blocking::connection db{parse_conninfo(dsn())};

    /// The session is in pg_sleep().
    auto asleep() {
        return [this, pid = static_cast<int>(db.process_id())] {
            return witness.fetch_one<bool>(
                "select exists(select from pg_stat_activity where pid = $1 and wait_event = 'PgSleep')", pid);
        };
    }
    /// `run` with a token of which another thread makes use while the server sleeps.
    template <class F>
    void expect_cancelled(F run) {
        const auto pid = static_cast<int>(db.process_id());
        in_time([&] {
            stopper other{asleep()};
            const auto e = error_of([&] { run(db.with({.stop = other.token()})); });
            ASSERT_TRUE(e);
            EXPECT_EQ(e->code(), errc::cancelled) << e->what();
            EXPECT_TRUE(other.happened() || other.token().stop_requested());
        });
        EXPECT_EQ(db.fetch_one<int>("select pg_backend_pid()"), pid) << "a stop costs no connection";
    }
};

TEST_F(stopped, a_stream_ends_as_cancelled_all_at_once_and_by_parts) {
    for (const std::uint32_t size : {0u, 1u}) {
        expect_cancelled([&](auto on) {
            auto rows =
                on.template stream<int>({.fetch_size = size}, "select n from generate_series(1, 2) n, lateral (select "
                                                              "pg_sleep(case when n > 1 then 60 else 0 end), "
                                                              "n as same offset 0) s");
            while (rows.next()) {}
        });
    }
}

TEST_F(stopped, a_copy_out_ends_as_cancelled) {
    expect_cancelled([](auto on) {
        auto out = on.copy_out("copy (select 1 from pg_sleep(60)) to stdout");
        (void)out.read();
    });
}

TEST_F(stopped, a_copy_in_ends_as_cancelled_and_stores_nothing) {
    db.run_script("create temp table t(x text);"
                  "create function pg_temp.wait() returns trigger language plpgsql as $$"
                  " begin perform pg_sleep(60); return new; end $$;"
                  "create trigger wait before insert on t for each row execute function pg_temp.wait()");
    expect_cancelled([](auto on) {
        auto in = on.copy_in("copy t from stdin");
        const std::string line = std::string(64 << 10, 'x') + "\n";
        for (int i = 0; i < 10'000; ++i) in.write(line);  // no socket's buffer holds all of this
    });
    EXPECT_EQ(db.fetch_one<int>("select count(*)::int from t"), 0);
    expect_cancelled([](auto on) {
        auto in = on.copy_in("copy t from stdin");
        in.write("x\n");
        (void)in.finish();
    });
    EXPECT_EQ(db.fetch_one<int>("select count(*)::int from t"), 0);
}

TEST_F(stopped, a_pipeline_ends_as_cancelled) {
    expect_cancelled([](auto on) {
        pipeline steps;
        (void)steps.execute("select pg_sleep(60)");
        (void)steps.execute("select 1");
        on.run(steps);
    });
}

}  // namespace
}  // namespace howdah::test
