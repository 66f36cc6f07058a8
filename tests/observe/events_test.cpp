// What observers are told of a real server, by both drivers.
#include <gtest/gtest.h>
#include <unistd.h>

#include <future>
#include <string>
#include <vector>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/observe/asynchronous_observer.hpp"
#include "howdah/observe/redaction.hpp"
#include "howdah/observe/statement_rules.hpp"
#include "tests/integration/driver.hpp"

namespace howdah::test {
namespace {

struct seen_query {
    std::string statement, parameters;
    query_end_event end;
    sqlstate state;
};

struct seeing final : observer {
    using observer::on;
    void on(const query_start_event& e) override {
        started.emplace_back(e.statement);
        parameters.emplace_back(e.parameters);
    }
    void on(const query_end_event& e) override {
        ended.push_back({.statement = std::string{e.statement}, .parameters = {}, .end = e, .state = {}});
        if (e.failure != nullptr) ended.back().state = e.failure->state();
    }
    void on(const lock_conflict_event& e) override { conflicts.push_back(e.failure->state()); }
    void on(const result_limit_event&) override { ++limits; }
    void on(const slow_query_event& e) override { slow.emplace_back(e.statement); }
    void on(const transaction_begin_event& e) override { attempts.push_back(e.attempt); }
    void on(const transaction_end_event& e) override { outcomes.push_back(e.outcome); }
    const redaction* shown_parameters() const noexcept override { return policy; }

    const redaction* policy = nullptr;
    int limits = 0;
    std::vector<std::string> started, parameters, slow;
    std::vector<seen_query> ended;
    std::vector<sqlstate> conflicts;
    std::vector<std::uint32_t> attempts;
    std::vector<transaction_outcome> outcomes;
};

template <class D>
struct events : with_driver<D> {
    std::shared_ptr<seeing> seen = std::make_shared<seeing>();
};
TYPED_TEST_SUITE(events, both_drivers);

TYPED_TEST(events, query_says_where_its_time_went_and_what_came) {
    auto db = this->driver.connect(dsn(), this->seen);
    this->call(
        db.template fetch_all<std::string>("select repeat('x', 1000) from generate_series(1, 1000), pg_sleep(0.02)"));
    ASSERT_EQ(this->seen->ended.size(), 1u);
    const auto& e = this->seen->ended[0].end;
    EXPECT_EQ(e.rows, 1'000u);
    EXPECT_GT(e.bytes, 1'000'000u);
    EXPECT_GT(e.server.count(), 19'000) << "it slept before its first row";
    EXPECT_GT(e.decoding.count(), 0);
    EXPECT_GE(e.duration, e.sending + e.server);
}

TYPED_TEST(events, slow_query_is_told_by_the_threshold_of_the_connection) {
    auto config = parse_conninfo(dsn());
    config.slow_query = std::chrono::hours{1};
    auto patient = this->driver.connect(config, this->seen);
    this->call(patient.execute("select pg_sleep(0.03)"));
    EXPECT_TRUE(this->seen->slow.empty());
    config.slow_query = std::chrono::milliseconds{20};
    auto db = this->driver.connect(config, this->seen);
    this->call(db.execute("select pg_sleep(0.03)"));
    EXPECT_EQ(this->seen->slow, std::vector<std::string>{"select pg_sleep(0.03)"});
}

TYPED_TEST(events, lock_conflicts_and_the_attempts_of_a_transaction) {
    auto db = this->driver.connect(dsn(), this->seen);
    auto other = this->driver.connect(dsn());
    const auto key = static_cast<std::int64_t>(::getpid()) * 2 + (std::is_same_v<TypeParam, async_driver> ? 1 : 0);
    this->call(other.execute("select pg_advisory_lock($1)", key));
    this->call(db.execute("set lock_timeout = 10"));
    EXPECT_THROW(this->call(db.execute("select pg_advisory_lock($1)", key)), error);
    EXPECT_EQ(this->seen->conflicts, std::vector<sqlstate>{lock_not_available});

    int runs = 0;
    const auto body = [&]<class Tx>(Tx& tx) {
        return tx.execute(++runs == 1 ? unsafe_sql{"do $$ begin raise sqlstate '40001'; end $$"}
                                      : unsafe_sql{"select 1"});
    };
    if constexpr (std::is_same_v<TypeParam, async_driver>) {
        const auto run = [&](transaction& tx) -> awaitable<void> { co_await body(tx); };
        this->finish([&] { return db.in_transaction({.max_attempts = 2}, run); });
    } else {
        db.in_transaction({.max_attempts = 2}, [&](blocking::transaction& tx) { (void)body(tx); });
    }
    EXPECT_EQ(this->seen->attempts, (std::vector<std::uint32_t>{1, 2}));
    EXPECT_EQ(this->seen->outcomes, (std::vector{transaction_outcome::rolled_back, transaction_outcome::committed}));
    EXPECT_EQ(this->seen->conflicts.back(), serialization_failure);
}

TYPED_TEST(events, parameters_are_seen_only_as_the_policy_lets_them) {
    redaction policy;
    policy.hash_with(secret_string{"key"})
        .parameters({.as = masking::none, .position = 1})
        .parameters({.as = masking::partial, .position = 3});
    auto db = this->driver.connect(dsn(), this->seen);
    const std::string email = "ada@example.org";
    this->call(
        db.execute("select $1::int, $2::text, $3::text, $4::text", 42, email, email, std::optional<std::string>{}));
    this->seen->policy = &policy;
    this->call(
        db.execute("select $1::int, $2::text, $3::text, $4::text", 42, email, email, std::optional<std::string>{}));
    EXPECT_EQ(this->seen->parameters, (std::vector<std::string>{"", R"(["42","***","a***g",null])"}));
}

TYPED_TEST(events, each_statement_of_a_pipeline_is_told) {
    auto db = this->driver.connect(dsn(), this->seen);
    pipeline steps;
    (void)steps.execute("select 1");
    (void)steps.execute("select 2");
    this->driver.run(db, steps);
    EXPECT_EQ(this->seen->started, (std::vector<std::string>{"select 1", "select 2"}));
}

// The server says what it was told.
TYPED_TEST(events, tags_and_traces_reach_the_server_behind_the_statement) {
    struct tracing final : observer {
        using observer::on;
        void comment(const query_start_event&, statement_comment& out) override {
            out.tag("route", "*/ select 'x' /*");
            if (traced) out.trace({"4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"});
        }
        bool traced = true;
    };
    const auto watcher = std::make_shared<tracing>();
    auto db = this->driver.connect(dsn(), watcher);
    const auto asked = [&] {
        return this->call(db.template fetch_one<std::string>(
            "select query from pg_stat_activity where pid = pg_backend_pid() and $1 = 1", 1));
    };
    const auto prepared = [&] {
        return this->call(db.template fetch_one<std::int64_t>("select count(*) from pg_prepared_statements"));
    };
    const std::string text = "select query from pg_stat_activity where pid = pg_backend_pid() and $1 = 1";
    const std::string tag = "route='%2A%2F%20select%20%27x%27%20%2F%2A'";
    const std::string trace = ",traceparent='00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'";
    for (int i = 0; i < 3; ++i) EXPECT_EQ(asked(), text + "/*" + tag + trace + "*/");
    EXPECT_EQ(prepared(), 0) << "a trace of its own, a statement of its own";
    watcher->traced = false;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(asked(), text + "/*" + tag + "*/");
    EXPECT_EQ(prepared(), 2) << "this question's too";
    watcher->traced = true;
    for (int i = 0; i < 2; ++i) {
        const auto rows = this->call(db.query("select 1::int4 as n, 'x'::text as s"));
        EXPECT_EQ(rows[0]["n"].template as<int>(), 1);
    }
    EXPECT_EQ(this->call(db.run_script("select 1; select 2")).size(), 2u);
}

TYPED_TEST(events, pause_in_a_transaction_is_told_while_it_lasts) {
    struct listening final : observer {
        using observer::on;
        void on(const idle_in_transaction_event& e) override {
            idle = e.idle;
            ++told;
        }
        int told = 0;
        std::chrono::microseconds idle{};
    };
    const auto watcher = std::make_shared<listening>();
    auto config = parse_conninfo(dsn());
    config.idle_in_transaction = std::chrono::milliseconds{50};
    config.query_timeout = std::chrono::milliseconds{0};  // no other reason to look at the clock
    auto db = this->driver.connect(config, watcher);
    auto tx = this->call(db.begin());
    this->call(tx.execute("select 1"));
    if constexpr (std::is_same_v<TypeParam, async_driver>) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        this->driver.io->restart();
        while (watcher->told == 0 && std::chrono::steady_clock::now() < until)
            this->driver.io->run_one_for(std::chrono::seconds{1});
    } else {  // nobody looks at a clock between its calls
        this->driver.connect(dsn()).execute("select pg_sleep(0.06)");
        EXPECT_EQ(watcher->told, 0);
        this->call(tx.execute("select 1"));
    }
    EXPECT_EQ(watcher->told, 1);
    EXPECT_GE(watcher->idle.count(), 50'000);
    this->driver.commit(tx);
    EXPECT_EQ(watcher->told, 1);
}

TYPED_TEST(events, result_of_too_many_rows_is_refused_with_both_limits) {
    auto db = this->driver.connect(dsn() + "&max_result_rows=10", this->seen);
    const auto e =
        this->failure_of([&] { return this->call(db.template fetch_all<int>("select generate_series(1, 11)")); });
    EXPECT_EQ(e.code(), errc::result_too_large);
    EXPECT_NE(std::string{e.what()}.find("max_result_rows (10), beside max_result_bytes (1073741824)"),
              std::string::npos)
        << e.what();
    EXPECT_EQ(this->call(db.query("select generate_series(1, 10)")).size(), 10u);
    EXPECT_THROW((void)this->call(db.run_script("select generate_series(1, 6); select generate_series(1, 5)")), error);
    this->call(db.execute("select generate_series(1, 1000)"));  // keeps none
    EXPECT_EQ(this->seen->limits, 2);
}

// An objection comes in front of the first byte.
TYPED_TEST(events, statement_that_is_not_allowed_is_never_sent_and_the_connection_goes_on) {
    auto rules = std::make_shared<statement_rules>();
    rules->deny_ddl().deny_scripts();
    auto all = std::make_shared<observers>(std::vector<std::shared_ptr<observer>>{this->seen, rules});
    auto db = this->driver.connect(dsn(), all);
    const auto table = "denied_" + std::to_string(::getpid());
    const auto refused =
        this->failure_of([&] { return this->call(db.execute(unsafe_sql{"create table " + table + " (n int)"})); });
    EXPECT_EQ(refused.code(), errc::refused_by_observer);
    EXPECT_EQ(refused.fate(), fate::not_sent);
    EXPECT_THROW(this->call(db.run_script("select 1; select 2")), error);
    pipeline steps;
    (void)steps.execute("select 1");
    (void)steps.execute(unsafe_sql{"drop table " + table});
    EXPECT_THROW(this->driver.run(db, steps), error);
    {
        auto tx = this->call(db.begin());
        EXPECT_THROW(this->call(tx.execute(unsafe_sql{"create table " + table + " (n int)"})), error);
        EXPECT_EQ(this->call(tx.template fetch_one<int>("select 1")), 1) << "nothing reached the transaction";
        this->driver.commit(tx);
    }
    EXPECT_EQ(this->call(db.template fetch_one<bool>("select to_regclass($1) is null", table)), true);
}

// Whoever listens for ever holds up nobody's queries.
TYPED_TEST(events, observer_that_blocks_behind_an_asynchronous_one_holds_nobody_up) {
    struct blocked final : observer {
        using observer::on;
        void on(const query_start_event&) override { let_go.get_future().wait(); }
        std::promise<void> let_go;
    };
    const auto stuck = std::make_shared<blocked>();
    asynchronous_observer_options options;
    options.max_events = 10;
    options.linger = std::chrono::milliseconds{0};
    const auto between = std::make_shared<asynchronous_observer>(stuck, options);
    auto db = this->driver.connect(dsn(), between);
    for (int i = 0; i < 100; ++i) this->call(db.execute("select 1"));
    EXPECT_GT(between->dropped(), 100u);
    stuck->let_go.set_value();
}

}  // namespace
}  // namespace howdah::test
