#include <chrono>

#include "driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;

template <class D>
class timeouts : public on_both_drivers<D> {};
TYPED_TEST_SUITE(timeouts, both_drivers);

TYPED_TEST(timeouts, a_call_over_its_time_is_cancelled_on_the_server_and_the_connection_stays) {
    const auto pid = this->call(this->db.template fetch_one<int>("select pg_backend_pid()"));
    for (int i = 0; i < 3; ++i) {
        const auto e = this->failure_of(
            [&] { return this->call(this->db.with({.timeout = 50ms}).execute("select pg_sleep(60)")); });
        EXPECT_EQ(e.code(), errc::timed_out);
        EXPECT_EQ(e.fate(), fate::rejected);
        EXPECT_GE(e.times()[static_cast<std::size_t>(phase::query)], 50ms);
        EXPECT_EQ(this->call(this->db.template fetch_one<int>("select pg_backend_pid()")), pid);
    }
}

TYPED_TEST(timeouts, a_cancelled_call_is_cancelled_over_a_unix_socket_too) {
    auto local = this->driver.connect(dsn(testing::route::socket));
    const auto e =
        this->failure_of([&] { return this->call(local.with({.timeout = 50ms}).execute("select pg_sleep(60)")); });
    EXPECT_EQ(e.code(), errc::timed_out);
    EXPECT_EQ(this->call(local.template fetch_one<int>("select 3")), 3);
}

TYPED_TEST(timeouts, the_default_is_the_connection_s) {
    auto quick = this->driver.connect(dsn() + "&query_timeout=100ms");
    EXPECT_EQ(this->failure_of([&] { return this->call(quick.execute("select pg_sleep(60)")); }).code(),
              errc::timed_out);
    EXPECT_EQ(this->call(quick.with({.timeout = 30s}).template fetch_one<int>("select 4 from pg_sleep(0.2)")), 4);
}

TYPED_TEST(timeouts, inside_a_transaction_the_rest_of_it_fails_until_it_is_rolled_back) {
    {
        auto tx = this->call(this->db.begin());
        this->call(tx.execute("create temp table t(x int)"));
        EXPECT_EQ(
            this->failure_of([&] { return this->call(tx.with({.timeout = 50ms}).execute("select pg_sleep(60)")); })
                .code(),
            errc::timed_out);
        EXPECT_EQ(this->failure_of([&] { return this->call(tx.template fetch_one<int>("select 1")); }).state(),
                  in_failed_sql_transaction);
    }
    EXPECT_EQ(this->call(this->db.template fetch_one<bool>("select to_regclass('pg_temp.t') is null")), true);
}

}  // namespace
}  // namespace howdah::test
