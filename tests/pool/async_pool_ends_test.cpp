// How an async pool ends, and what it is to several executors.
#include <atomic>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "async_pool.hpp"

namespace howdah::test {
namespace {

using async_pool_ends = pool_loop;

TEST_F(async_pool_ends, close_refuses_who_waits_and_waits_for_who_works) {
    pool db{io.get_executor(), config(), at_most(1)};
    auto held = wait(db.acquire());
    std::exception_ptr refused;
    begin([&]() -> awaitable<void> { co_await db.execute("select 1"); }, &refused);
    until([&] { return db.status().waiting == 1; });
    bool closed = false;
    begin([&]() -> awaitable<void> {
        co_await db.close(std::chrono::seconds{20});
        closed = true;
    });
    until([&] { return refused != nullptr; });
    EXPECT_EQ(wait(held->fetch_one<int>("select 3")), 3) << "its work goes on";
    EXPECT_FALSE(closed);
    held.release();
    until_all_done();
    EXPECT_TRUE(closed);
    const auto e = error_of([&]() -> awaitable<void> { co_await db.execute("select 1"); }());
    ASSERT_TRUE(e);
    EXPECT_EQ(e->code(), errc::pool_closed);
    EXPECT_EQ(db.status().size, 0U);
}

TEST_F(async_pool_ends, drain_serves_who_waits) {
    pool db{io.get_executor(), config(), at_most(1)};
    auto held = wait(db.acquire());
    int answer = 0;
    begin([&]() -> awaitable<void> { answer = co_await db.fetch_one<int>("select 9"); });
    until([&] { return db.status().waiting == 1; });
    begin(db.drain(std::chrono::seconds{20}));
    held.release();
    until_all_done();
    EXPECT_EQ(answer, 9);
    EXPECT_EQ(db.status().size, 0U);
}

TEST_F(async_pool_ends, what_is_still_in_use_when_the_time_is_over_is_closed_under_its_user) {
    pool db{io.get_executor(), config(), at_most(1)};
    const auto held = wait(db.acquire());
    wait(db.close(std::chrono::milliseconds{20}));
    const auto e = error_of([&]() -> awaitable<void> { co_await held->execute("select 1"); }());
    ASSERT_TRUE(e);
    EXPECT_EQ(e->code(), errc::connection_closed);
}

TEST_F(async_pool_ends, cut_off_ends_what_is_in_flight_and_who_waits_and_serves_who_comes_later) {
    pool db{io.get_executor(), config(), at_most(1)};
    std::exception_ptr in_flight, waiting;
    begin([&]() -> awaitable<void> { co_await db.execute("select pg_sleep(20)"); }, &in_flight);
    until([&] { return db.status().in_use == 1; });
    begin([&]() -> awaitable<void> { co_await db.execute("select 1"); }, &waiting);
    until([&] { return db.status().waiting == 1; });
    db.cut_off(error{errc::connection_closed, "nobody is there"});
    until([&] { return in_flight != nullptr && waiting != nullptr; });
    for (const auto& [failure, fate] : {std::pair{in_flight, fate::unknown}, std::pair{waiting, fate::not_sent}}) {
        try {
            std::rethrow_exception(failure);
        } catch (const error& e) {
            EXPECT_EQ(e.code(), errc::connection_closed) << e.what();
            EXPECT_EQ(e.fate(), fate) << e.what();
        }
    }
    EXPECT_EQ(wait(db.fetch_one<int>("select 5")), 5);
    close(db);
}

TEST_F(async_pool_ends, a_pool_that_is_destroyed_lets_the_loop_end) {
    std::optional<pooled_connection> held;
    {
        pool db{io.get_executor(), config(), at_most(2)};
        held.emplace(wait(db.acquire()));
    }
    held.reset();
    io.restart();
    io.run_for(limit);
    EXPECT_TRUE(io.stopped()) << "something keeps the loop busy";
}

TEST_F(async_pool_ends, a_verb_from_another_executor_goes_to_the_pools_and_comes_back) {
    asio::io_context elsewhere{1};
    auto work = asio::make_work_guard(elsewhere);
    std::thread runs_pool{[&] { elsewhere.run(); }};
    {
        pool db{elsewhere.get_executor(), config(), at_most(2)};
        wait([&]() -> awaitable<void> {
            const auto here = std::this_thread::get_id();
            EXPECT_EQ(co_await db.fetch_one<int>("select 4"), 4);
            EXPECT_EQ(std::this_thread::get_id(), here);
            std::thread::id there{};
            const int n = co_await db.with_connection([&](connection& c) -> awaitable<int> {
                there = std::this_thread::get_id();
                co_return co_await c.fetch_one<int>("select 5");
            });
            EXPECT_EQ(n, 5);
            EXPECT_EQ(there, runs_pool.get_id());
            EXPECT_EQ(std::this_thread::get_id(), here);
            co_await db.in_transaction([&](transaction& tx) -> awaitable<void> { co_await tx.execute("select 1"); });
        }());
        const auto e = error_of([&]() -> awaitable<void> { const auto c = co_await db.acquire(); }());
        ASSERT_TRUE(e);
        EXPECT_EQ(e->code(), errc::wrong_executor);
        wait(db.close());
    }
    work.reset();
    runs_pool.join();
}

TEST_F(async_pool_ends, shards_on_several_threads_keep_to_one_limit) {
    constexpr int threads = 4, callers = 16, calls = 50;
    std::vector<std::unique_ptr<asio::io_context>> loops;
    std::vector<asio::any_io_executor> executors;
    for (int i = 0; i != threads; ++i) {
        loops.push_back(std::make_unique<asio::io_context>(1));
        executors.emplace_back(loops.back()->get_executor());
    }
    pool db{executors, config(), at_most(6)};
    std::atomic<int> answered{0}, left{threads * callers};
    const auto caller = [&](int base) -> awaitable<void> {
        for (int i = 0; i != calls; ++i)
            if (co_await db.fetch_one<int>("select $1::int4", base + i) == base + i) ++answered;
        if (--left == 0) co_await db.close();
    };
    for (int t = 0; t != threads; ++t)
        for (int c = 0; c != callers; ++c) asio::co_spawn(*loops[std::size_t(t)], caller(t * 1000 + c), asio::detached);
    {
        std::vector<std::jthread> running;
        for (auto& l : loops) running.emplace_back([&l] { l->run_for(limit); });
        while (left != 0 && !loops.front()->stopped()) EXPECT_LE(db.status().size, 6U);
    }
    EXPECT_EQ(answered, threads * callers * calls);
    EXPECT_LE(db.status().opened, 6U);
    EXPECT_EQ(db.status().size, 0U);
    for (const auto& l : loops) EXPECT_TRUE(l->stopped()) << "close() did not come to its end";
}

}  // namespace
}  // namespace howdah::test
