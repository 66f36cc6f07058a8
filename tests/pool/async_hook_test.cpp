#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <vector>

#include "async_pool.hpp"

namespace howdah::test {
namespace {

using async_hooks = pool_loop;

awaitable<void> sleep_for_ever() {
    asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::hours{1}};
    co_await timer.async_wait(asio::use_awaitable);
}

TEST_F(async_hooks, each_is_called_at_its_moment) {
    std::vector<std::string> order;
    const auto note = [&](const char* name) {
        return [&order, name](connection& c) -> awaitable<void> {
            order.emplace_back(name);
            co_await c.execute("select 1");
        };
    };
    pool_hooks hooks;
    hooks.after_connect = note("after_connect");
    hooks.before_acquire = note("before_acquire");
    hooks.after_release = note("after_release");
    hooks.before_close = note("before_close");
    pool db{io.get_executor(), config(), at_most(1), hooks};
    EXPECT_EQ(wait(db.fetch_one<int>("select 1")), 1);
    EXPECT_EQ(wait(db.fetch_one<int>("select 2")), 2);
    close(db);
    EXPECT_EQ(order, (std::vector<std::string>{"after_connect", "before_acquire", "after_release", "before_acquire",
                                               "after_release", "before_close"}));
}

TEST_F(async_hooks, a_setting_made_after_connect_is_there_for_every_borrower) {
    pool_hooks hooks;
    hooks.after_connect = [](connection& c) -> awaitable<void> { co_await c.execute("set work_mem = '33MB'"); };
    pool db{io.get_executor(), config(), at_most(2), hooks};
    EXPECT_EQ(wait(db.fetch_one<std::string>("show work_mem")), "33MB");
    close(db);
}

TEST_F(async_hooks, a_failing_after_connect_is_the_callers_error) {
    pool_hooks hooks;
    hooks.after_connect = [](connection& c) -> awaitable<void> { co_await c.execute("select 1/0"); };
    pool db{io.get_executor(), config(), at_most(1), hooks};
    const auto e = error_of([&]() -> awaitable<void> { co_await db.execute("select 1"); }());
    ASSERT_TRUE(e);
    EXPECT_EQ(e->state().text(), "22012");
    EXPECT_EQ(e->fate(), fate::not_sent) << "the call itself was not sent";
    close(db);
    EXPECT_EQ(db.status().size, 0U);
}

TEST_F(async_hooks, a_failing_before_acquire_gets_the_caller_another_connection) {
    int calls = 0;
    pool_hooks hooks;
    hooks.before_acquire = [&](connection&) -> awaitable<void> {
        if (++calls == 1) throw std::runtime_error{"not this one"};
        co_return;
    };
    pool db{io.get_executor(), config(), at_most(1), hooks};
    EXPECT_EQ(wait(db.fetch_one<int>("select 1")), 1);
    EXPECT_EQ(db.status().opened, 2U);
    EXPECT_EQ(db.status().broken, 1U);
    EXPECT_NE(std::string{db.status().last_error->what()}.find("not this one"), std::string::npos);
    close(db);
}

TEST_F(async_hooks, a_failing_after_release_closes_the_connection) {
    pool_hooks hooks;
    hooks.after_release = [](connection&) -> awaitable<void> {
        throw std::runtime_error{"dirty"};
        co_return;
    };
    pool db{io.get_executor(), config(), at_most(1), hooks};
    EXPECT_EQ(wait(db.fetch_one<int>("select 1")), 1);
    EXPECT_EQ(wait(db.fetch_one<int>("select 2")), 2);
    EXPECT_EQ(db.status().opened, 2U);
    close(db);
}

TEST_F(async_hooks, one_that_never_ends_is_cancelled_and_costs_its_connection) {
    auto options = at_most(1);
    options.hook_timeout = std::chrono::milliseconds{30};
    int calls = 0;
    bool cancelled = false;
    pool_hooks hooks;
    hooks.before_acquire = [&](connection&) -> awaitable<void> {
        if (++calls != 1) co_return;
        try {
            co_await sleep_for_ever();
        } catch (const std::exception&) {
            cancelled = true;
            throw;
        }
    };
    pool db{io.get_executor(), config(), options, hooks};
    EXPECT_EQ(wait(db.fetch_one<int>("select 1")), 1);
    until([&] { return cancelled; });
    EXPECT_EQ(db.status().opened, 2U);
    close(db);
}

TEST_F(async_hooks, one_that_never_ends_in_the_server_holds_nobody_up) {
    auto options = at_most(1);
    options.hook_timeout = std::chrono::milliseconds{50};
    int calls = 0;
    pool_hooks hooks;
    hooks.after_release = [&](connection& c) -> awaitable<void> {
        if (++calls == 1) co_await c.execute("select pg_sleep(60)");
    };
    pool db{io.get_executor(), config(), options, hooks};
    EXPECT_EQ(wait(db.fetch_one<int>("select 1")), 1);
    EXPECT_EQ(wait(db.fetch_one<int>("select 2")), 2);
    close(db);
}

// Every hook × every way to end × a caller that is cancelled or not: the pool is whole in the end.
TEST_F(async_hooks, all_results_at_all_moments_leave_a_whole_pool) {
    enum class result { fine, throws, slow, never };
    for (int which = 0; which != 4; ++which)
        for (const auto how : {result::fine, result::throws, result::slow, result::never})
            for (const bool cancelled : {false, true}) {
                SCOPED_TRACE(std::to_string(which) + " " + std::to_string(static_cast<int>(how)) +
                             (cancelled ? " cancelled" : ""));
                int calls = 0;
                const auto hook = [&](connection& c) -> awaitable<void> {
                    if (++calls > 1) co_return;
                    switch (how) {
                        case result::fine: co_return;
                        case result::throws: throw std::runtime_error{"no"};
                        case result::slow: co_await c.execute("select pg_sleep(0.01)"); co_return;
                        case result::never: co_await sleep_for_ever();
                    }
                };
                pool_hooks hooks;
                (which == 0   ? hooks.after_connect
                 : which == 1 ? hooks.before_acquire
                 : which == 2 ? hooks.after_release
                              : hooks.before_close) = hook;
                auto options = at_most(2);
                options.hook_timeout = std::chrono::milliseconds{30};
                pool db{io.get_executor(), config(), options, hooks};
                for (int i = 0; i != 4; ++i) {
                    const auto timeout = std::chrono::milliseconds{cancelled && i == 0 ? 5 : 5000};
                    std::exception_ptr failure;
                    auto one = db.with({.timeout = timeout});
                    begin([&]() -> awaitable<void> { co_await one.execute("select pg_sleep(0.003)"); }, &failure);
                    until_all_done();
                    if (i > 1) {  // a late failure to connect hits whoever waits then
                        EXPECT_FALSE(failure);
                    }
                }
                EXPECT_EQ(db.status().in_use, 0U);
                EXPECT_EQ(db.status().waiting, 0U);
                close(db);
                EXPECT_EQ(db.status().size, 0U);
            }
}

}  // namespace
}  // namespace howdah::test
