// What can't work through a pooler as it does without: named statements, and connections that outlive a cancel.
#include <atomic>
#include <chrono>

#include "clients.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;

template <class D>
class behind_a_pooler : public on_both_drivers<D> {
protected:
    // Not through a named statement.
    template <class Target>
    int server_process(Target& who) {
        return this->call(who.run_script("select pg_backend_pid()"))[0][0][0].template as<int>();
    }
};
TYPED_TEST_SUITE(behind_a_pooler, both_drivers);

TYPED_TEST(behind_a_pooler, a_named_statement_that_another_server_connection_lacks_is_an_error_that_says_what_to_do) {
    const pgbouncer pooler{testing::shared_server(), {.default_pool_size = 2}};
    auto a = this->driver.connect(dsn_of(pooler)), b = this->driver.connect(dsn_of(pooler));
    EXPECT_EQ(this->call(a.template fetch_one<int>("select $1::int", 1)), 1);
    const auto process = this->server_process(a);
    auto tx = this->call(b.begin());
    ASSERT_EQ(this->server_process(tx), process) << "the pooler gives out the one that was used last";
    const auto e = this->failure_of([&] { return this->call(a.template fetch_one<int>("select $1::int", 2)); });
    EXPECT_EQ(e.state(), invalid_sql_statement_name) << e.what();
    EXPECT_EQ(e.fate(), fate::rejected);
    EXPECT_NE(std::string{e.what()}.find("say statement_mode=unnamed"), std::string::npos) << e.what();
    this->driver.commit(tx);
    EXPECT_EQ(this->call(a.template fetch_one<int>("select 3")), 3);
}

// The first statement of each: were both called the same, b would be answered by a's.
TYPED_TEST(behind_a_pooler, a_named_statement_is_never_that_of_another_client) {
    const pgbouncer pooler{testing::shared_server(), {.default_pool_size = 2}};
    auto a = this->driver.connect(dsn_of(pooler)), b = this->driver.connect(dsn_of(pooler));
    auto tx = this->call(a.begin());
    EXPECT_EQ(this->call(tx.template fetch_one<std::string>("select 'of a'")), "of a");
    const auto process = this->server_process(tx);
    EXPECT_EQ(this->call(b.template fetch_one<std::string>("select 'of b'")), "of b");
    this->driver.commit(tx);
    auto other = this->call(b.begin());
    ASSERT_EQ(this->server_process(other), process) << "the pooler gives out the one that was used last";
    const auto e = this->failure_of([&] { return this->call(other.template fetch_one<std::string>("select 'of b'")); });
    EXPECT_EQ(e.state(), invalid_sql_statement_name) << e.what();
}

TYPED_TEST(behind_a_pooler, a_call_over_its_time_is_cancelled_on_the_server_and_its_connection_closes) {
    for (const auto& w : ways) {
        SCOPED_TRACE(::testing::PrintToString(w));
        const pgbouncer pooler{testing::shared_server(), {.pool_mode = w.pooled, .default_pool_size = 1}};
        auto mine = this->driver.connect(dsn_of(pooler, w.keywords()));
        auto e =
            this->failure_of([&] { return this->call(mine.with({.timeout = 50ms}).execute("select pg_sleep(60)")); });
        EXPECT_EQ(e.code(), errc::timed_out) << e.what();
        EXPECT_EQ(e.fate(), fate::rejected) << e.what();
        e = this->failure_of([&] { return this->call(mine.execute("select 1")); });
        EXPECT_EQ(e.code(), errc::connection_closed) << e.what();
        EXPECT_EQ(e.fate(), fate::not_sent);
        EXPECT_FALSE(mine.open());
        auto next = this->driver.connect(dsn_of(pooler, w.keywords()));
        EXPECT_EQ(this->call(next.template fetch_one<int>("select 5")), 5) << "the only server connection is free";
    }
}

// A cancel that comes late would hit whoever has the server connection by then.
TEST(cancels_through_a_pooler, hit_only_the_calls_they_are_for) {
    const pgbouncer pooler{testing::shared_server(), {.default_pool_size = few_servers}};
    const auto conninfo = dsn_of(pooler, "statement_mode=unnamed&cancel_grace=30s");  // PgBouncer lets cancels wait
    constexpr int impatient = many / 5;
    std::atomic<int> answered{0}, cancelled{0};
    blocking_driver driver;
    const auto failures = run_clients(driver, conninfo, many, [&](const client<blocking::connection>& c) {
        for (int i = 0; c.number >= impatient && i < 50; ++i)
            if (c.db.fetch_one<int>("select $1::int from pg_sleep(0.001)", i) == i) ++answered;
        for (int i = 0; c.number < impatient && i < 10; ++i) {
            blocking::connection own{parse_conninfo(conninfo)};
            auto tx = own.begin();
            tx.execute("select 1");  // from here on it has a server connection
            try {
                tx.with({.timeout = 10ms}).execute("select pg_sleep(60)");
            } catch (const error& e) {
                // A busy machine lets the time pass before the call is sent.
                const bool had_no_effect = e.fate() == fate::rejected || e.fate() == fate::not_sent;
                if (e.code() == errc::timed_out && had_no_effect) ++cancelled;
                else ADD_FAILURE() << to_string(e.fate()) << ": " << e.what();
            }
        }
    });
    EXPECT_EQ(failures.size(), 0u) << joined(failures);
    EXPECT_EQ(answered, (many - impatient) * 50);
    EXPECT_EQ(cancelled, impatient * 10);
}

}  // namespace
}  // namespace howdah::test
