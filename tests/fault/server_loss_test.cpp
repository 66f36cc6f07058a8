// Real servers that end their sessions, restart and crash.
#include "fault_driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/testing/server.hpp"
#include "once_asleep.hpp"

namespace howdah::test {
namespace {

template <class D>
class lost_server : public ::testing::Test {
protected:
    D driver;
};
TYPED_TEST_SUITE(lost_server, both_drivers);

auto terminating(const std::string& superuser_dsn, std::uint32_t process_id) {
    return [=] {
        blocking::connection admin{parse_conninfo(superuser_dsn)};
        EXPECT_TRUE(admin.fetch_one<bool>("select pg_terminate_backend($1)", static_cast<int>(process_id)));
    };
}

TYPED_TEST(lost_server, a_session_that_is_terminated_in_a_query_says_so) {
    auto db = this->driver.connect(dsn());
    const auto& admin = testing::shared_server().superuser_dsn;
    auto killer = once_asleep(admin, db.process_id(), terminating(admin, db.process_id()));
    const auto e = error_of([&] { this->driver.call(db.execute("select pg_sleep(60)")); });
    killer.get();
    ASSERT_TRUE(e);
    EXPECT_EQ(e->state(), admin_shutdown) << e->what();
    EXPECT_EQ(e->fate(), fate::unknown) << "an autocommitted statement may have committed";
    EXPECT_FALSE(db.open());
    const auto next = error_of([&] { this->driver.call(db.execute("select 1")); });
    ASSERT_TRUE(next);
    EXPECT_EQ(next->fate(), fate::not_sent);
}

TYPED_TEST(lost_server, a_session_that_is_terminated_in_a_transaction_has_done_nothing) {
    auto db = this->driver.connect(dsn());
    const auto& admin = testing::shared_server().superuser_dsn;
    auto killer = once_asleep(admin, db.process_id(), terminating(admin, db.process_id()));
    auto tx = this->driver.call(db.begin());
    const auto e = error_of([&] { this->driver.call(tx.execute("select pg_sleep(60)")); });
    killer.get();
    ASSERT_TRUE(e);
    EXPECT_EQ(e->state(), admin_shutdown) << e->what();
    EXPECT_EQ(e->fate(), fate::rejected);
    const auto end = error_of([&] { this->driver.commit(tx); });
    ASSERT_TRUE(end) << "a COMMIT that was never sent did not succeed";
    EXPECT_EQ(end->fate(), fate::not_sent) << end->what();
}

TYPED_TEST(lost_server, a_server_that_crashes_in_a_query_leaves_its_fate_unknown) {
    testing::server own{};
    auto db = this->driver.connect(own.dsn());
    auto killer = once_asleep(own.superuser_dsn(), db.process_id(), [&] { own.kill9(); });
    const auto e = error_of([&] { this->driver.call(db.execute("select pg_sleep(60)")); });
    killer.get();
    ASSERT_TRUE(e);
    EXPECT_EQ(e->fate(), fate::unknown) << e->what();
    EXPECT_EQ(e->server(), nullptr) << "it had no time to say anything";
    EXPECT_FALSE(db.open());
    const auto again = error_of([&] { (void)this->driver.connect(own.dsn()); });
    ASSERT_TRUE(again);
    EXPECT_EQ(again->phase(), phase::connect) << again->what();
}

TEST(idle_connection, an_async_one_notices_that_the_server_restarts) {
    testing::server own{};
    async_driver driver;
    auto db = driver.connect(own.dsn());
    ASSERT_EQ(driver.call(db.fetch_one<int>("select 1")), 1);
    own.restart();
    const auto limit = testing::from_now(call_limit);
    driver.io->restart();
    while (db.open() && driver.io->run_one_until(limit) != 0) {}
    EXPECT_FALSE(db.open());
    const auto e = error_of([&] { driver.call(db.fetch_one<int>("select 1")); });
    ASSERT_TRUE(e);
    EXPECT_EQ(e->fate(), fate::not_sent);
    EXPECT_EQ(e->state(), admin_shutdown) << e->what();
    auto anew = driver.connect(own.dsn());
    EXPECT_EQ(driver.call(anew.fetch_one<int>("select 2")), 2);
}

// It reads only when it is called, so it finds out by its next call.
TEST(idle_connection, a_blocking_one_finds_by_its_next_call_that_the_server_restarted) {
    testing::server own{};
    blocking::connection db{parse_conninfo(own.dsn())};
    ASSERT_EQ(db.fetch_one<int>("select 1"), 1);
    own.restart();
    const auto e = error_of([&] { db.fetch_one<int>("select 1"); });
    ASSERT_TRUE(e);
    EXPECT_EQ(e->state(), admin_shutdown) << e->what();
    EXPECT_FALSE(db.open());
    const auto next = error_of([&] { db.fetch_one<int>("select 1"); });
    ASSERT_TRUE(next);
    EXPECT_EQ(next->fate(), fate::not_sent);
}

}  // namespace
}  // namespace howdah::test
