// What hurts users of other drivers when a call is given up half-way, by its number in PITFALLS.
#include <unistd.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <thread>

#include "cancelling.hpp"
#include "howdah/base/generated/sqlstates.hpp"
#include "proxy.hpp"
#include "stopper.hpp"

namespace howdah::test {
namespace {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;

awaitable<void> after(std::chrono::milliseconds time) {
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    co_await timer.async_wait(asio::use_awaitable);
}

pool_options one_connection() {
    pool_options o;
    o.max_connections = 1;
    return o;
}

// 2: a cancelled BEGIN went back to the pool inside of a transaction.

// One that has failed says so by an error.
constexpr char is_in_transaction[] = "select txid_current_if_assigned() is not null";

// The caller goes away in the middle of its transaction.
TEST(pitfall_2, a_cancelled_transaction_is_rolled_back) {
    async_driver driver;
    auto db = driver.connect(dsn());
    driver.call(db.execute("create temp table t(x int)"));
    driver.call([](connection& c) -> awaitable<void> {
        const auto work = [](connection& on) -> awaitable<void> {
            auto tx = co_await on.begin();
            co_await tx.execute("insert into t values (1)");
            co_await tx.execute("select pg_sleep(60)");
        };
        const auto first = co_await (work(c) || after(50ms));
        EXPECT_EQ(first.index(), 1u);
    }(db));
    EXPECT_EQ(driver.call(db.fetch_one<int>("select count(*)::int from t")), 0);
    EXPECT_FALSE(driver.call(db.fetch_one<bool>(is_in_transaction)));
}

TEST(pitfall_2, a_begin_that_is_cancelled_anywhere_leaves_no_transaction_to_the_next_borrower) {
    async_driver driver;
    pool db{driver.io->get_executor(), parse_conninfo(dsn()), one_connection()};
    const auto pid = driver.call(db.fetch_one<int>("select pg_backend_pid()"));
    const auto borrows = [&]() -> awaitable<void> {
        auto tx = co_await db.begin();
        co_await tx.execute("create temp table begun(x int)");
        (void)co_await tx.fetch_one<int>("select 1");
        co_await tx.rollback();
    };
    int turns = 0;
    for (; run_cancelled(*driver.io, borrows, turns, asio::cancellation_type::terminal); ++turns) {
        SCOPED_TRACE("cancelled after " + std::to_string(turns) + " turns");
        EXPECT_FALSE(driver.call(db.fetch_one<bool>(is_in_transaction)));
        EXPECT_EQ(driver.call(db.fetch_one<int>("select pg_backend_pid()")), pid);
        if (HasFailure()) break;
    }
    EXPECT_GE(turns, 3);
    driver.call(db.close());
}

TEST(pitfall_2, a_transaction_out_of_time_is_not_the_next_borrower_s) {
    blocking::pool db{parse_conninfo(dsn()), one_connection()};
    const auto pid = db.fetch_one<int>("select pg_backend_pid()");
    for (int i = 0; i < 5; ++i) {
        const auto e = error_of([&] {
            auto tx = db.begin();
            tx.execute("create temp table begun(x int)");
            tx.with({.timeout = 20ms}).execute("select pg_sleep(60)");
        });
        ASSERT_TRUE(e);
        EXPECT_EQ(e->code(), errc::timed_out) << e->what();
        EXPECT_FALSE(db.fetch_one<bool>(is_in_transaction));
        EXPECT_EQ(db.fetch_one<int>("select pg_backend_pid()"), pid);
    }
}

// 3: a cancelled read left the rest of its answer to the next call.

class pitfall_3 : public ::testing::Test {
protected:
    static constexpr char rows[] = "select n, repeat('x', n) from generate_series(1, 40) n";
    using row = std::tuple<int, std::string>;

    proxy between{testing::shared_server().port()};
    const std::string through = dsn_through(between.port());

    /// `give_up` reads the rows, is held up behind so many bytes of them, and goes away; then `next(n)` gives n, or not.
    template <class GiveUp, class Next>
    void hold_up_everywhere(std::uint64_t whole, GiveUp give_up, Next next) {
        constexpr std::uint64_t stride = 7;
        ASSERT_GT(whole, 1'000u);
        for (std::uint64_t bytes = 1; bytes < whole; bytes += stride) {
            SCOPED_TRACE("after " + std::to_string(bytes) + " of " + std::to_string(whole) + " bytes");
            between.arm(fault{direction::to_client, bytes, breakdown::hold});
            give_up();
            between.let_in();
            const auto n = static_cast<int>(bytes);
            EXPECT_EQ(next(n), n);
            if (HasFailure()) return;
        }
    }
};

TEST_F(pitfall_3, a_read_that_is_cancelled_anywhere_leaves_the_next_answer_whole) {
    async_driver driver;
    auto db = driver.connect(through);
    for (int i = 0; i < 2; ++i) {  // the second time it is known
        between.arm(std::nullopt);
        (void)driver.call(db.fetch_all<row>(rows));
    }
    const auto reads = [&]() -> awaitable<void> { (void)co_await db.fetch_all<row>(rows); };
    const auto give_up = [&] {
        asio::cancellation_signal signal;
        bool over = false;
        asio::co_spawn(*driver.io, reads(),
                       asio::bind_cancellation_slot(signal.slot(), [&](const std::exception_ptr& e) {
                           over = true;
                           EXPECT_TRUE(e) << "it was not cancelled";
                       }));
        driver.io->restart();
        driver.io->poll();
        ASSERT_TRUE(testing::poll_until(testing::from_now(call_limit), [&] { return between.held() == 1; }));
        driver.io->poll();  // it has read what came
        signal.emit(asio::cancellation_type::terminal);
        const auto limit = testing::from_now(call_limit);
        while (!over && driver.io->run_one_until(limit) != 0) {}
        ASSERT_TRUE(over) << "it hangs";
    };
    hold_up_everywhere(between.passed(direction::to_client), give_up,
                       [&](int n) { return driver.call(db.fetch_one<int>("select $1::int", n)); });
}

TEST_F(pitfall_3, a_read_that_is_stopped_anywhere_leaves_the_next_answer_whole) {
    blocking::connection db{parse_conninfo(through)};
    for (int i = 0; i < 2; ++i) {
        between.arm(std::nullopt);
        (void)db.fetch_all<row>(rows);
    }
    const auto give_up = [&] {
        stopper other{[&] { return between.held() == 1; }};
        const auto e = error_of([&] { (void)db.with({.stop = other.token()}).fetch_all<row>(rows); });
        ASSERT_TRUE(e);
        EXPECT_EQ(e->code(), errc::cancelled) << e->what();
    };
    hold_up_everywhere(between.passed(direction::to_client), give_up,
                       [&](int n) { return db.fetch_one<int>("select $1::int", n); });
}

// 4: a late CancelRequest hit the next call. Here it is later than anything: the network keeps it back until its target
// has ended, and a DO follows, which could not be sent again.

class pitfall_4 : public ::testing::Test {
protected:
    static constexpr char follower[] = "do $$ begin perform pg_sleep(0.1); end $$";
    static constexpr char target[] = "select pg_advisory_lock_shared($1)";

    proxy between{testing::shared_server().port()};
    const std::string through = dsn_through(between.port()) + "&cancel_grace=10s";
    blocking::connection witness{parse_conninfo(testing::shared_server().superuser_dsn)};
    const std::int64_t lock = 4'000'000'000 + ::getpid();

    void lock_out_target() { witness.execute("select pg_advisory_lock($1)", lock); }
    void let_target_end() { witness.execute("select pg_advisory_unlock($1)", lock); }
    std::string state_of(std::uint32_t pid) {
        return witness.fetch_one<std::string>("select state || ': ' || query from pg_stat_activity where pid = $1",
                                              static_cast<int>(pid));
    }
    bool becomes_idle(std::uint32_t pid) {
        return testing::poll_until(testing::from_now(call_limit), [&] { return state_of(pid).starts_with("idle: "); });
    }
    bool cancel_is_held() {
        return testing::poll_until(testing::from_now(call_limit), [&] { return between.held() == 1; });
    }
};

TEST_F(pitfall_4, a_late_cancel_request_never_hits_the_next_query) {
    async_driver driver;
    auto db = driver.connect(through);
    lock_out_target();
    between.hold_newcomers();
    driver.call([](connection& c, std::int64_t key) -> awaitable<void> {
        const auto first = co_await (c.execute(target, key) || after(50ms));
        EXPECT_EQ(first.index(), 1u);
    }(db, lock));
    bool followed = false;
    std::exception_ptr failure;
    asio::co_spawn(*driver.io, db.execute(follower), [&](const std::exception_ptr& e, const command_result&) {
        failure = e;
        followed = true;
    });
    const auto run_until = [&](auto condition) {
        driver.io->restart();
        const auto limit = testing::from_now(call_limit);
        while (!condition() && std::chrono::steady_clock::now() < limit) driver.io->run_one_for(5ms);
        return condition();
    };
    ASSERT_TRUE(run_until([&] { return between.held() == 1; }));
    let_target_end();
    ASSERT_TRUE(becomes_idle(db.process_id()));
    between.arm(std::nullopt);
    driver.io->run_for(50ms);  // time enough to send the next one, if nothing kept it
    EXPECT_EQ(between.passed(direction::to_server), 0u) << state_of(db.process_id());
    EXPECT_FALSE(followed);
    between.let_in();
    ASSERT_TRUE(run_until([&] { return followed; }));
    EXPECT_FALSE(failure) << error_of([&] { std::rethrow_exception(failure); })->what();
    EXPECT_EQ(driver.call(db.fetch_one<int>("select 7 from pg_sleep(0.05)")), 7);
}

TEST_F(pitfall_4, a_late_cancel_request_never_hits_the_next_query_of_a_thread) {
    blocking::connection db{parse_conninfo(through)};
    lock_out_target();
    between.hold_newcomers();
    std::thread network{[&] {
        EXPECT_TRUE(cancel_is_held());
        let_target_end();
        EXPECT_TRUE(becomes_idle(db.process_id()));
        between.let_in();
    }};
    const auto e = error_of([&] { db.with({.timeout = 50ms}).execute(target, lock); });
    const auto next = error_of([&] { db.execute(follower); });
    network.join();
    EXPECT_FALSE(next) << next->what();
    EXPECT_FALSE(e) << "its answer was there before the cancel: " << e->what();
    EXPECT_EQ(db.fetch_one<int>("select 7 from pg_sleep(0.05)"), 7);
}

// 5: cancelling closed sockets, and all connected anew at once.

template <class D>
class pitfall_5 : public with_driver<D> {
protected:
    proxy between{testing::shared_server().port()};
};
TYPED_TEST_SUITE(pitfall_5, both_drivers);

TYPED_TEST(pitfall_5, a_cancelled_call_costs_no_connection_but_the_cancel_s_own) {
    auto db = this->driver.connect(dsn_through(this->between.port()));
    const auto pid = static_cast<int>(db.process_id());
    constexpr int calls = 10;
    for (int i = 0; i < calls; ++i) {
        const auto e = error_of([&] { this->call(db.with({.timeout = 50ms}).execute("select pg_sleep(60)")); });
        ASSERT_TRUE(e);
        EXPECT_EQ(e->code(), errc::timed_out) << e->what();
        EXPECT_EQ(e->fate(), fate::rejected) << "the server has said so";
        EXPECT_EQ(this->call(db.template fetch_one<int>("select pg_backend_pid()")), pid);
    }
    EXPECT_LE(this->between.taken(), 1u + 2 * calls) << "one each, and another where a busy machine is slow to end it";
}

// The network keeps a call back until its cancel has come and gone.
TYPED_TEST(pitfall_5, a_cancel_that_overtakes_its_call_is_sent_again) {
    auto db = this->driver.connect(dsn_through(this->between.port()) + "&cancel_grace=20s");
    const auto pid = this->call(db.template fetch_one<int>("select pg_backend_pid()"));
    this->between.arm(fault{.where = direction::to_server, .after = 1, .how = breakdown::hold});
    std::jthread network{[&] {
        EXPECT_TRUE(testing::poll_until(testing::from_now(10s), [&] {
            return this->between.taken() == 2 && this->between.held() == 1 && this->between.open() == 0;
        }));
        this->between.let_in();
    }};
    const auto e = error_of([&] { this->call(db.with({.timeout = 50ms}).execute("select pg_sleep(60)")); });
    network.join();
    ASSERT_TRUE(e);
    EXPECT_EQ(e->code(), errc::timed_out) << e->what();
    EXPECT_EQ(e->fate(), fate::rejected) << "the server has said so";
    EXPECT_GE(this->between.taken(), 3u);
    EXPECT_EQ(this->call(db.template fetch_one<int>("select pg_backend_pid()")), pid);
}

TEST(pitfall_5_async, a_storm_of_cancels_makes_a_pool_open_nothing) {
    async_driver driver;
    auto options = one_connection();
    options.max_connections = 4;
    pool db{driver.io->get_executor(), parse_conninfo(dsn()), options};
    driver.call([](pool& p) -> awaitable<void> {
        const auto given_up = [&]() -> awaitable<void> {
            const auto first = co_await (p.execute("select pg_sleep(60)") || after(20ms));
            EXPECT_EQ(first.index(), 1u);
        };
        for (int i = 0; i < 25; ++i) co_await (given_up() && given_up() && given_up() && given_up());
    }(db));
    EXPECT_EQ(driver.call(db.fetch_one<int>("select 1")), 1);
    EXPECT_LE(db.status().opened, 4u);
    EXPECT_EQ(db.status().broken, 0u);
    driver.call(db.close());
}

}  // namespace
}  // namespace howdah::test
