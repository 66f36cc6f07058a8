#include "stress_calls.hpp"

#include <algorithm>
#include <array>

#include "howdah/base/generated/sqlstates.hpp"

namespace howdah::test {

std::span<const stress_calls::kind> stress_calls::kinds() noexcept {
    using c = stress_calls;
    static constexpr std::array all{
        kind{"fetch_one", &c::fetches},
        kind{"fetch_all", &c::fetches_many},
        kind{"query", &c::queries},
        kind{"error", &c::errs},
        kind{"execute", &c::inserts},
        kind{"prepare", &c::prepares},
        kind{"pipeline", &c::runs_pipeline},
        kind{"failing pipeline", &c::runs_pipeline_that_fails},
        kind{"script", &c::runs_script},
        kind{"timeout", &c::runs_out_of_time},
        kind{"transaction", &c::inserts_in_transaction},
        kind{"savepoint", &c::undoes_savepoint},
        kind{"nested transaction", &c::fails_in_nested_transaction},
        kind{"undone while open", &c::undoes_what_is_open},
        kind{"stream", &c::streams},
        kind{"stream left", &c::leaves_stream},
        kind{"stream left in transaction", &c::leaves_stream_of_transaction},
        kind{"streams side by side", &c::streams_side_by_side},
        kind{"stream timeout", &c::stream_runs_out_of_time},
        kind{"portal", &c::executes_portal},
        kind{"cursor", &c::moves_cursor},
        kind{"held cursor", &c::holds_cursor},
        kind{"copy in", &c::copies_in},
        kind{"copy in left", &c::leaves_copy_in},
        kind{"copy in refused", &c::copies_in_what_is_there},
        kind{"copy in transaction", &c::copies_in_in_transaction},
        kind{"copy out", &c::copies_out},
        kind{"copy out left", &c::leaves_copy_out},
    };
    return all;
}

// One statement, or several of them at once.

awaitable<void> stress_calls::fetches() {
    const int n = below(1'000'000);
    const auto answer = co_await any().fetch_one<int>("select $1::int", n);
    EXPECT_EQ(answer, n);
}

awaitable<void> stress_calls::fetches_many() {
    const int n = below(2'000);
    const auto rows = co_await any().fetch_all<std::tuple<int, std::string>>(
        "select i, repeat('x', i % 100) from generate_series(1, $1) i", n);
    EXPECT_EQ(static_cast<int>(rows.size()), n);
    if (!rows.empty()) {
        EXPECT_EQ(std::get<0>(rows.back()), n);
    }
}

awaitable<void> stress_calls::queries() {
    const int n = below(1'000);
    const auto rows = co_await any().query("select $1::int as a, 'w' || $2::int as b", n, n);
    EXPECT_EQ(rows[0]["a"].as<int>(), n);
    EXPECT_EQ(rows[0]["b"].as<std::string>(), "w" + std::to_string(n));
}

awaitable<void> stress_calls::errs() {
    try {
        (void)co_await any().fetch_one<int>("select 1 / $1::int", 0);
        ADD_FAILURE() << "there is no such number";
    } catch (const error& e) {
        if (e.state() != division_by_zero) throw;
    }
}

awaitable<void> stress_calls::inserts() {
    const int key = may_insert();
    (void)co_await any().execute("insert into t values ($1)", key);
    has_inserted(key);
}

awaitable<void> stress_calls::prepares() {
    const int n = below(1'000);
    auto& db = any();
    auto twice = co_await db.prepare<int>("select 2 * $1::int");
    const auto answer = co_await twice.fetch_one<int>(n);
    EXPECT_EQ(answer, 2 * n);
}

awaitable<void> stress_calls::runs_pipeline() {
    const int n = below(1'000), key = may_insert();
    pipeline steps;
    const auto first = steps.fetch_one<int>("select $1::int", n);
    const auto second = steps.fetch_all<int>("select generate_series(1, $1)", n % 50);
    steps.sync();
    const auto inserted = steps.execute("insert into t values ($1)", key);
    const auto third = steps.fetch_one<std::string>("select 'p' || $1::int", n);
    co_await any().run(steps);
    has_inserted(key);
    EXPECT_EQ(steps.take(first), n);
    EXPECT_EQ(static_cast<int>(steps.take(second).size()), n % 50);
    EXPECT_EQ(steps.take(inserted).rows_affected, 1u);
    EXPECT_EQ(steps.take(third), "p" + std::to_string(n));
}

// The part that fails is undone, the one behind it is done.
awaitable<void> stress_calls::runs_pipeline_that_fails() {
    const int undone = ++last_key_, done = may_insert();
    pipeline steps;
    (void)steps.execute("insert into t values ($1)", undone);
    const auto fails = steps.fetch_one<int>("select 1 / $1::int", 0);
    steps.sync();
    const auto inserted = steps.execute("insert into t values ($1)", done);
    try {
        co_await any().run(steps);
        ADD_FAILURE() << "a step failed";
    } catch (const error& e) {
        if (e.state() != division_by_zero) throw;
        EXPECT_EQ(steps.failure(fails.index)->state(), division_by_zero);
        EXPECT_EQ(steps.failure(0)->code(), errc::pipeline_aborted);
        if (const auto* given_up = steps.failure(inserted.index)) {
            EXPECT_EQ(given_up->fate(), fate::unknown);
            throw error{errc::cancelled, "between its two parts", fate::unknown};
        }
        EXPECT_EQ(steps.take(inserted).rows_affected, 1u);
        has_inserted(done);
    }
}

awaitable<void> stress_calls::runs_script() {
    const auto text = "select " + std::to_string(below(100)) + "; select 2";
    const auto results = co_await any().run_script(unsafe_sql{text});
    EXPECT_EQ(results.size(), 2u);
    EXPECT_EQ(results[1][0][0].as<int>(), 2);
}

awaitable<void> stress_calls::runs_out_of_time() {
    try {
        (void)co_await any()
            .with({.timeout = std::chrono::milliseconds{1 + below(20)}})
            .execute("select pg_sleep(0.01)");
    } catch (const error& e) {
        if (e.code() != errc::timed_out) throw;
    }
}

// Transactions.

awaitable<void> stress_calls::inserts_in_transaction() {
    const int key = ++last_key_, way = below(4);
    auto tx = co_await any().begin();
    (void)co_await tx.execute("insert into t values ($1)", key);
    const auto seen = co_await tx.fetch_one<int>("select count(*)::int from t where x = $1", key);
    EXPECT_EQ(seen, 1);
    if (way == 0) co_await tx.rollback();
    if (way <= 1) co_return;  // or it is dropped
    certain_[key] = false;
    co_await tx.commit();
    has_inserted(key);
}

awaitable<void> stress_calls::undoes_savepoint() {
    const int kept = ++last_key_, undone = ++last_key_, released = ++last_key_, way = below(3);
    auto tx = co_await any().begin();
    (void)co_await tx.execute("insert into t values ($1)", kept);
    {
        auto part = co_await tx.savepoint();
        (void)co_await tx.execute("insert into t values ($1)", undone);
        if (way == 0) co_await part.rollback();
    }  // or dropped
    {
        auto part = co_await tx.savepoint();
        (void)co_await tx.execute("insert into t values ($1)", released);
        co_await part.release();
    }
    const auto seen =
        co_await tx.fetch_all<int>("select x from t where x in ($1, $2, $3) order by x", kept, undone, released);
    EXPECT_EQ(seen, (std::vector{kept, released}));
    if (way == 1) co_return;
    certain_[kept] = certain_[released] = false;
    co_await tx.commit();
    has_inserted(kept);
    has_inserted(released);
}

// Nobody could read these to their end: they are open, or were just left, when what they stand in is undone.
awaitable<void> stress_calls::undoes_what_is_open() {
    constexpr auto numbers = "select generate_series(1, 1000000000000)";
    const int kept = ++last_key_, undone = ++last_key_;
    const bool copies = below(2) == 0, leaves = below(2) == 0, drops = below(2) == 0, goes_on = below(2) == 0;
    auto tx = co_await any().begin();
    (void)co_await tx.execute("insert into t values ($1)", kept);
    std::optional<savepoint> part;
    if (goes_on) part.emplace(co_await tx.savepoint());
    (void)co_await tx.execute("insert into t values ($1)", undone);
    std::optional<copy_out_rows<std::int64_t>> out;
    std::optional<row_stream<std::int64_t>> rows;
    if (copies) {
        out.emplace(tx.copy_out<std::int64_t>(unsafe_sql{numbers}));
        (void)co_await out->next();
    } else {
        rows.emplace(tx.stream<std::int64_t>({.fetch_size = 0}, unsafe_sql{numbers}));
        (void)co_await rows->next();
    }
    if (leaves) {
        out.reset();
        rows.reset();
    }
    if (!goes_on) {
        if (!drops) co_await tx.rollback();
        co_return;
    }
    if (!drops) co_await part->rollback();
    part.reset();
    const auto seen = co_await tx.fetch_all<int>("select x from t where x in ($1, $2)", kept, undone);
    EXPECT_EQ(seen, std::vector{kept});
    certain_[kept] = false;
    co_await tx.commit();
    has_inserted(kept);
}

awaitable<void> stress_calls::fails_in_nested_transaction() {
    const int kept = may_insert(), undone = ++last_key_;
    const auto part = [&](transaction& tx) -> awaitable<void> {
        (void)co_await tx.execute("insert into t values ($1)", undone);
        (void)co_await tx.execute("insert into t values ($1)", taken_key);
    };
    const auto whole = [&](transaction& tx) -> awaitable<void> {
        (void)co_await tx.execute("insert into t values ($1)", kept);
        try {
            co_await tx.in_transaction(part);
            ADD_FAILURE() << "there is such a row";
        } catch (const error& e) {
            if (e.state() != unique_violation) throw;
        }
    };
    co_await any().in_transaction(whole);
    has_inserted(kept);
}

}  // namespace howdah::test
