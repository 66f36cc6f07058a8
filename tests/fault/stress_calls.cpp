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

// Answers in parts.

stream_options stress_calls::some_shape() {
    stream_options how;
    if (below(2) == 0) how.fetch_size = static_cast<std::uint32_t>(below(300));
    if (below(2) == 0) how.when_abandoned = below(2) == 0 ? on_abandon::cancel : on_abandon::drain;
    return how;
}

awaitable<void> stress_calls::streams() {
    const int n = below(5'000);
    const auto how = some_shape();
    auto rows = any().stream<std::tuple<int, std::string>>(
        how, "select i, repeat('y', i % 300) from generate_series(1, $1) i", n);
    int expected = 0;
    while (const auto batch = co_await rows.next_batch())
        for (const auto& [i, text] : batch) {
            EXPECT_EQ(i, ++expected);
            EXPECT_EQ(text.size(), static_cast<std::size_t>(i % 300));
        }
    EXPECT_EQ(expected, n);
}

awaitable<void> stress_calls::leaves_stream() {
    const auto how = some_shape();
    const int most = below(400);
    auto rows = any().stream<int>(how, "select generate_series(1, 20000)");
    for (int i = 1; i <= most; ++i) {
        const auto row = co_await rows.next();
        EXPECT_EQ(row, i);
    }
}

awaitable<void> stress_calls::leaves_stream_of_transaction() {
    const int key = may_insert(), most = below(300), n = below(1'000);
    auto tx = co_await any().begin();
    (void)co_await tx.execute("insert into t values ($1)", key);
    {
        const auto size = static_cast<std::uint32_t>(1 + below(200));
        auto rows = tx.stream<int>({.fetch_size = size}, "select generate_series(1, 20000)");
        for (int i = 1; i <= most; ++i) {
            const auto row = co_await rows.next();
            EXPECT_EQ(row, i);
        }
        const auto beside = co_await tx.fetch_one<int>("select $1::int", n);
        EXPECT_EQ(beside, n);
    }
    co_await tx.commit();
    has_inserted(key);
}

awaitable<void> stress_calls::streams_side_by_side() {
    const int n = 1 + below(1'000);
    auto tx = co_await any().begin();
    auto up = tx.stream<int>({.fetch_size = 100}, "select generate_series(1, $1)", n);
    auto down = tx.stream<int>({.fetch_size = 70}, "select generate_series($1, 1, -1)", n);
    for (int i = 1; i <= n; ++i) {
        const auto low = co_await up.next();
        const auto high = co_await down.next();
        EXPECT_EQ(low, i);
        EXPECT_EQ(high, n + 1 - i);
    }
    const auto end = co_await up.next();
    EXPECT_EQ(end, std::nullopt);
    co_await tx.commit();
}

awaitable<void> stress_calls::stream_runs_out_of_time() {
    const auto size = static_cast<std::uint32_t>(below(3));
    const std::chrono::milliseconds time{1 + below(20)};
    auto rows = any()
                    .with({.timeout = time})
                    .stream<int>({.fetch_size = size}, "select i from generate_series(1, 10) i, "
                                                       "lateral (select pg_sleep(0.004), i as same offset 0) slow");
    try {
        for (int i = 1; i <= 10; ++i) {
            const auto row = co_await rows.next();
            EXPECT_EQ(row, i);
        }
    } catch (const error& e) {
        if (e.code() != errc::timed_out) throw;
    }
}

awaitable<void> stress_calls::executes_portal() {
    const int n = 1 + below(500);
    auto tx = co_await any().begin();
    auto bound = co_await tx.bind<int>("select generate_series(1, $1)", n);
    int expected = 0;
    while (!bound.complete()) {
        const auto batch = co_await bound.execute(static_cast<std::uint32_t>(1 + below(200)));
        for (const int i : batch) EXPECT_EQ(i, ++expected);
        if (below(8) == 0) co_return;  // with its transaction
    }
    EXPECT_EQ(expected, n);
    co_await tx.commit();
}

awaitable<void> stress_calls::moves_cursor() {
    const int n = 20 + below(500), at = 1 + below(10);
    auto tx = co_await any().begin();
    auto c = co_await tx.declare<int>(scrolling::yes, "select generate_series(1, $1)", n);
    const auto some = co_await c.fetch(cursor_step::absolute(at));
    EXPECT_EQ(some, (std::vector{at}));
    const auto next = co_await c.fetch(cursor_step::forward(2));
    EXPECT_EQ(next, (std::vector{at + 1, at + 2}));
    const auto back = co_await c.fetch(cursor_step::backward(1));
    EXPECT_EQ(back, (std::vector{at + 1}));
    if (below(3) == 0) co_await c.close();
    if (below(3) != 0) co_await tx.commit();
}

awaitable<void> stress_calls::holds_cursor() {
    const int n = 20 + below(500);
    auto c = co_await any().declare<int>(scrolling::no, "select generate_series(1, $1)", n);
    const auto first = co_await c.fetch(cursor_step::forward(3));
    EXPECT_EQ(first, (std::vector{1, 2, 3}));
    const auto rest = co_await c.move(cursor_step::forward_all());
    EXPECT_EQ(rest, static_cast<std::uint64_t>(n - 3));
    if (below(2) == 0) co_await c.close();
}

// COPY.

awaitable<void> stress_calls::copies_in() {
    std::vector<int> keys;
    for (int i = below(50); i >= 0; --i) keys.push_back(may_insert());
    auto in = co_await any().copy_in<int>(identifier{"t"});
    co_await in.write_all(keys);
    const auto stored = co_await in.finish();
    EXPECT_EQ(stored, keys.size());
    for (const int key : keys) has_inserted(key);
}

awaitable<void> stress_calls::leaves_copy_in() {
    auto in = co_await any().copy_in("copy t from stdin");
    std::string lines;
    for (int i = below(30'000); i > 0; --i) lines += std::to_string(++last_key_) + "\n";
    co_await in.write(lines);
}

awaitable<void> stress_calls::copies_in_what_is_there() {
    const int undone = ++last_key_;
    auto in = co_await any().copy_in<int>(identifier{"t"}, {"x"});
    co_await in.write(undone);
    co_await in.write(taken_key);
    try {
        (void)co_await in.finish();
        ADD_FAILURE() << "there is such a row";
    } catch (const error& e) {
        if (e.state() != unique_violation) throw;
    }
}

awaitable<void> stress_calls::copies_in_in_transaction() {
    const int key = ++last_key_, way = below(3);
    auto tx = co_await any().begin();
    {
        auto in = co_await tx.copy_in<int>(identifier{"t"});
        co_await in.write(key);
        if (way == 0) co_return;
        (void)co_await in.finish();
    }
    const auto seen = co_await tx.fetch_one<int>("select count(*)::int from t where x = $1", key);
    EXPECT_EQ(seen, 1);
    if (way == 1) co_return;
    certain_[key] = false;
    co_await tx.commit();
    has_inserted(key);
}

awaitable<void> stress_calls::copies_out() {
    if (below(2) == 0) {
        auto out = any().copy_out<int>("select generate_series(1, 5000)");
        int expected = 0;
        co_await out.for_each([&](int i) { EXPECT_EQ(i, ++expected); });
        EXPECT_EQ(expected, 5'000);
        co_return;
    }
    auto out = any().copy_out("copy (select generate_series(1, 30000)) to stdout");
    std::ptrdiff_t lines = 0;
    for (;;) {
        const auto part = co_await out.read();
        if (part.empty()) break;
        lines += std::ranges::count(as_text(part), '\n');
    }
    EXPECT_EQ(lines, 30'000);
    EXPECT_EQ(out.rows_copied(), 30'000u);
}

awaitable<void> stress_calls::leaves_copy_out() {
    auto out = any().copy_out<int>("select generate_series(1, 50000)");
    const int most = below(2'000);
    for (int i = 1; i <= most; ++i) {
        const auto row = co_await out.next();
        EXPECT_EQ(row, i);
    }
}

}  // namespace howdah::test
