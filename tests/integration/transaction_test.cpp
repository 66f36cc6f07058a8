#include "driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace howdah::test {
namespace {

template <class D>
class transactions : public on_both_drivers<D> {
protected:
    void SetUp() override {
        this->call(this->db.execute("create temp table t(x int unique deferrable initially deferred)"));
    }
    std::int64_t rows() { return this->call(this->db.template fetch_one<std::int64_t>("select count(*) from t")); }
};
TYPED_TEST_SUITE(transactions, both_drivers);

TYPED_TEST(transactions, commit_keeps_what_was_done) {
    auto tx = this->call(this->db.begin());
    EXPECT_EQ(this->call(tx.execute("insert into t values ($1)", 1)).rows_affected, 1u);
    EXPECT_EQ(this->call(tx.template fetch_one<int>("select x from t")), 1);
    this->driver.commit(tx);
    EXPECT_FALSE(tx.open());
    EXPECT_EQ(this->rows(), 1);
}

TYPED_TEST(transactions, a_transaction_that_goes_without_commit_is_rolled_back) {
    {
        auto tx = this->call(this->db.begin());
        this->call(tx.execute("insert into t values (1)"));
    }
    EXPECT_EQ(this->rows(), 0);
}

TYPED_TEST(transactions, a_transaction_that_did_nothing_sends_nothing) {
    {
        auto tx = this->call(this->db.begin({.isolation = isolation_level::serializable}));
        EXPECT_TRUE(tx.open());
    }
    this->expect_usable();
}

TYPED_TEST(transactions, begin_options_reach_the_server) {
    auto tx =
        this->call(this->db.begin({.isolation = isolation_level::repeatable_read, .access = access_mode::read_only}));
    EXPECT_EQ(this->call(tx.template fetch_one<std::string>("show transaction_isolation")), "repeatable read");
    EXPECT_EQ(this->call(tx.template fetch_one<std::string>("show transaction_read_only")), "on");
    EXPECT_EQ(this->failure_of([&] { return this->call(tx.execute("create table never(x int)")); }).state(),
              read_only_sql_transaction);
}

TYPED_TEST(transactions, an_error_inside_makes_the_rest_fail_and_commit_an_error) {
    auto tx = this->call(this->db.begin());
    this->call(tx.execute("insert into t values (1)"));
    EXPECT_EQ(this->failure_of([&] { return this->call(tx.template fetch_one<int>("select 1/0")); }).state(),
              division_by_zero);
    EXPECT_EQ(this->failure_of([&] { return this->call(tx.template fetch_one<int>("select 1")); }).state(),
              in_failed_sql_transaction);
    const auto e = this->failure_of([&] { return this->driver.commit(tx), 0; });
    EXPECT_EQ(e.code(), errc::commit_rolled_back);
    EXPECT_EQ(this->rows(), 0);
}

TYPED_TEST(transactions, a_deferred_constraint_fails_the_commit) {
    auto tx = this->call(this->db.begin());
    this->call(tx.execute("insert into t values (1), (1)"));
    const auto e = this->failure_of([&] { return this->driver.commit(tx), 0; });
    EXPECT_EQ(e.state(), unique_violation);
    EXPECT_EQ(e.fate(), fate::rejected);
    EXPECT_EQ(this->rows(), 0);
}

TYPED_TEST(transactions, used_after_its_end_says_so) {
    auto tx = this->call(this->db.begin());
    this->call(tx.execute("insert into t values (1)"));
    this->driver.roll_back(tx);
    EXPECT_EQ(this->failure_of([&] { return this->call(tx.template fetch_one<int>("select 1")); }).code(),
              errc::transaction_ended);
    EXPECT_EQ(this->rows(), 0);
}

TYPED_TEST(transactions, a_script_inside_that_ends_it_is_an_error) {
    auto tx = this->call(this->db.begin());
    this->call(tx.execute("insert into t values (1)"));
    EXPECT_EQ(this->failure_of([&] { return this->call(tx.run_script("rollback")); }).code(), errc::transaction_ended);
}

TEST(in_transaction_async, commits_on_return_rolls_back_on_exception_and_gives_the_answer) {
    async_driver driver;
    auto db = driver.connect(dsn());
    driver.call(db.execute("create temp table t(x int)"));
    const auto insert = [](transaction& tx) -> awaitable<int> {
        co_return (co_await tx.fetch_one<int>("insert into t values (7) returning x"));
    };
    EXPECT_EQ(driver.call(db.in_transaction(insert)), 7);
    const auto broken = [](transaction& tx) -> awaitable<void> {
        co_await tx.execute("insert into t values (8)");
        throw std::runtime_error{"no"};
    };
    EXPECT_THROW(driver.call(db.in_transaction(broken)), std::runtime_error);
    EXPECT_EQ(driver.call(db.fetch_all<int>("select x from t")), (std::vector<int>{7}));
}

TEST(in_transaction_blocking, runs_again_on_serialization_failure) {
    blocking::connection a{parse_conninfo(dsn())}, b{parse_conninfo(dsn())};
    a.run_script("drop table if exists retried; create table retried(id int primary key, n int); insert into retried "
                 "values (1, 0)");
    int attempts = 0;
    a.in_transaction({.isolation = isolation_level::serializable, .max_attempts = 3}, [&](blocking::transaction& tx) {
        const auto n = tx.fetch_one<int>("select n from retried where id = 1");
        if (++attempts == 1) b.execute("update retried set n = n + 10");
        tx.execute("update retried set n = $1", n + 1);
    });
    EXPECT_EQ(attempts, 2);
    EXPECT_EQ(a.fetch_one<int>("select n from retried"), 11);
    a.execute("drop table retried");
}

TEST(blocking_connection, used_while_its_transaction_is_open_is_busy_at_once) {
    blocking::connection db{parse_conninfo(dsn())};
    auto tx = db.begin();
    tx.execute("select 1");
    try {
        db.execute("select 1");
        FAIL();
    } catch (const error& e) {
        EXPECT_EQ(e.code(), errc::connection_busy);
        EXPECT_EQ(e.fate(), fate::not_sent);
    }
    tx.commit();
    EXPECT_EQ(db.fetch_one<int>("select 1"), 1);
}

}  // namespace
}  // namespace howdah::test
