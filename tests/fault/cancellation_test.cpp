// The caller goes away at each of its suspension points, in each of the ways that Asio has for it.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include "fault_driver.hpp"
#include "howdah/testing/polling.hpp"

namespace howdah::test {
namespace {

namespace asio = boost::asio;

class cancelled : public on_both_drivers<async_driver>, public ::testing::WithParamInterface<asio::cancellation_type> {
protected:
    using work = std::function<awaitable<void>(connection&)>;

    void SetUp() override { call(db.execute("create temp table t(x int)")); }

    /// Runs `what`, and cancels it after `turns` turns of the event loop. False: it had ended before.
    bool run_cancelled(const work& what, int turns) {
        asio::cancellation_signal signal;
        bool over = false;
        const auto whole = [&]() -> awaitable<void> {
            co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
            co_await what(db);
        };
        asio::co_spawn(*driver.io, whole(),
                       asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr) { over = true; }));
        driver.io->restart();
        for (int i = 0; i < turns && !over; ++i) driver.io->run_one();
        const bool in_time = !over;
        // From inside of the loop: from outside, Asio 1.81 may hand the signal to a coroutine that has just ended.
        bool told = false;
        asio::post(*driver.io, [&] {
            told = true;
            if (!over) signal.emit(GetParam());
        });
        const auto limit = testing::from_now(call_limit);
        while (!(over && told) && driver.io->run_one_until(limit) != 0) {}
        EXPECT_TRUE(over) << "it hangs";
        return in_time;
    }

    /// After each, the connection gives the right answer to a question of its own, and is in no transaction.
    void cancel_everywhere(const work& what) {
        for (int turns = 0;; ++turns) {
            SCOPED_TRACE("cancelled after " + std::to_string(turns) + " turns");
            const bool early = run_cancelled(what, turns);
            ASSERT_TRUE(db.open()) << "a cancel costs no connection";
            EXPECT_EQ(call(db.fetch_one<int>("select $1::int", turns)), turns);
            EXPECT_TRUE(call(db.fetch_one<bool>("select pg_current_xact_id_if_assigned() is null")));
            if (early && !HasFailure()) continue;
            EXPECT_GT(turns, 1) << "it was never cancelled half-way";
            return;
        }
    }
};

TEST_P(cancelled, a_query) {
    cancel_everywhere([](connection& c) -> awaitable<void> { (void)co_await c.query("select 1 from pg_sleep(0.01)"); });
}

TEST_P(cancelled, several_calls_one_after_another) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        for (int i = 0; i < 3; ++i) (void)co_await c.fetch_one<int>("select $1::int + 1", i);
        co_await c.execute("insert into t values (1)");
    });
}

TEST_P(cancelled, a_transaction) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        auto tx = co_await c.begin();
        co_await tx.execute("insert into t values (2)");
        (void)co_await tx.fetch_all<int>("select x from t");
        co_await tx.commit();
    });
}

TEST_P(cancelled, a_pipeline) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        pipeline steps;
        const auto inserted = steps.execute("insert into t values (3)");
        const auto rows = steps.fetch_all<int>("select x from t");
        co_await c.run(steps);
        (void)steps.take(inserted);
        (void)steps.take(rows);
    });
}

TEST_P(cancelled, a_script) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        (void)co_await c.run_script("begin; insert into t values (4); commit; select 1");
    });
}

TEST_P(cancelled, a_look_up_of_types) {
    call(db.run_script("create domain pg_temp.small as int"));
    cancel_everywhere([](connection& c) -> awaitable<void> {
        (void)co_await c.fetch_one<std::vector<int>>("select array[1]::pg_temp.small[]");
    });
}

INSTANTIATE_TEST_SUITE_P(by, cancelled,
                         ::testing::Values(asio::cancellation_type::terminal, asio::cancellation_type::partial,
                                           asio::cancellation_type::total),
                         [](const auto& type) {
                             switch (type.param) {
                                 case asio::cancellation_type::terminal: return "terminal";
                                 case asio::cancellation_type::partial: return "partial";
                                 default: return "total";
                             }
                         });

}  // namespace
}  // namespace howdah::test
