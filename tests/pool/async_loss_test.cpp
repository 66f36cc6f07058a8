// Servers that end sessions, go away, come back, and refuse.
#include "async_pool.hpp"
#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/testing/server.hpp"

namespace howdah::test {
namespace {

using async_loss = pool_loop;

void terminate(int process_id) {
    blocking::connection admin{parse_conninfo(testing::shared_server().superuser_dsn)};
    EXPECT_TRUE(admin.fetch_one<bool>("select pg_terminate_backend($1)", process_id));
}

TEST_F(async_loss, an_idle_connection_that_the_server_ends_is_replaced_before_anybody_asks) {
    auto options = at_most(1);
    options.min_connections = 1;
    pool db{io.get_executor(), config(), options};
    const int before = wait(db.fetch_one<int>("select pg_backend_pid()"));
    terminate(before);
    until([&] { return db.status().broken == 1 && db.status().idle == 1; });
    EXPECT_NE(wait(db.fetch_one<int>("select pg_backend_pid()")), before);
    EXPECT_EQ(db.status().last_error->state(), admin_shutdown);
    close(db);
}

TEST_F(async_loss, a_connection_that_dies_with_its_borrower_is_not_lent_again) {
    pool db{io.get_executor(), config(), at_most(1)};
    const auto e = error_of([&]() -> awaitable<void> {
        const auto c = co_await db.acquire();
        terminate(co_await c->fetch_one<int>("select pg_backend_pid()"));
        co_await c->execute("select pg_sleep(10)");
    }());
    ASSERT_TRUE(e);
    EXPECT_EQ(e->state(), admin_shutdown);
    EXPECT_EQ(wait(db.fetch_one<int>("select 1")), 1);
    EXPECT_EQ(db.status().opened, 2U);
    close(db);
}

TEST_F(async_loss, a_wrong_password_is_told_at_once) {
    auto wrong = config(testing::route::tls);
    wrong.password = secret_string{"wrong"};
    pool db{io.get_executor(), wrong, at_most(1)};
    const auto e = error_of([&]() -> awaitable<void> { co_await db.execute("select 1"); }());
    ASSERT_TRUE(e);
    EXPECT_EQ(e->state(), invalid_password) << e->what();
    EXPECT_EQ(e->fate(), fate::not_sent);
    EXPECT_EQ(db.status().last_error->state(), invalid_password);
    close(db);
}

TEST_F(async_loss, a_server_that_is_not_there_is_asked_as_often_as_the_options_say) {
    struct counter final : observer {
        void on(const connect_event& e) override { attempts += e.failure != nullptr ? 1 : 0; }
        int attempts = 0;
    };
    const auto watcher = std::make_shared<counter>();
    testing::server server;
    const auto there = parse_conninfo(server.dsn());
    server.stop();
    auto options = at_most(4);
    options.connect_attempts = 5;
    pool db{io.get_executor(), there, options, {}, watcher};
    const auto e = error_of([&]() -> awaitable<void> { co_await db.execute("select 1"); }());
    ASSERT_TRUE(e);
    EXPECT_EQ(e->code(), std::errc::connection_refused) << e->what();
    EXPECT_EQ(e->fate(), fate::not_sent);
    EXPECT_EQ(watcher->attempts, 5);
    close(db);
}

// Each call succeeds, or fails in time and says why; the pool is whole when the server is.
TEST_F(async_loss, a_server_that_goes_and_returns_is_found_again) {
    testing::server server;
    auto options = at_most(4);
    options.min_connections = 2;
    options.acquire_timeout = std::chrono::seconds{2};
    pool db{io.get_executor(), parse_conninfo(server.dsn()), options};
    int good = 0, bad = 0;
    bool over = false;
    const auto caller = [&]() -> awaitable<void> {
        while (!over) {
            try {
                EXPECT_EQ(co_await db.fetch_one<int>("select 1"), 1);
                ++good;
            } catch (const error& e) {
                ++bad;
                EXPECT_TRUE(e.code() == errc::connect_failed || e.code() == errc::timed_out ||
                            e.state().category() == "57" || e.code() == errc::connection_closed ||
                            e.code().category() == std::system_category())
                    << e.what();
            }
        }
    };
    for (int i = 0; i != 8; ++i) begin(caller());
    until([&] { return good >= 100; });
    server.stop();
    until([&] { return bad >= 50; });
    server.start();
    const int before = good;
    until([&] { return good >= before + 100; });
    over = true;
    until_all_done();
    until([&] { return db.status().in_use == 0 && db.status().idle >= 2; });
    EXPECT_LE(db.status().size, 4U);
    EXPECT_GT(db.status().broken, 0U);
    close(db);
}

TEST_F(async_loss, a_server_without_free_slots_makes_the_pool_smaller) {
    testing::server_options few;
    few.max_connections = 8;
    few.settings = {{"superuser_reserved_connections", "3"}};
    testing::server server{few};
    pool db{io.get_executor(), parse_conninfo(server.dsn()), at_most(20)};
    int answered = 0;
    const auto caller = [&]() -> awaitable<void> {
        co_await db.execute("select pg_sleep(0.02)");
        ++answered;
    };
    for (int i = 0; i != 40; ++i) begin(caller());
    until_all_done();
    EXPECT_EQ(answered, 40) << "they wait for the connections there are";
    EXPECT_LE(db.status().limit, 5U);
    EXPECT_EQ(db.status().last_error->state(), too_many_connections);
    close(db);
}

}  // namespace
}  // namespace howdah::test
