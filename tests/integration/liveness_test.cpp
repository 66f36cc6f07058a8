// A connection that the server ends while nobody uses it, and calls that another thread stops.

#include <atomic>
#include <chrono>
#include <stop_token>
#include <thread>

#include "driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;

struct loss_watcher final : observer {
    using observer::on;
    void on(const connection_lost_event& e) override {
        ++losses;
        state = e.failure->state();
        process_id = e.process_id;
    }
    int losses = 0;
    sqlstate state;
    std::uint32_t process_id = 0;
};

template <class D>
class liveness : public on_both_drivers<D> {
protected:
    const std::shared_ptr<loss_watcher> watcher = std::make_shared<loss_watcher>();
    typename D::connection idle = this->driver.connect(dsn(), watcher);

    // Returns when the backend is gone, and the blocking driver takes the connection for idle.
    void end_idle_on_the_server() {
        const auto pid = static_cast<int>(idle.process_id());
        this->call(this->db.execute("select pg_terminate_backend($1)", pid));
        while (this->call(
            this->db.template fetch_one<bool>("select exists(select from pg_stat_activity where pid = $1)", pid))) {}
        this->call(this->db.execute("select pg_sleep(1.1)"));
    }
};
TYPED_TEST_SUITE(liveness, both_drivers);

TYPED_TEST(liveness, a_server_that_ends_an_idle_connection_is_noticed_before_the_next_call_is_sent) {
    const auto pid = this->idle.process_id();
    this->end_idle_on_the_server();
    const auto e = this->failure_of([&] { return this->call(this->idle.execute("select 1")); });
    EXPECT_EQ(e.state(), admin_shutdown);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_FALSE(this->idle.open());
    EXPECT_EQ(this->watcher->losses, 1);
    EXPECT_EQ(this->watcher->state, admin_shutdown);
    EXPECT_EQ(this->watcher->process_id, pid);
}

TYPED_TEST(liveness, a_lost_connection_can_be_made_anew) {
    this->end_idle_on_the_server();
    EXPECT_EQ(this->failure_of([&] { return this->call(this->idle.execute("select 1")); }).fate(), fate::not_sent);
    this->finish([&] { return this->idle.reconnect(); });
    EXPECT_TRUE(this->idle.open());
    EXPECT_EQ(this->call(this->idle.template fetch_one<int>("select 7")), 7);
    EXPECT_EQ(this->watcher->losses, 1) << "the old one was lost once, and closing it is no loss";
}

TYPED_TEST(liveness, closing_it_oneself_is_no_loss) {
    this->idle.close();
    EXPECT_EQ(this->failure_of([&] { return this->call(this->idle.execute("select 1")); }).code(),
              errc::connection_closed);
    EXPECT_EQ(this->watcher->losses, 0);
}

class stopping : public ::testing::Test {
protected:
    blocking::connection db{parse_conninfo(dsn())};

    // Runs `f(token)` while another thread asks it to stop, once the server works on it.
    template <class F>
    std::optional<error> stopped(F f) {
        std::stop_source source;
        const auto pid = static_cast<int>(db.process_id());
        std::jthread stopper{[&source, pid] {
            blocking::connection other{parse_conninfo(dsn())};
            while (!other.fetch_one<bool>("select exists(select from pg_stat_activity where pid = $1 "
                                          "and wait_event = 'PgSleep')",
                                          pid)) {}
            source.request_stop();
        }};
        try {
            f(source.get_token());
        } catch (const error& e) {
            return e;
        }
        return std::nullopt;
    }
};

TEST_F(stopping, a_call_from_another_thread_cancels_it_and_keeps_the_connection) {
    const auto pid = db.process_id();
    const auto began = std::chrono::steady_clock::now();
    const auto e = stopped([&](std::stop_token t) { db.with({.stop = t}).execute("select pg_sleep(20)"); });
    ASSERT_TRUE(e);
    EXPECT_EQ(e->code(), errc::cancelled);
    EXPECT_EQ(e->fate(), fate::unknown);
    EXPECT_EQ(db.fetch_one<int>("select pg_backend_pid()"), static_cast<int>(pid));
    EXPECT_LT(std::chrono::steady_clock::now() - began, 10s) << "the server stopped it too";
}

TEST_F(stopping, a_transaction_s_call_leaves_the_transaction_to_be_rolled_back) {
    db.execute("create temp table t(x int)");
    {
        auto tx = db.begin();
        tx.execute("insert into t values (1)");
        const auto e = stopped([&](std::stop_token t) { tx.with({.stop = t}).execute("select pg_sleep(20)"); });
        ASSERT_TRUE(e);
        EXPECT_EQ(e->code(), errc::cancelled);
    }
    EXPECT_EQ(db.fetch_one<int>("select count(*)::int from t"), 0);
}

TEST_F(stopping, a_stream_between_its_rows_ends_it) {
    const auto e = stopped([&](std::stop_token t) {
        auto s = db.with({.stop = t})
                     .stream<int>({.fetch_size = 1}, "select n from generate_series(1, 3) n, "
                                                     "lateral (select pg_sleep(case n when 2 then 20 else 0 end)) s");
        EXPECT_EQ(s.next(), 1);
        (void)s.next();
    });
    ASSERT_TRUE(e);
    EXPECT_EQ(e->code(), errc::cancelled);
    EXPECT_EQ(db.fetch_one<int>("select 8"), 8);
}

TEST_F(stopping, a_call_that_was_stopped_before_it_began_sends_nothing) {
    std::stop_source source;
    source.request_stop();
    try {
        db.with({.stop = source.get_token()}).execute("create temp table never(x int)");
        FAIL();
    } catch (const error& e) {
        EXPECT_EQ(e.code(), errc::cancelled);
        EXPECT_EQ(e.fate(), fate::not_sent);
    }
    EXPECT_TRUE(db.fetch_one<bool>("select to_regclass('pg_temp.never') is null"));
}

TEST_F(stopping, a_call_with_a_token_that_nobody_stops_gives_its_answer_and_keeps_its_deadline) {
    std::stop_source source;
    EXPECT_EQ(db.with({.stop = source.get_token()}).fetch_one<int>("select 9"), 9);
    try {
        db.with({.timeout = 50ms, .stop = source.get_token()}).execute("select pg_sleep(60)");
        FAIL();
    } catch (const error& e) {
        EXPECT_EQ(e.code(), errc::timed_out);
    }
    // More than any socket's buffer holds, so that the send waits.
    const std::string large(16 << 20, 'x');
    EXPECT_EQ(db.with({.stop = source.get_token()}).fetch_one<int>("select length($1::text)", large), 16 << 20);
}

}  // namespace
}  // namespace howdah::test
