// What goes through an async pool, and in which state its connections come back.
#include "async_pool.hpp"

namespace howdah::test {
namespace {

using async_pool_verbs = pool_loop;

TEST_F(async_pool_verbs, a_transaction_that_a_borrower_leaves_open_is_rolled_back) {
    pool db{io.get_executor(), config(), at_most(1)};
    wait([&]() -> awaitable<void> {
        co_await db.execute("drop table if exists pool_left_open");
        co_await db.execute("create table pool_left_open (n int)");
        int pid = 0;
        {
            auto c = co_await db.acquire();
            pid = co_await backend_of(*c);
            auto tx = co_await c->begin();
            co_await tx.execute("insert into pool_left_open values (1)");
            c.release();  // before its transaction
        }
        const auto [rows, same] = co_await db.fetch_one<std::pair<std::int64_t, bool>>(
            "select count(*), pg_backend_pid() = $1 from pool_left_open", pid);
        EXPECT_EQ(rows, 0);
        EXPECT_TRUE(same) << "the connection was clean again, and kept";
        co_await db.execute("drop table pool_left_open");
    }());
    close(db);
}

TEST_F(async_pool_verbs, transactions_commit_and_roll_back_and_keep_their_connection) {
    pool db{io.get_executor(), config(), at_most(1)};
    wait([&]() -> awaitable<void> {
        co_await db.execute("drop table if exists pool_transactions");
        co_await db.execute("create table pool_transactions (n int)");
        co_await db.in_transaction([&](transaction& tx) -> awaitable<void> {
            co_await tx.execute("insert into pool_transactions values (1)");
        });
        try {
            co_await db.in_transaction([&](transaction& tx) -> awaitable<void> {
                co_await tx.execute("insert into pool_transactions values (2)");
                throw std::runtime_error{"no"};
            });
            ADD_FAILURE() << "it did not throw";
        } catch (const std::runtime_error&) {}
        auto tx = co_await db.begin({.isolation = isolation_level::serializable});
        co_await tx.execute("insert into pool_transactions values (3)");
        EXPECT_EQ(db.status().in_use, 1U);
        co_await tx.commit();
        EXPECT_EQ(db.status().in_use, 0U);
        const auto all = co_await db.fetch_all<int>("select n from pool_transactions order by n");
        EXPECT_EQ(all, (std::vector{1, 3}));
        co_await db.execute("drop table pool_transactions");
    }());
    close(db);
}

TEST_F(async_pool_verbs, a_stream_has_its_connection_until_it_goes) {
    pool db{io.get_executor(), config(), at_most(1)};
    wait([&]() -> awaitable<void> {
        {
            auto rows = db.stream<int>("select generate_series(1, 100000)");
            EXPECT_EQ(db.status().in_use, 0U) << "nothing is sent yet";
            int n = 0;
            while (auto batch = co_await rows.next_batch())
                for (const int value : batch) EXPECT_EQ(value, ++n);
            EXPECT_EQ(n, 100'000);
        }
        EXPECT_EQ(db.status().in_use, 0U);
        {
            auto rows = db.stream<int>("select generate_series(1, 10000000)");
            EXPECT_EQ(co_await rows.next(), 1);
            EXPECT_EQ(db.status().in_use, 1U);
        }
        EXPECT_EQ(co_await db.fetch_one<int>("select 7"), 7) << "dropped early";
        EXPECT_EQ(db.status().opened, 1U);
    }());
    close(db);
}

TEST_F(async_pool_verbs, copies_pipelines_scripts_and_prepared_statements_go_through_it) {
    pool db{io.get_executor(), config(), at_most(2)};
    wait([&]() -> awaitable<void> {
        co_await db.execute("drop table if exists pool_copy");
        co_await db.execute("create table pool_copy (n int4, t text)");
        using row = std::pair<int, std::string>;
        {
            auto in = co_await db.copy_in<row>(identifier{"pool_copy"});
            for (int i = 0; i != 1000; ++i) {
                const row r{i, std::to_string(i)};
                co_await in.write(r);
            }
            EXPECT_EQ(co_await in.finish(), 1000U);
        }
        std::int64_t sum = 0;
        {
            auto out = db.copy_out<row>(identifier{"pool_copy"});
            co_await out.for_each([&](const row& r) { sum += r.first; });
        }
        EXPECT_EQ(sum, 499'500);

        std::vector<row> more{{1000, "a"}, {1001, "b"}};
        EXPECT_EQ((co_await db.insert_many(identifier{"pool_copy"}, {"n", "t"}, more)).rows_affected, 2U);
        EXPECT_EQ((co_await db.insert_many(identifier{"pool_copy"}, {"n", "t"}, std::move(more))).rows_affected, 2U);

        pipeline steps;
        auto first = steps.fetch_one<int>("select 1");
        auto second = steps.fetch_one<int>("select 2");
        co_await db.run(steps);
        EXPECT_EQ(steps.take(first) + steps.take(second), 3);

        EXPECT_EQ((co_await db.run_script("select 1; select 2")).size(), 2U);

        auto prepared = co_await db.prepare<int>("select n + $1 from pool_copy where n = 41");
        const auto held = co_await db.acquire();  // the connection that described it
        EXPECT_EQ(co_await prepared.fetch_one<int>(1), 42) << "on another connection";
        co_await db.execute("drop table pool_copy");
    }());
    EXPECT_EQ(db.status().in_use, 0U);
    close(db);
}

TEST_F(async_pool_verbs, clean_takes_settings_tables_and_locks_back_and_keeps_statements) {
    auto options = at_most(1);
    options.on_return = recycle::clean;
    pool db{io.get_executor(), config(), options};
    wait([&]() -> awaitable<void> {
        const int pid = co_await db.with_connection([](connection& c) -> awaitable<int> {
            co_await c.execute("set work_mem = '77MB'");
            co_await c.execute("create temp table left_behind (n int)");
            co_await c.execute("select pg_advisory_lock(77)");
            co_await c.fetch_one<int>("select $1::int4", 1);
            co_await c.fetch_one<int>("select $1::int4", 1);
            co_return co_await backend_of(c);
        });
        co_await db.with_connection([&](connection& c) -> awaitable<void> {
            EXPECT_EQ(co_await backend_of(c), pid);
            EXPECT_NE(co_await c.fetch_one<std::string>("show work_mem"), "77MB");
            EXPECT_TRUE(co_await c.fetch_one<bool>("select to_regclass('left_behind') is null"));
            EXPECT_EQ(co_await c.fetch_one<std::int64_t>(
                          "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"),
                      0);
            EXPECT_GE(co_await c.fetch_one<std::int64_t>(
                          "select count(*) from pg_prepared_statements where statement = 'select $1::int4'"),
                      1);
        });
    }());
    close(db);
}

}  // namespace
}  // namespace howdah::test
