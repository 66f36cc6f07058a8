// Who gets which connection of an async pool, and who waits.
#include "async_pool.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <set>
#include <vector>

namespace howdah::test {
namespace {

using async_pool = pool_loop;

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
    pool db{io.get_executor(), config(), options};
    const auto held = wait(db.acquire());
    options.acquire_timeout = std::chrono::milliseconds{30};
    db.reconfigure(options);
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

// What connections are idle, and what used, follows from that.
TEST_F(async_pool, the_observer_hears_of_each_connection_that_is_lent_and_of_its_return) {
    struct listener final : observer {
        using observer::on;
        void on(const acquire_event& e) override { ++(e.failure == nullptr ? lent : refused); }
        void on(const release_event& e) override {
            ++returned;
            of.insert(e.process_id);
        }
        void on(const pool_connection_event& e) override { known.insert(e.process_id); }
        int lent = 0, refused = 0, returned = 0;
        std::set<std::uint32_t> of, known;
    };
    const auto watcher = std::make_shared<listener>();
    pool db{io.get_executor(), config(), at_most(1), {}, watcher};
    EXPECT_EQ(wait(db.fetch_one<int>("select 1")), 1);
    EXPECT_EQ(watcher->lent, 1);
    EXPECT_EQ(watcher->returned, 1);
    {
        auto held = wait(db.acquire());
        EXPECT_EQ(watcher->lent, 2);
        EXPECT_EQ(watcher->returned, 1);
        EXPECT_TRUE(error_of([&]() -> awaitable<void> {
            co_await db.with({.timeout = std::chrono::milliseconds{20}}).execute("select 1");
        }()));
        held.release();
    }
    EXPECT_TRUE(error_of([&]() -> awaitable<void> { co_await db.execute("select no_such_column"); }()));
    close(db);
    EXPECT_EQ(watcher->refused, 1);
    EXPECT_EQ(watcher->lent, 3);
    EXPECT_EQ(watcher->returned, 3);
    EXPECT_EQ(watcher->of, watcher->known);
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
