// A blocking pool answers every verb: it acquires, runs and gives back.
#include "howdah/base/generated/sqlstates.hpp"
#include "tests/pool/pool.hpp"

namespace howdah::test {
namespace {

class blocking_pool_verbs : public with_pool {
protected:
    blocking::pool db{config(), {.max_connections = 2}};

    void expect_all_back() {
        EXPECT_TRUE(becomes(db, [](const auto& s) { return s.in_use == 0 && s.idle == s.size; }));
        EXPECT_EQ(db.status().broken, 0u);
    }
};

TEST_F(blocking_pool_verbs, run_and_give_back) {
    EXPECT_EQ(db.fetch_one<int>("select $1::int", 5), 5);
    EXPECT_EQ(db.fetch_optional<int>("select 1 where false"), std::nullopt);
    EXPECT_EQ(db.fetch_all<int>("select generate_series(1, 3)"), (std::vector{1, 2, 3}));
    EXPECT_EQ(db.query("select 'x' as a")[0]["a"].as<std::string>(), "x");
    EXPECT_EQ(db.execute("select from generate_series(1, 4)").rows_affected, 4u);
    EXPECT_EQ(db.run_script("select 1; select 2").size(), 2u);
    db.notify("pool_test", "x");
    expect_all_back();
    EXPECT_EQ(db.status().size, 1u);
}

TEST_F(blocking_pool_verbs, that_fail_give_back_too) {
    EXPECT_EQ(failure_of([&] { return db.execute("select 1/0"); }).state(), division_by_zero);
    EXPECT_EQ(failure_of([&] { return db.fetch_one<int>("select 1 where false"); }).code(), errc::no_rows);
    expect_all_back();
}

TEST_F(blocking_pool_verbs, a_pipeline_is_one_round_trip_on_one_connection) {
    pipeline steps;
    const auto one = steps.fetch_one<int>("select pg_backend_pid()"),
               two = steps.fetch_one<int>("select pg_backend_pid()");
    db.run(steps);
    EXPECT_EQ(steps.take(one), steps.take(two));
    expect_all_back();
}

TEST_F(blocking_pool_verbs, a_stream_acquires_when_it_is_read_and_gives_back_when_it_goes) {
    {
        auto rows = db.stream<int>("select generate_series(1, $1::int)", 1000);
        EXPECT_EQ(db.status().in_use, 0u);
        int sum = 0;
        for (const auto i : rows) {
            sum += i;
            EXPECT_EQ(db.status().in_use, 1u);
        }
        EXPECT_EQ(sum, 500'500);
    }
    expect_all_back();
}

TEST_F(blocking_pool_verbs, a_stream_that_is_left_early_gives_its_connection_back_clean) {
    for (const auto i : db.stream<int>("select generate_series(1, 1000000)"))
        if (i == 3) break;
    expect_all_back();
    EXPECT_EQ(db.fetch_one<int>("select 1"), 1);
    EXPECT_EQ(db.status().opened, 1u);
}

TEST_F(blocking_pool_verbs, copy_both_ways_keeps_its_connection_until_its_end) {
    const auto table = "pool_copy_" + std::to_string(::getpid());
    db.execute(unsafe_sql{"create table " + table + "(x int, y text)"});
    {
        auto in = db.copy_in<std::tuple<int, std::string>>(identifier{table});
        EXPECT_EQ(db.status().in_use, 1u);
        in.write({1, "a"});
        in.write({2, "b"});
        EXPECT_EQ(in.finish(), 2u);
    }
    {
        auto in = db.copy_in(unsafe_sql{"copy " + table + " from stdin"});
        in.write("3\tc\n");
        EXPECT_EQ(in.finish(), 1u);
    }
    { auto dropped = db.copy_in(unsafe_sql{"copy " + table + " from stdin"}); }
    {
        auto out = db.copy_out<std::tuple<int, std::string>>(identifier{table});
        int rows = 0;
        out.for_each([&](auto&&) { ++rows; });
        EXPECT_EQ(rows, 3);
    }
    std::vector<std::tuple<int, std::string>> more{{4, "d"}, {5, "e"}};
    EXPECT_EQ(db.insert_many(identifier{table}, {"x", "y"}, more).rows_affected, 2u);
    EXPECT_EQ(db.insert_many(identifier{table}, {"x", "y"}, std::move(more)).rows_affected, 2u);
    {
        auto out = db.copy_out("copy (select 7) to stdout");
        EXPECT_EQ(as_text(out.read()), "7\n");
    }
    expect_all_back();
    db.execute(unsafe_sql{"drop table " + table});
}

TEST_F(blocking_pool_verbs, a_prepared_statement_runs_on_whatever_connection_is_free) {
    auto add = db.prepare<int, int>("select $1::int + $2::int");
    expect_all_back();
    const auto held = db.acquire();
    EXPECT_EQ(add.fetch_one<int>(40, 2), 42);
    EXPECT_EQ(db.status().size, 2u);
}

TEST_F(blocking_pool_verbs, a_transaction_keeps_its_connection_until_its_end) {
    {
        auto tx = db.begin();
        const auto process = tx.fetch_one<int>("select pg_backend_pid()");
        EXPECT_EQ(tx.fetch_one<int>("select pg_backend_pid()"), process);
        EXPECT_EQ(db.status().in_use, 1u);
        tx.commit();
        expect_all_back();
    }
    {
        auto dropped = db.begin();
        dropped.execute("select 1");
    }
    expect_all_back();
}

TEST_F(blocking_pool_verbs, in_transaction_commits_gives_back_and_runs_again_on_a_serialization_failure) {
    int attempts = 0;
    const auto answer = db.in_transaction({.max_attempts = 3}, [&](blocking::transaction& tx) {
        if (++attempts < 3) tx.execute("do $$ begin raise sqlstate '40001'; end $$");
        return tx.fetch_one<int>("select 6");
    });
    EXPECT_EQ(answer, 6);
    EXPECT_EQ(attempts, 3);
    expect_all_back();
}

TEST_F(blocking_pool_verbs, with_connection_gives_what_its_function_gives) {
    EXPECT_EQ(db.with_connection([](blocking::connection& c) { return c.fetch_one<int>("select 9"); }), 9);
    expect_all_back();
}

TEST_F(blocking_pool_verbs, a_timeout_is_one_budget_for_the_wait_and_the_call) {
    blocking::pool one{config(), {.max_connections = 1}};
    auto held = std::make_unique<blocking::pooled_connection>(one.acquire());
    gate waits;
    std::jthread other{[&] {
        waits.pass();
        const auto since = std::chrono::steady_clock::now();
        const auto e = failure_of([&] { return one.with({.timeout = 600ms}).execute("select pg_sleep(60)"); });
        EXPECT_EQ(e.code(), errc::timed_out);
        EXPECT_EQ(e.fate(), fate::rejected) << e.what();
        EXPECT_LT(std::chrono::steady_clock::now() - since, 10s);
    }};
    waits.open();
    ASSERT_TRUE(becomes(one, [](const auto& s) { return s.waiting == 1; }));
    held.reset();
    other.join();
    EXPECT_TRUE(becomes(one, [](const auto& s) { return s.idle == 1; }));
}

}  // namespace
}  // namespace howdah::test
