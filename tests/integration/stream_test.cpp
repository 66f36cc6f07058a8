#include <cstdint>
#include <numeric>
#include <string_view>

#include "driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;

struct numbered {
    int n;
    std::string text;
};

template <class D>
class streams : public on_both_drivers<D> {
protected:
    static constexpr int many = 50'000;

    template <class S>
    std::int64_t sum_of(S& stream) {
        std::int64_t sum = 0;
        while (auto n = this->call(stream.next())) sum += *n;
        return sum;
    }
    static constexpr std::int64_t sum_to(std::int64_t n) { return n * (n + 1) / 2; }
    int backend() { return this->call(this->db.template fetch_one<int>("select pg_backend_pid()")); }
    auto numbers(const stream_options& options, int up_to = many) {
        return this->db.template stream<int>(options, "select generate_series(1, $1::int)", up_to);
    }
};
TYPED_TEST_SUITE(streams, both_drivers);

TYPED_TEST(streams, give_every_row_in_order_all_at_once_and_in_parts) {
    for (const std::uint32_t size : {0u, 1u, 7u, 1'000u, 100'000u}) {
        const int up_to = size == 1 ? 500 : this->many;
        auto s = this->numbers({.fetch_size = size}, up_to);
        int expected = 0;
        while (auto batch = this->call(s.next_batch()))
            for (const int n : batch) ASSERT_EQ(n, ++expected) << size;
        EXPECT_EQ(expected, up_to) << size;
        EXPECT_FALSE(this->call(s.next_batch())) << "the end stays the end";
        this->expect_usable();
    }
}

TYPED_TEST(streams, give_structs_and_views_of_what_was_read) {
    auto s = this->db.template stream<numbered>("select n, 'row ' || n from generate_series(1, 3) n");
    const auto first = this->call(s.next());
    ASSERT_TRUE(first);
    EXPECT_EQ(first->n, 1);
    EXPECT_EQ(first->text, "row 1");
    std::vector<std::string> rest;
    this->finish([&] { return s.for_each([&](const numbered& row) { rest.push_back(row.text); }); });
    EXPECT_EQ(rest, (std::vector<std::string>{"row 2", "row 3"}));

    auto views = this->db.template stream<std::string_view>("select repeat('x', n) from generate_series(1, 3) n");
    std::size_t length = 0;
    while (auto batch = this->call(views.next_batch()))
        for (const auto text : batch) EXPECT_EQ(text, std::string(++length, 'x'));
    EXPECT_EQ(length, 3u);
}

TYPED_TEST(streams, without_a_type_give_rows_as_they_came) {
    auto s = this->db.stream({.fetch_size = 2}, "select n, n::text as words from generate_series(1, $1::int) n", 5);
    int expected = 0;
    while (auto batch = this->call(s.next_batch())) {
        for (const row_view row : batch) {
            EXPECT_EQ(row[0].template as<int>(), ++expected);
            EXPECT_EQ(row["words"].template as<std::string>(), std::to_string(expected));
        }
    }
    EXPECT_EQ(expected, 5);
}

TYPED_TEST(streams, of_no_rows_and_of_no_result_end_at_once) {
    auto none = this->db.template stream<int>("select 1 where false");
    EXPECT_FALSE(this->call(none.next()));
    auto command = this->db.stream({.fetch_size = 3}, "create temp table made(x int)");
    EXPECT_FALSE(this->call(command.next()));
    EXPECT_EQ(this->call(this->db.template fetch_one<int>("select count(*)::int from made")), 0);
}

TYPED_TEST(streams, left_early_leave_the_connection_to_the_next_call) {
    const auto pid = this->backend();
    for (const std::uint32_t size : {0u, 10u}) {
        for (const auto how : {on_abandon::cancel, on_abandon::drain}) {
            {
                auto s = this->numbers({.fetch_size = size, .when_abandoned = how});
                EXPECT_EQ(this->call(s.next()), 1);
            }
            this->expect_usable();
            { auto unread = this->numbers({.fetch_size = size, .when_abandoned = how}); }
            this->expect_usable();
        }
    }
    EXPECT_EQ(this->backend(), pid) << "nothing cost the connection";
}

// Without the cancel this would read for hours.
TYPED_TEST(streams, left_early_cancel_the_server) {
    {
        auto s = this->db.template stream<std::int64_t>("select generate_series(1, 1000000000000)");
        EXPECT_EQ(this->call(s.next()), 1);
    }
    this->expect_usable();
}

TYPED_TEST(streams, keep_others_waiting_or_refuse_them_outside_of_a_transaction) {
    auto s = this->numbers({.fetch_size = 10});
    EXPECT_EQ(this->call(s.next()), 1);
    const auto e = this->failure_of([&] { return this->call(this->db.with({.timeout = 50ms}).execute("select 1")); });
    EXPECT_TRUE(e.code() == errc::connection_busy || e.code() == errc::timed_out) << e.what();
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_EQ(this->sum_of(s), this->sum_to(this->many) - 1);
}

TYPED_TEST(streams, run_side_by_side_inside_of_a_transaction) {
    auto tx = this->call(this->db.begin());
    auto a = tx.template stream<int>({.fetch_size = 3}, "select generate_series(1, 10)");
    auto b = tx.template stream<int>({.fetch_size = 4}, "select generate_series(101, 110)");
    for (int i = 1; i <= 10; ++i) {
        EXPECT_EQ(this->call(a.next()), i);
        EXPECT_EQ(this->call(b.next()), 100 + i);
        EXPECT_EQ(this->call(tx.template fetch_one<int>("select $1::int", i)), i);
    }
    EXPECT_FALSE(this->call(a.next()));
    EXPECT_FALSE(this->call(b.next()));
    this->driver.commit(tx);
}

TYPED_TEST(streams, dropped_inside_of_a_transaction_close_their_portal_and_fail_nothing) {
    auto tx = this->call(this->db.begin());
    for (int i = 0; i < 3; ++i) {
        auto s = tx.template stream<int>("select generate_series(1, 100000)");
        EXPECT_EQ(this->call(s.next()), 1);
    }
    EXPECT_EQ(this->call(tx.template fetch_one<int>("select count(*)::int from pg_cursors where name like 'howdah%'")),
              0);
    this->driver.commit(tx);
}

TYPED_TEST(streams, that_read_all_at_once_have_their_transaction_to_themselves) {
    auto tx = this->call(this->db.begin());
    {
        auto s = tx.template stream<int>({.fetch_size = 0}, "select generate_series(1, 100000)");
        EXPECT_EQ(this->call(s.next()), 1);
        EXPECT_EQ(this->failure_of([&] { return this->call(tx.execute("select 1")); }).code(), errc::connection_busy);
    }
    EXPECT_EQ(this->call(tx.template fetch_one<int>("select 5")), 5);
    this->driver.commit(tx);
}

TYPED_TEST(streams, outlived_by_nothing_say_when_their_transaction_has_ended) {
    auto tx = this->call(this->db.begin());
    auto s = tx.template stream<int>({.fetch_size = 1}, "select generate_series(1, 10)");
    EXPECT_EQ(this->call(s.next()), 1);
    this->driver.roll_back(tx);
    EXPECT_EQ(this->failure_of([&] { return this->call(s.next()); }).code(), errc::transaction_ended);
    this->expect_usable();
}

TYPED_TEST(streams, that_fail_on_the_way_give_the_server_s_error_and_stay_failed) {
    auto s = this->db.template stream<int>({.fetch_size = 5}, "select 10 / (8 - n) from generate_series(1, 10) n");
    int rows = 0;
    const auto e = this->failure_of([&] {
        while (this->call(s.next())) ++rows;
        return 0;
    });
    EXPECT_EQ(e.state(), division_by_zero);
    EXPECT_GE(rows, 5);
    EXPECT_EQ(this->failure_of([&] { return this->call(s.next()); }).state(), division_by_zero);
    this->expect_usable();
}

TYPED_TEST(streams, of_another_shape_than_their_type_fail_and_name_the_columns) {
    auto s = this->db.template stream<numbered>("select generate_series(1, 1000000)");
    EXPECT_EQ(this->failure_of([&] { return this->call(s.next()); }).code(), errc::column_count_mismatch);
    this->expect_usable();
    auto nulls = this->db.template stream<int>("select null::int from generate_series(1, 1000000)");
    EXPECT_EQ(this->failure_of([&] { return this->call(nulls.next()); }).code(), errc::unexpected_null);
}

TYPED_TEST(streams, have_their_deadline_for_each_wait) {
    auto s = this->db.with({.timeout = 1s})
                 .template stream<int>({.fetch_size = 1}, "select n from generate_series(1, 4) n, "
                                                          "lateral (select pg_sleep(0.4)) s");
    int rows = 0;
    while (this->call(s.next())) ++rows;
    EXPECT_EQ(rows, 4) << "1.6 s in all, and none of the waits over 1 s";

    auto slow = this->db.with({.timeout = 50ms}).template stream<int>({.fetch_size = 1}, "select 1 from pg_sleep(60)");
    const auto e = this->failure_of([&] { return this->call(slow.next()); });
    EXPECT_EQ(e.code(), errc::timed_out);
    this->expect_usable();
}

TYPED_TEST(streams, hold_no_more_than_a_part_of_a_large_result) {
    auto s = this->db.template stream<std::string>("select repeat('x', 100000) from generate_series(1, 2000)");
    std::size_t bytes = 0;
    while (auto row = this->call(s.next())) bytes += row->size();
    EXPECT_EQ(bytes, 200'000'000u);
}

TYPED_TEST(streams, work_over_the_simple_protocol) {
    auto simple = this->driver.connect(dsn() + "&statement_mode=simple");
    auto s = simple.template stream<int>({.fetch_size = 7}, "select generate_series(1, 50000)");
    EXPECT_EQ(this->sum_of(s), this->sum_to(this->many));
    {
        // Drained, because this mode is for poolers, and behind one a cancel costs the connection.
        auto left = simple.stream({.when_abandoned = on_abandon::drain}, "select generate_series(1, 50000)");
        EXPECT_TRUE(this->call(left.next()));
    }
    EXPECT_EQ(this->call(simple.template fetch_one<int>("select 3")), 3);
}

TYPED_TEST(streams, of_a_prepared_statement_are_the_same) {
    auto prepared = this->call(this->db.template prepare<int>("select generate_series(1, $1)"));
    auto s = prepared.template stream<int>(this->many);
    EXPECT_EQ(this->sum_of(s), this->sum_to(this->many));
}

TYPED_TEST(streams, of_types_made_in_the_database_look_them_up_before_the_first_row) {
    this->call(this->db.execute("create type pg_temp.mood as enum ('calm', 'happy')"));
    for (const std::uint32_t size : {0u, 1u}) {
        auto s =
            this->db.stream({.fetch_size = size}, "select array[m]::pg_temp.mood[] as moods, m::pg_temp.mood as mood "
                                                  "from unnest(array['calm', 'happy']::pg_temp.mood[]) m");
        EXPECT_EQ(this->call(s.next())->operator[]("mood").template as<std::string>(), "calm");
        EXPECT_EQ(this->call(s.next())->operator[]("mood").template as<std::string>(), "happy");
        EXPECT_FALSE(this->call(s.next()));
    }
}

TYPED_TEST(streams, work_over_tls) {
    auto tls = this->driver.connect(dsn(testing::route::tls));
    for (const std::uint32_t size : {0u, 100u}) {
        auto s = tls.template stream<int>({.fetch_size = size}, "select generate_series(1, 50000)");
        EXPECT_EQ(this->sum_of(s), this->sum_to(this->many));
        auto left = tls.template stream<int>({.fetch_size = size}, "select generate_series(1, 50000)");
        EXPECT_EQ(this->call(left.next()), 1);
    }
    EXPECT_EQ(this->call(tls.template fetch_one<int>("select 3")), 3);
}

TEST(blocking_streams, are_input_ranges) {
    blocking::connection db{parse_conninfo(dsn())};
    int expected = 0;
    for (const auto& row : db.stream<numbered>("select n, n::text from generate_series(1, 1000000) n")) {
        EXPECT_EQ(row.n, ++expected);
        if (row.n == 5'000) break;
    }
    EXPECT_EQ(expected, 5'000);
    static_assert(std::input_iterator<blocking::row_stream<int>::iterator>);
    static_assert(std::input_iterator<row_batch<int>::iterator>);
    EXPECT_EQ(db.fetch_one<int>("select 6"), 6);
}

}  // namespace
}  // namespace howdah::test
