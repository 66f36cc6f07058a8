#include "async_pool.hpp"

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <set>
#include <thread>
#include <vector>

namespace howdah::test {
namespace {

using async_pool = pool_loop;

awaitable<int> backend_of(connection& c) { return c.fetch_one<int>("select pg_backend_pid()"); }

TEST_F(async_pool, verbs_have_a_connection_each_and_use_it_again) {
    pool db{io.get_executor(), config(), at_most(4)};
    for (int i = 0; i != 20; ++i) EXPECT_EQ(wait(db.fetch_one<int>("select $1::int4", i)), i);
    const auto s = db.status();
    EXPECT_EQ(s.opened, 1U);
    EXPECT_EQ(s.acquired, 20U);
    EXPECT_EQ(s.idle, 1U);
    EXPECT_EQ(s.in_use, 0U);
    close(db);
}

TEST_F(async_pool, many_callers_share_as_many_connections_as_there_may_be) {
    pool db{io.get_executor(), config(), at_most(3)};
    std::set<int> backends;
    std::size_t most = 0;
    const auto caller = [&](int i) -> awaitable<void> {
        const auto [pid, n] =
            co_await db.fetch_one<std::pair<int, int>>("select pg_backend_pid(), $1::int4 from pg_sleep(0.01)", i);
        EXPECT_EQ(n, i);
        backends.insert(pid);
        most = std::max<std::size_t>(most, db.status().size);
    };
    for (int i = 0; i != 50; ++i) begin(caller(i));
    until_all_done();
    EXPECT_EQ(backends.size(), 3U);
    EXPECT_EQ(most, 3U);
    EXPECT_EQ(db.status().opened, 3U);
    close(db);
}

TEST_F(async_pool, callers_are_served_in_the_order_in_which_they_came) {
    pool db{io.get_executor(), config(), at_most(1)};
    std::vector<int> order;
    const auto caller = [&](int i) -> awaitable<void> {
        const auto c = co_await db.acquire();
        order.push_back(i);
        co_await c->execute("select 1");
    };
    for (int i = 0; i != 10; ++i) begin(caller(i));
    until_all_done();
    EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    close(db);
}

TEST_F(async_pool, a_caller_that_waits_too_long_hears_who_has_the_connections) {
    auto options = at_most(1);
    options.acquire_timeout = std::chrono::milliseconds{30};
    pool db{io.get_executor(), config(), options};
    const auto held = wait(db.acquire());
    const auto e = error_of([&]() -> awaitable<void> { co_await db.execute("select 1"); }());
    ASSERT_TRUE(e);
    EXPECT_EQ(e->code(), errc::timed_out);
    EXPECT_EQ(e->phase(), phase::queue);
    EXPECT_EQ(e->fate(), fate::not_sent);
    EXPECT_NE(std::string{e->what()}.find("1 of 1 in use"), std::string::npos) << e->what();
}

TEST_F(async_pool, a_calls_own_timeout_bounds_its_wait) {
    pool db{io.get_executor(), config(), at_most(1)};
    const auto held = wait(db.acquire());
    auto soon = db.with({.timeout = std::chrono::milliseconds{30}});
    const auto e = error_of([&]() -> awaitable<void> { co_await soon.execute("select 1"); }());
    ASSERT_TRUE(e);
    EXPECT_EQ(e->code(), errc::timed_out);
}

TEST_F(async_pool, one_more_than_may_wait_is_refused_at_once) {
    auto options = at_most(1);
    options.max_waiting = 1;
    pool db{io.get_executor(), config(), options};
    auto held = wait(db.acquire());
    begin([&]() -> awaitable<void> { co_await db.execute("select 1"); });
    until([&] { return db.status().waiting == 1; });
    const auto e = error_of([&]() -> awaitable<void> { co_await db.execute("select 1"); }());
    ASSERT_TRUE(e);
    EXPECT_EQ(e->code(), errc::queue_full);
    held.release();
    until_all_done();
    close(db);
}

TEST_F(async_pool, a_transaction_that_a_borrower_leaves_open_is_rolled_back) {
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

TEST_F(async_pool, transactions_commit_and_roll_back_and_keep_their_connection) {
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

TEST_F(async_pool, a_stream_has_its_connection_until_it_goes) {
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

TEST_F(async_pool, copies_pipelines_scripts_and_prepared_statements_go_through_it) {
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

TEST_F(async_pool, a_caller_that_is_cancelled_while_it_waits_leaves_the_queue) {
    pool db{io.get_executor(), config(), at_most(1)};
    auto held = wait(db.acquire());
    asio::cancellation_signal stop;
    std::exception_ptr failure;
    bool done = false;
    asio::co_spawn(
        io, [&]() -> awaitable<void> { co_await db.execute("select 1"); },
        asio::bind_cancellation_slot(stop.slot(), [&](const std::exception_ptr& e) {
            failure = e;
            done = true;
        }));
    until([&] { return db.status().waiting == 1; });
    asio::post(io, [&] { stop.emit(asio::cancellation_type::terminal); });
    until([&] { return done; });
    ASSERT_TRUE(failure);
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) {
        EXPECT_EQ(e.code(), errc::cancelled);
        EXPECT_EQ(e.fate(), fate::not_sent);
    }
    EXPECT_EQ(db.status().waiting, 0U);
    held.release();
    EXPECT_EQ(wait(db.fetch_one<int>("select 5")), 5);
    close(db);
}

TEST_F(async_pool, a_caller_that_is_cancelled_in_its_query_gives_a_clean_connection_back) {
    pool db{io.get_executor(), config(), at_most(1)};
    asio::cancellation_signal stop;
    bool done = false;
    asio::co_spawn(
        io, [&]() -> awaitable<void> { co_await db.execute("select pg_sleep(60)"); },
        asio::bind_cancellation_slot(stop.slot(), [&](const std::exception_ptr& e) {
            EXPECT_TRUE(e);
            done = true;
        }));
    until([&] { return db.status().in_use == 1; });
    asio::post(io, [&] { stop.emit(asio::cancellation_type::terminal); });
    until([&] { return done; });
    EXPECT_EQ(wait(db.fetch_one<int>("select 5")), 5);
    EXPECT_EQ(db.status().opened, 1U) << "no new connection for a cancelled query";
    close(db);
}

TEST_F(async_pool, clean_takes_settings_tables_and_locks_back_and_keeps_statements) {
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

TEST_F(async_pool, min_connections_are_opened_by_themselves_and_options_change_at_run_time) {
    auto options = at_most(4);
    options.min_connections = 2;
    pool db{io.get_executor(), config(), options};
    until([&] { return db.status().idle == 2; });
    auto one = wait(db.acquire());
    auto two = wait(db.acquire());
    options.min_connections = 0;
    options.max_connections = 1;
    db.reconfigure(options);
    EXPECT_EQ(wait(backend_of(*two)), wait(backend_of(*two))) << "what is in use is not dropped";
    one.release();
    until([&] { return db.status().size == 1; });
    options.max_connections = 3;
    options.min_connections = 3;
    db.reconfigure(options);
    until([&] { return db.status().size == 3; });
    options.min_connections = 4;
    EXPECT_THROW(db.reconfigure(options), error);
    two.release();
    close(db);
}

TEST_F(async_pool, close_refuses_who_waits_and_waits_for_who_works) {
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

TEST_F(async_pool, drain_serves_who_waits) {
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

TEST_F(async_pool, what_is_still_in_use_when_the_time_is_over_is_closed_under_its_user) {
    pool db{io.get_executor(), config(), at_most(1)};
    const auto held = wait(db.acquire());
    wait(db.close(std::chrono::milliseconds{20}));
    const auto e = error_of([&]() -> awaitable<void> { co_await held->execute("select 1"); }());
    ASSERT_TRUE(e);
    EXPECT_EQ(e->code(), errc::connection_closed);
}

TEST_F(async_pool, a_pool_that_is_destroyed_lets_the_loop_end) {
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

TEST_F(async_pool, a_verb_from_another_executor_goes_to_the_pools_and_comes_back) {
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

TEST_F(async_pool, shards_on_several_threads_keep_to_one_limit) {
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

TEST_F(async_pool, a_caller_that_waits_for_itself_is_told_with_both_places) {
    struct listener final : observer {
        void on(const starvation_event& e) override { seen.emplace_back(e.waiting, e.holding); }
        std::vector<std::pair<std::string, std::string>> seen;
    };
    const auto watcher = std::make_shared<listener>();
    auto options = at_most(1);
    options.acquire_timeout = std::chrono::seconds{2};
    pool db{io.get_executor(), config(), options, {}, watcher};
    const auto e = error_of([&]() -> awaitable<void> {
        const auto outer = co_await db.acquire();
        co_await db.execute("select 'nested'");
    }());
    ASSERT_TRUE(e);
    EXPECT_EQ(e->code(), errc::timed_out);
    ASSERT_EQ(watcher->seen.size(), 1U);
    EXPECT_EQ(watcher->seen.front().first, "statement \"select 'nested'\"");
    EXPECT_NE(watcher->seen.front().second.find("async_pool_test.cpp:"), std::string::npos);
    close(db);
}

TEST_F(async_pool, several_have_names) {
    databases all;
    const auto dsn = testing::shared_server().dsn_by(testing::route::best);
    all.open("orders", io.get_executor(), dsn, at_most(1));
    all.open("users", io.get_executor(), config(), at_most(2));
    EXPECT_EQ(wait(all["orders"].fetch_one<int>("select 3")), 3);
    EXPECT_EQ(all.names(), (std::vector<std::string>{"orders", "users"}));
    EXPECT_THROW((void)all["stock"], error);
    for (const auto& name : all.names()) wait(all.close(name, std::chrono::seconds{5}));
    EXPECT_TRUE(all.names().empty());
}

TEST_F(async_pool, bad_options_and_configurations_are_refused_before_anything_is_done) {
    EXPECT_THROW((pool{io.get_executor(), config(), at_most(0)}), error);
    EXPECT_THROW((pool{io.get_executor(), config(), at_most(101)}), error);
    EXPECT_THROW((pool{std::vector<asio::any_io_executor>{}, config(), at_most(4)}), error);
    auto wrong = config();
    wrong.pipeline_depth = 0;
    EXPECT_THROW((pool{io.get_executor(), wrong, at_most(4)}), error);
}

}  // namespace
}  // namespace howdah::test
