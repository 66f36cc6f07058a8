// An async pool over several threads, through a PgBouncer.
#include <gmock/gmock.h>

#include <atomic>
#include <boost/asio/detached.hpp>

#include "howdah/pool/pool.hpp"
#include "pooler.hpp"

namespace howdah::test {
namespace {

namespace asio = boost::asio;

constexpr int contexts = 4, tasks = 4, calls = 25;

awaitable<void> ask(pool& db, const way& w, int base, std::atomic<int>& right) {
    for (int i = 0; i < calls; ++i) {
        const int n = base + i;
        if (w.takes_parameters()) {
            right += co_await db.fetch_one<int>("select $1::int", n) == n;
        } else {
            const unsafe_sql text{"select " + std::to_string(n)};
            right += co_await db.fetch_one<int>(text) == n;
        }
    }
}

TEST(async_pool_through_a_pooler, gives_each_caller_its_own_answers_in_every_way) {
    for (const auto& w : ways) {
        SCOPED_TRACE(::testing::PrintToString(w));
        // In session mode one more than the pooler has would wait for as long as the others are open.
        const pgbouncer pooler{testing::shared_server(), {.pool_mode = w.pooled, .default_pool_size = contexts}};
        std::vector<std::unique_ptr<asio::io_context>> loops;
        std::vector<asio::any_io_executor> executors;
        for (int t = 0; t < contexts; ++t)
            executors.emplace_back(loops.emplace_back(std::make_unique<asio::io_context>(1))->get_executor());
        pool db{executors, parse_conninfo(dsn_of(pooler, w.keywords())), {.max_connections = contexts}};
        std::atomic<int> right = 0, left = contexts * tasks;
        for (int t = 0; t < contexts; ++t)
            for (int c = 0; c < tasks; ++c)
                asio::co_spawn(executors[std::size_t(t)], ask(db, w, (t * tasks + c) * calls, right),
                               [&](const std::exception_ptr& failure) {
                                   EXPECT_FALSE(failure);
                                   if (--left == 0) asio::co_spawn(executors.front(), db.close(), asio::detached);
                               });
        {
            std::vector<std::jthread> running;
            for (auto& l : loops) running.emplace_back([&l] { l->run_for(std::chrono::seconds{60}); });
        }
        EXPECT_EQ(right, contexts * tasks * calls);
        const auto s = db.status();
        EXPECT_EQ(s.size + s.in_use + s.waiting, 0u);
        EXPECT_LE(s.opened, std::uint64_t{contexts});
        EXPECT_LE(server_connections(pooler), std::size_t{contexts});
    }
}

// Behind a pooler a cancel can't be fenced: such a connection is closed, and the pool replaces it, whenever it comes to know.
TEST(async_pool_through_a_pooler, replaces_connections_whose_calls_ran_out_of_time) {
    constexpr int connections = 12, hurried = 10, others = 6;
    const pgbouncer pooler{testing::shared_server(), {.default_pool_size = connections}};
    asio::io_context io{1};
    pool db{
        io.get_executor(), parse_conninfo(dsn_of(pooler, "statement_mode=unnamed")), {.max_connections = connections}};
    int out_of_time = 0, right = 0, left = hurried + others;
    const auto ten_times = [&]() -> awaitable<void> {
        for (int i = 0; i < 10; ++i) right += co_await db.fetch_one<int>("select $1::int", i) == i;
    };
    const auto caller = [&](int number) -> awaitable<void> {
        if (number < hurried) {
            try {
                auto in_a_hurry = db.with({.timeout = std::chrono::seconds{1}});
                co_await in_a_hurry.execute("select pg_sleep(60)");
            } catch (const error& e) {
                out_of_time += e.code() == errc::timed_out;
            }
        }
        co_await ten_times();
        if (--left == 0) co_await db.close();
    };
    std::vector<std::string> failures;
    for (int i = 0; i < hurried + others; ++i)
        asio::co_spawn(io, caller(i), [&](const std::exception_ptr& thrown) {
            try {
                if (thrown) std::rethrow_exception(thrown);
            } catch (const std::exception& e) {
                failures.emplace_back(e.what());
            }
        });
    io.run_for(std::chrono::seconds{60});
    EXPECT_THAT(failures, ::testing::IsEmpty());
    EXPECT_EQ(out_of_time, hurried);
    EXPECT_EQ(right, (hurried + others) * 10);
    EXPECT_EQ(db.status().size, 0u);
}

}  // namespace
}  // namespace howdah::test
