#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace howdah::test {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

class abandoned : public on_both_drivers<async_driver> {
protected:
    static awaitable<void> after(std::chrono::milliseconds time) {
        asio::steady_timer timer{co_await asio::this_coro::executor, time};
        co_await timer.async_wait(asio::use_awaitable);
    }
};

TEST_F(abandoned, a_cancelled_call_leaves_the_connection_to_the_next) {
    const auto pid = db.process_id();
    for (int i = 0; i < 5; ++i) {
        call([](connection& c) -> awaitable<void> {
            const auto first = co_await (c.execute("select pg_sleep(60)") || after(20ms));
            EXPECT_EQ(first.index(), 1u);
        }(db));
        EXPECT_EQ(call(db.fetch_one<int>("select $1::int", i)), i);
    }
    EXPECT_EQ(call(db.fetch_one<int>("select pg_backend_pid()")), static_cast<int>(pid));
}

// Whatever kind of cancellation reaches the call: it is the caller's, and the clean-up is ours.
TEST_F(abandoned, every_type_of_cancellation_ends_the_call_and_keeps_the_connection) {
    const auto pid = db.process_id();
    for (const auto type :
         {asio::cancellation_type::total, asio::cancellation_type::partial, asio::cancellation_type::terminal}) {
        asio::cancellation_signal signal;
        std::optional<std::error_code> code;
        const auto work = [&]() -> awaitable<void> {
            co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
            try {
                co_await db.execute("select pg_sleep(60)");
            } catch (const error& e) {
                code = e.code();
            }
        };
        asio::co_spawn(*driver.io, work,
                       asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr e) { EXPECT_FALSE(e); }));
        driver.io->restart();
        driver.io->poll();
        signal.emit(type);
        while (!code && driver.io->run_one() != 0) {}
        EXPECT_EQ(code, errc::cancelled);
        EXPECT_EQ(call(db.fetch_one<int>("select pg_backend_pid()")), static_cast<int>(pid));
    }
}

TEST_F(abandoned, a_transaction_over_its_time_is_rolled_back_while_its_caller_sleeps) {
    auto other = driver.connect(dsn());
    call(db.run_script("drop table if exists overdue; create table overdue(x int)"));
    auto tx = call(db.begin({.timeout = 100ms}));
    call(tx.execute("lock table overdue"));
    // Waits for the lock, which nobody but the time limit gives back.
    EXPECT_EQ(call(other.with({.timeout = 10s}).fetch_one<int>("select count(*)::int from overdue")), 0);
    EXPECT_EQ(failure_of([&] { return driver.commit(tx), 0; }).code(), errc::timed_out);
    call(db.execute("drop table overdue"));
}

// The wait for a stream's first rows is cancelled, then the one for its later ones.
TEST_F(abandoned, a_cancelled_wait_of_a_stream_ends_it_and_keeps_the_connection) {
    const auto pid = static_cast<int>(db.process_id());
    for (const std::uint32_t size : {0u, 1u}) {
        for (const int quick : {0, 3}) {
            call([](connection& c, std::uint32_t rows, int before) -> awaitable<void> {
                auto s = c.stream<int>({.fetch_size = rows},
                                       "select n from generate_series(1, 100) n, "
                                       "lateral (select pg_sleep(case when n > $1 then 60 else 0 end), "
                                       "repeat('x', 1) offset 0) slow",
                                       before);
                int seen = 0;
                const auto all = [&]() -> awaitable<void> {
                    while (co_await s.next()) ++seen;
                };
                const auto first = co_await (all() || after(100ms));
                EXPECT_EQ(first.index(), 1u);
                EXPECT_LE(seen, before);
                if (rows == 1) {
                    EXPECT_EQ(seen, before);
                }
            }(db, size, quick));
            EXPECT_EQ(call(db.fetch_one<int>("select pg_backend_pid()")), pid);
        }
    }
}

TEST_F(abandoned, a_call_cancelled_while_it_waits_was_not_sent) {
    call([](connection& c) -> awaitable<void> {
        auto tx = co_await c.begin();
        co_await tx.execute("select 1");
        const auto first = co_await (c.fetch_one<int>("select 1") || after(20ms));
        EXPECT_EQ(first.index(), 1u);
        co_await tx.commit();
    }(db));
    expect_usable();
}

TEST_F(abandoned, a_connection_that_goes_away_ends_the_calls_of_others) {
    std::optional<connection> mine{driver.connect(dsn())};
    std::optional<std::error_code> code;
    asio::co_spawn(
        *driver.io,
        [&]() -> awaitable<void> {
            try {
                co_await mine->execute("select pg_sleep(60)");
            } catch (const error& e) {
                code = e.code();
            }
        },
        [](std::exception_ptr e) { EXPECT_FALSE(e); });
    driver.io->restart();
    driver.io->poll();
    mine.reset();
    driver.io->restart();
    while (!code && driver.io->run_one() != 0) {}
    EXPECT_EQ(code, errc::connection_closed);
}

TEST(executor, that_is_destroyed_with_calls_under_way_leaks_nothing) {
    auto io = std::make_unique<asio::io_context>(1);
    bool started = false;
    asio::co_spawn(
        *io,
        [&]() -> awaitable<void> {
            auto c = co_await connect(dsn());
            started = true;
            co_await c.execute("select pg_sleep(60)");
        },
        [](std::exception_ptr) {});
    while (!started) io->run_one();
    io->poll();
    io.reset();  // AddressSanitizer sees what is left
}

}  // namespace
}  // namespace howdah::test
