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
    static auto resolve(std::uint64_t id) {
        if constexpr (std::is_same_v<D, blocking_driver>) return blocking::resolve_commit(dsn(), id);
        else return howdah::resolve_commit(dsn(), id);
    }
    // 1, then 2 in a part that throws, then 3 in one that does not.
    void nest() {
        if constexpr (std::is_same_v<D, blocking_driver>) {
            this->db.in_transaction([](blocking::transaction& tx) {
                tx.execute("insert into t values (1)");
                EXPECT_THROW(tx.in_transaction([](blocking::transaction& inner) {
                    inner.execute("insert into t values (2)");
                    throw std::runtime_error{"no"};
                }),
                             std::runtime_error);
                EXPECT_EQ(tx.in_transaction([](blocking::transaction& inner) {
                    return inner.fetch_one<int>("insert into t values (3) returning x");
                }),
                          3);
            });
        } else {
            this->call(this->db.in_transaction([](transaction& tx) -> awaitable<void> {
                co_await tx.execute("insert into t values (1)");
                const auto broken = [](transaction& inner) -> awaitable<void> {
                    co_await inner.execute("insert into t values (2)");
                    throw std::runtime_error{"no"};
                };
                bool thrown = false;
                try {
                    co_await tx.in_transaction(broken);
                } catch (const std::runtime_error&) {
                    thrown = true;
                }
                EXPECT_TRUE(thrown);
                const auto sound = [](transaction& inner) -> awaitable<int> {
                    co_return (co_await inner.fetch_one<int>("insert into t values (3) returning x"));
                };
                EXPECT_EQ(co_await tx.in_transaction(sound), 3);
            }));
        }
    }
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

TYPED_TEST(transactions, a_savepoint_that_goes_without_release_undoes_its_part_alone) {
    auto tx = this->call(this->db.begin());
    this->call(tx.execute("insert into t values (1)"));
    {
        auto part = this->call(tx.savepoint());
        this->call(tx.execute("insert into t values (2)"));
        ASSERT_EQ(tx.savepoints().size(), 1u);
        EXPECT_EQ(tx.savepoints()[0].name, part.name());
        EXPECT_GE(tx.savepoints()[0].created_at, tx.started_at());
    }
    EXPECT_TRUE(tx.savepoints().empty());
    {
        auto part = this->call(tx.savepoint("with \"quotes\""));
        this->call(tx.execute("insert into t values (3)"));
        this->finish([&] { return part.release(); });
        EXPECT_FALSE(part.open());
    }
    this->driver.commit(tx);
    EXPECT_EQ(this->call(this->db.template fetch_all<int>("select x from t order by x")), (std::vector<int>{1, 3}));
}

TYPED_TEST(transactions, a_savepoint_rolled_back_lets_a_failed_transaction_go_on) {
    auto tx = this->call(this->db.begin());
    auto first = this->call(tx.savepoint());  // travels with BEGIN
    EXPECT_EQ(this->failure_of([&] { return this->call(tx.execute("select 1/0")); }).state(), division_by_zero);
    this->finish([&] { return first.rollback(); });
    this->call(tx.execute("insert into t values (4)"));
    EXPECT_EQ(this->failure_of([&] { return this->finish([&] { return first.release(); }), 0; }).code(),
              errc::transaction_ended);
    this->driver.commit(tx);
    EXPECT_EQ(this->rows(), 1);
}

TYPED_TEST(transactions, an_outer_savepoint_takes_the_inner_ones_with_it) {
    auto tx = this->call(this->db.begin());
    auto outer = this->call(tx.savepoint());
    {
        auto inner = this->call(tx.savepoint());
        EXPECT_EQ(tx.savepoints().size(), 2u);
        this->call(tx.execute("insert into t values (5)"));
        this->finish([&] { return outer.release(); });
        EXPECT_FALSE(inner.open());
        EXPECT_TRUE(tx.savepoints().empty());
    }
    this->driver.commit(tx);
    EXPECT_EQ(this->rows(), 1);
}

TYPED_TEST(transactions, a_savepoint_may_outlive_its_transaction) {
    auto tx = this->call(this->db.begin());
    auto part = this->call(tx.savepoint());
    this->call(tx.execute("insert into t values (6)"));
    this->driver.commit(tx);
    EXPECT_FALSE(part.open());
    EXPECT_EQ(this->rows(), 1);
}

TYPED_TEST(transactions, constraints_are_checked_when_it_says) {
    auto tx = this->call(this->db.begin());
    this->call(tx.set_constraints(constraint_check::immediate));
    auto part = this->call(tx.savepoint());
    EXPECT_EQ(this->failure_of([&] { return this->call(tx.execute("insert into t values (1), (1)")); }).state(),
              unique_violation);
    this->finish([&] { return part.rollback(); });
    this->call(tx.set_constraints(constraint_check::deferred, {"t_x_key"}));
    this->call(tx.execute("insert into t values (1), (1)"));
    this->call(tx.execute("delete from t"));
    this->driver.commit(tx);
}

TYPED_TEST(transactions, have_a_number_once_they_change_something) {
    const transaction_options options{.isolation = isolation_level::repeatable_read};
    auto tx = this->call(this->db.begin(options));
    EXPECT_EQ(tx.isolation(), isolation_level::repeatable_read);
    EXPECT_FALSE(tx.read_only());
    EXPECT_EQ(this->call(tx.id()), std::nullopt);
    this->call(tx.execute("insert into t values (1)"));
    const auto id = this->call(tx.id());
    ASSERT_TRUE(id);
    EXPECT_EQ(this->call(tx.template fetch_one<std::int64_t>("select txid_current()")), static_cast<std::int64_t>(*id));
    this->driver.commit(tx);
    EXPECT_EQ(this->call(this->resolve(*id)), commit_outcome::committed);
}

TYPED_TEST(transactions, a_lost_commit_has_the_number_that_resolves_it) {
    auto other = this->driver.connect(dsn());
    const auto pid = this->call(this->db.template fetch_one<int>("select pg_backend_pid()"));
    auto tx = this->call(this->db.begin({.tracking = commit_tracking::yes}));
    this->call(tx.execute("insert into t values (1)"));
    // Fires at COMMIT, when the client has asked for the number already.
    this->call(tx.execute("create function pg_temp.die() returns trigger language plpgsql as "
                          "$$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$"));
    this->call(tx.execute("create constraint trigger dies after insert on t deferrable initially deferred "
                          "for each row execute function pg_temp.die()"));
    this->call(tx.execute("insert into t values (2)"));
    const auto e = this->failure_of([&] { return this->driver.commit(tx), 0; });
    EXPECT_EQ(e.fate(), fate::commit_unknown);
    ASSERT_TRUE(e.transaction_id());
    // The server may still be at it.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    auto outcome = this->call(this->resolve(*e.transaction_id()));
    while (outcome == commit_outcome::in_progress && std::chrono::steady_clock::now() < deadline)
        outcome = this->call(this->resolve(*e.transaction_id()));
    EXPECT_EQ(outcome, commit_outcome::aborted) << "backend " << pid;
}

TYPED_TEST(transactions, over_their_time_limit_are_cancelled_and_rolled_back) {
    {
        auto tx = this->call(this->db.begin({.timeout = std::chrono::milliseconds{100}}));
        this->call(tx.execute("insert into t values (1)"));
        const auto e = this->failure_of([&] { return this->call(tx.execute("select pg_sleep(60)")); });
        EXPECT_EQ(e.code(), errc::timed_out);
        EXPECT_EQ(this->failure_of([&] { return this->driver.commit(tx), 0; }).code(), errc::timed_out);
    }
    EXPECT_EQ(this->rows(), 0);
}

TYPED_TEST(transactions, nest_as_savepoints) {
    this->nest();
    EXPECT_EQ(this->call(this->db.template fetch_all<int>("select x from t order by x")), (std::vector<int>{1, 3}));
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
