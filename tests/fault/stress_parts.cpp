// The stress test's streams and COPYs.
#include <algorithm>

#include "howdah/base/generated/sqlstates.hpp"
#include "stress_calls.hpp"

namespace howdah::test {

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
