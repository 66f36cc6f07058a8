#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include "driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace howdah::test {
namespace {

namespace asio = boost::asio;

// Several coroutines on one connection (law 3).
class sharing : public on_both_drivers<async_driver> {
protected:
    template <class F>
    void spawn(F f) {
        ++running;
        asio::co_spawn(*driver.io, std::move(f), [this](std::exception_ptr e) {
            --running;
            if (e && !failure) failure = e;
        });
    }
    void finish() {
        driver.io->restart();
        while (running != 0 && driver.io->run_one() != 0) {}
        if (failure) std::rethrow_exception(failure);
    }
    int running = 0;
    std::exception_ptr failure;
};

TEST_F(sharing, a_hundred_calls_at_once_get_each_its_own_answer) {
    int answered = 0;
    for (int i = 0; i < 100; ++i)
        spawn([&, i]() -> awaitable<void> {
            for (int k = 0; k < 10; ++k) {
                const auto n = co_await db.fetch_one<int>("select $1::int * 1000 + $2::int", i, k);
                EXPECT_EQ(n, i * 1000 + k);
                ++answered;
            }
        });
    finish();
    EXPECT_EQ(answered, 1000);
}

TEST_F(sharing, an_error_hits_only_the_call_that_made_it) {
    int failed = 0, answered = 0;
    for (int i = 0; i < 50; ++i)
        spawn([&, i]() -> awaitable<void> {
            try {
                const auto n = co_await db.fetch_one<int>("select 100 / $1::int", i % 10);
                EXPECT_EQ(n, 100 / (i % 10));
                ++answered;
            } catch (const error& e) {
                EXPECT_EQ(e.state(), division_by_zero);
                EXPECT_EQ(i % 10, 0);
                ++failed;
            }
        });
    finish();
    EXPECT_EQ(failed, 5);
    EXPECT_EQ(answered, 45);
}

TEST_F(sharing, another_coroutine_s_statement_never_lands_inside_a_transaction) {
    call(db.execute("create temp table t(who text, tx bigint)"));
    bool ended = false, outsider_saw_end = false;
    spawn([&]() -> awaitable<void> {
        auto tx = co_await db.begin();
        co_await tx.execute("insert into t values ('inside', txid_current())");
        spawn([&]() -> awaitable<void> {
            co_await db.execute("insert into t values ('outside', txid_current())");
            outsider_saw_end = ended;
        });
        for (int i = 0; i < 20; ++i) co_await tx.fetch_one<int>("select $1::int", i);
        co_await tx.execute("insert into t values ('inside', txid_current())");
        ended = true;
        co_await tx.rollback();
    });
    finish();
    EXPECT_TRUE(outsider_saw_end);
    EXPECT_EQ(call(db.fetch_all<std::string>("select who from t")), (std::vector<std::string>{"outside"}));
}

TEST_F(sharing, calls_inside_a_transaction_may_be_concurrent_too) {
    spawn([&]() -> awaitable<void> {
        auto tx = co_await db.begin();
        int done = 0;
        for (int i = 0; i < 20; ++i)
            spawn([&, i]() -> awaitable<void> {
                EXPECT_EQ((co_await tx.fetch_one<int>("select $1::int", i)), i);
                ++done;
            });
        while (done < 20) co_await tx.fetch_one<int>("select 1");
        co_await tx.commit();
    });
    finish();
    expect_usable();
}

TEST_F(sharing, a_script_has_the_connection_to_itself) {
    call(db.run_script("create temp table t(x int)"));
    for (int i = 0; i < 10; ++i) {
        spawn([&]() -> awaitable<void> { co_await db.run_script("begin; insert into t values (1); commit"); });
        spawn([&]() -> awaitable<void> {
            EXPECT_EQ((co_await db.fetch_one<bool>("select txid_current_if_assigned() is null")), true);
        });
    }
    finish();
    EXPECT_EQ(call(db.fetch_one<int>("select count(*)::int from t")), 10);
}

}  // namespace
}  // namespace howdah::test
