// COPY both ways, against a real server.

#include <array>
#include <cstdint>
#include <ranges>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace howdah {
namespace test {
namespace {
enum class mood { sad, happy };
}
}  // namespace test

template <>
struct enum_labels<test::mood> {
    static constexpr enum_label<test::mood> values[] = {{test::mood::sad, "sad"}, {test::mood::happy, "happy"}};
};

namespace test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using namespace std::string_view_literals;

struct reading {
    std::int64_t id;
    std::string place;
    std::optional<double> celsius;
    std::vector<std::optional<std::int32_t>> marks;

    friend bool operator==(const reading&, const reading&) = default;
};

struct spot {
    double x = 0, y = 0;

    friend bool operator==(const spot&, const spot&) = default;
};
struct feeling {
    std::optional<std::string> mood;
    spot at;
    std::vector<spot> many;

    friend bool operator==(const feeling&, const feeling&) = default;
};

template <class D>
class copies : public on_both_drivers<D> {
protected:
    const identifier table{"read\"ings"};

    void SetUp() override {
        this->call(this->db.execute(
            R"(create temp table "read""ings" (id bigint primary key, place text not null, celsius float8, marks int[]))"));
    }
    std::int64_t stored() {
        return this->call(this->db.template fetch_one<std::int64_t>(R"(select count(*) from "read""ings")"));
    }
    static std::vector<reading> readings(std::int64_t count) {
        std::vector<reading> out;
        for (std::int64_t i = 0; i < count; ++i)
            out.push_back({i,
                           "place " + std::to_string(i),
                           i % 3 == 0 ? std::nullopt : std::optional{0.5 * double(i)},
                           {1, std::nullopt, std::int32_t(i)}});
        return out;
    }
    auto csv() { return this->call(this->db.copy_in(R"(copy "read""ings" (id, place) from stdin (format csv))")); }
    auto typed() { return this->call(this->db.template copy_in<reading>(table, {"id", "place", "celsius", "marks"})); }
    template <class S>
    void write(S& in, std::string_view text) {
        this->finish([&] { return in.write(text); });
    }
};
TYPED_TEST_SUITE(copies, both_drivers);

TYPED_TEST(copies, bytes_that_are_cut_anywhere_are_stored_and_counted) {
    auto in = this->csv();
    for (const char c : "1,one\n2,\"two\nlines\"\n3,three\n"sv) this->write(in, std::string_view{&c, 1});
    EXPECT_EQ(this->call(in.finish()), 3u);
    EXPECT_EQ(this->call(this->db.template fetch_one<std::string>(R"(select place from "read""ings" where id = 2)")),
              "two\nlines");
    this->expect_usable();
}

// A range whose iterators say nothing when they go on.
TYPED_TEST(copies, in_take_the_rows_of_a_stream_as_they_come) {
    auto other = this->driver.connect(dsn());
    auto rows = other.template stream<reading>(
        "select g::int8, 'place ' || g, g / 2.0::float8, array[g] from generate_series(1, 5000) g");
    auto in = this->typed();
    for (auto batch = this->call(rows.next_batch()); batch; batch = this->call(rows.next_batch()))
        this->finish([&] { return in.write_all(batch); });
    EXPECT_EQ(this->call(in.finish()), 5'000u);
}

TYPED_TEST(copies, structs_come_back_as_they_went_in_with_nulls_and_arrays) {
    const auto rows = this->readings(20'000);
    auto in = this->typed();
    this->finish([&] { return in.write_all(rows); });
    EXPECT_EQ(this->call(in.finish()), rows.size());

    std::vector<reading> back;
    auto out = this->db.template copy_out<reading>(this->table, {"id", "place", "celsius", "marks"});
    this->finish([&] { return out.for_each([&](reading r) { back.push_back(std::move(r)); }); });
    EXPECT_EQ(back, rows);
    this->expect_usable();
}

TYPED_TEST(copies, tuples_and_scalars_are_rows_too) {
    auto pairs =
        this->call(this->db.template copy_in<std::tuple<std::int64_t, std::string>>(this->table, {"id", "place"}));
    const std::tuple<std::int64_t, std::string> one{1, "one"};
    this->finish([&] { return pairs.write(one); });
    EXPECT_EQ(this->call(pairs.finish()), 1u);

    auto out = this->db.template copy_out<std::string>(R"(select place from "read""ings" -- a comment at the end)");
    EXPECT_EQ(this->call(out.next()), "one");
    EXPECT_EQ(this->call(out.next()), std::nullopt);
    EXPECT_EQ(this->call(out.next()), std::nullopt) << "the end stays the end";
}

TYPED_TEST(copies, enums_made_in_the_database_go_in_and_come_out) {
    this->call(this->db.run_script("create type pg_temp.mood as enum ('sad', 'happy');"
                                   "create temp table moods(x pg_temp.mood)"));
    auto in = this->call(this->db.template copy_in<std::optional<mood>>(identifier{"moods"}));
    const std::vector<std::optional<mood>> moods{mood::happy, std::nullopt, mood::sad};
    this->finish([&] { return in.write_all(moods); });
    EXPECT_EQ(this->call(in.finish()), 3u);

    std::vector<std::optional<mood>> back;
    auto out = this->db.template copy_out<std::optional<mood>>(identifier{"moods"});
    this->finish([&] { return out.for_each([&](std::optional<mood> m) { back.push_back(m); }); });
    EXPECT_EQ(back, moods);
}

TYPED_TEST(copies, strings_go_into_enums_and_structs_into_composites_once_the_catalog_was_asked) {
    this->call(this->db.run_script("create type pg_temp.mood as enum ('sad', 'happy');"
                                   "create type pg_temp.spot as (x float8, y float8);"
                                   "create temp table felt(x pg_temp.mood, at pg_temp.spot, many pg_temp.spot[])"));
    const std::vector<feeling> rows{{"happy", {1, 2}, {{3, 4}, {5, 6}}}, {std::nullopt, {}, {}}};
    for (int round = 0; round < 2; ++round) {
        auto in = this->call(this->db.template copy_in<feeling>(identifier{"felt"}));
        this->finish([&] { return in.write_all(rows); });
        EXPECT_EQ(this->call(in.finish()), rows.size());
    }
    EXPECT_EQ(this->call(this->db.template fetch_all<feeling>("select * from felt limit 2")), rows);

    auto in = this->call(this->db.template copy_in<std::string>(identifier{"felt"}, {"x"}));
    const std::string unknown = "bored";
    this->finish([&] { return in.write(unknown); });
    EXPECT_EQ(this->failure_of([&] { return this->call(in.finish()); }).state(), invalid_text_representation);
}

TYPED_TEST(copies, a_type_that_is_not_the_columns_is_refused_here_because_copy_converts_nothing) {
    auto in = this->call(this->db.template copy_in<std::string>(this->table, {"celsius"}));
    const std::string warm = "21.5";
    const auto e = this->failure_of([&] { return this->finish([&] { return in.write(warm); }), 0; });
    EXPECT_EQ(e.code(), errc::parameter_type_mismatch);
}

TYPED_TEST(copies, a_copy_that_is_dropped_stores_nothing) {
    {
        auto in = this->typed();
        const auto rows = this->readings(5'000);  // more than one chunk: some of it has been sent
        this->finish([&] { return in.write_all(rows); });
    }
    this->expect_usable();
    EXPECT_EQ(this->stored(), 0);
}

TYPED_TEST(copies, the_servers_error_names_line_and_column_and_comes_while_data_is_sent) {
    auto in = this->csv();
    this->write(in, "1,one\n2,two\nx,three\n");
    std::size_t lines = 0;
    const auto e = this->failure_of([&] {
        for (;; ++lines) this->write(in, std::to_string(lines + 10) + "," + std::string(1'000, 'x') + "\n");
        return 0;
    });
    EXPECT_EQ(e.state(), invalid_text_representation);
    EXPECT_EQ(e.fate(), fate::rejected);
    ASSERT_NE(e.server(), nullptr);
    EXPECT_NE(e.server()->where.find("line 3, column id"), std::string::npos) << e.server()->where;
    EXPECT_LT(lines, 100'000u) << "it came while data was being sent";
    EXPECT_EQ(this->failure_of([&] { return this->call(in.finish()); }).state(), invalid_text_representation);
    this->expect_usable();
    EXPECT_EQ(this->stored(), 0);
}

TYPED_TEST(copies, an_error_at_the_end_leaves_nothing_stored) {
    auto in = this->csv();
    this->write(in, "1,one\n1,again\n");
    const auto e = this->failure_of([&] { return this->call(in.finish()); });
    EXPECT_EQ(e.state(), unique_violation);
    this->expect_usable();
    EXPECT_EQ(this->stored(), 0);
}

TYPED_TEST(copies, a_nul_in_a_text_is_refused_here_and_names_row_and_column) {
    auto in = this->typed();
    auto rows = this->readings(3);
    rows[1].place = "a\0b"s;
    const auto write = [&](const reading& r) { this->finish([&] { return in.write(r); }); };
    write(rows[0]);
    const auto e = this->failure_of([&] { return write(rows[1]), 0; });
    EXPECT_EQ(e.code(), errc::invalid_encoding);
    EXPECT_NE(std::string_view{e.what()}.find("row 2 "), std::string_view::npos) << e.what();
    EXPECT_NE(std::string_view{e.what()}.find("\"place\""), std::string_view::npos) << e.what();
    write(rows[2]);  // the row is left out, the copy goes on
    EXPECT_EQ(this->call(in.finish()), 2u);
}

TYPED_TEST(copies, a_table_or_a_column_that_is_missing_is_the_servers_error) {
    EXPECT_EQ(
        this->failure_of([&] { return this->call(this->db.template copy_in<int>(identifier{"nowhere"})), 0; }).state(),
        undefined_table);
    EXPECT_EQ(this->failure_of([&] { return this->call(this->db.template copy_in<int>(this->table, {"nothing"})), 0; })
                  .state(),
              undefined_column);
    this->expect_usable();
}

TYPED_TEST(copies, a_row_type_with_other_columns_is_refused_and_the_connection_stays_usable) {
    EXPECT_EQ(this->failure_of([&] { return this->call(this->db.template copy_in<int>(this->table)), 0; }).code(),
              errc::column_count_mismatch);
    this->expect_usable();
}

TYPED_TEST(copies, a_statement_of_another_kind_is_refused) {
    EXPECT_EQ(this->failure_of([&] { return this->call(this->db.copy_in("select 1")), 0; }).code(),
              errc::wrong_statement_kind);
    EXPECT_EQ(this->failure_of([&] { return this->call(this->db.copy_in("copy (select 1) to stdout")), 0; }).code(),
              errc::wrong_statement_kind);
    this->expect_usable();
    auto out = this->db.copy_out(R"(copy "read""ings" from stdin)");
    EXPECT_EQ(this->failure_of([&] { return this->call(out.read()), 0; }).code(), errc::wrong_statement_kind);
    this->expect_usable();
}

TYPED_TEST(copies, out_in_chunks_gives_all_of_it) {
    auto out =
        this->db.copy_out("copy (select n, repeat('x', 100) from generate_series(1, 50000) n) to stdout (format csv)");
    std::size_t bytes = 0, chunks = 0, lines = 0;
    for (auto part = this->call(out.read()); !part.empty(); part = this->call(out.read())) {
        bytes += part.size();
        lines += static_cast<std::size_t>(std::ranges::count(as_text(part), '\n'));
        ++chunks;
    }
    EXPECT_EQ(lines, 50'000u);
    EXPECT_EQ(out.rows_copied(), 50'000u);
    EXPECT_GT(chunks, 50u);
    EXPECT_GT(bytes, 5'000'000u);
    EXPECT_TRUE(this->call(out.read()).empty()) << "the end stays the end";
    this->expect_usable();
}

TYPED_TEST(copies, left_early_an_endless_copy_out_is_stopped) {
    {
        auto out = this->db.copy_out("copy (select generate_series(1, 1000000000000)) to stdout");
        EXPECT_FALSE(this->call(out.read()).empty());
    }
    this->expect_usable();
}

TYPED_TEST(copies, out_whose_transaction_goes_away_end_in_an_error_and_not_as_if_that_were_all) {
    std::optional<typename TypeParam::transaction> tx{this->call(this->db.begin())};
    auto rows = tx->template copy_out<int>("select generate_series(1, 100000)");
    EXPECT_EQ(this->call(rows.next()), 1);
    tx.reset();
    int last = 1;
    const auto read_on = [&] {
        while (const auto row = this->call(rows.next())) last = *row;
        return 0;
    };
    for (int i = 0; i < 2; ++i) EXPECT_EQ(this->failure_of(read_on).code(), errc::transaction_ended);
    EXPECT_LT(last, 100'000);

    tx.emplace(this->call(this->db.begin()));
    auto bytes = tx->copy_out("copy (select generate_series(1, 100000)) to stdout");
    EXPECT_FALSE(this->call(bytes.read()).empty());
    tx.reset();
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(this->failure_of([&] { return this->call(bytes.read()), 0; }).code(), errc::transaction_ended);
    this->expect_usable();
}

TYPED_TEST(copies, run_in_a_transaction_and_go_with_it) {
    auto tx = this->call(this->db.begin());
    const auto rows = this->readings(10);
    auto in = this->call(tx.template copy_in<reading>(this->table, {"id", "place", "celsius", "marks"}));
    EXPECT_EQ(this->failure_of([&] { return this->call(tx.execute("select 1")), 0; }).code(), errc::connection_busy);
    this->finish([&] { return in.write_all(rows); });
    EXPECT_EQ(this->call(in.finish()), 10u);
    auto out = tx.template copy_out<std::int64_t>("select count(*) from \"read\"\"ings\"");
    EXPECT_EQ(this->call(out.next()), 10);
    EXPECT_EQ(this->call(out.next()), std::nullopt);
    this->driver.roll_back(tx);
    EXPECT_EQ(this->stored(), 0);
}

TYPED_TEST(copies, a_server_that_does_not_take_the_data_is_waited_for_no_longer_than_the_deadline) {
    this->call(
        this->db.run_script("create temp table slow(x text);"
                            "create function pg_temp.wait() returns trigger language plpgsql as $$"
                            " begin perform pg_sleep(60); return new; end $$;"
                            "create trigger t before insert on slow for each row execute function pg_temp.wait()"));
    auto in = this->call(this->db.with({.timeout = 200ms}).copy_in("copy slow from stdin"));
    const std::string line = std::string(64 << 10, 'x') + "\n";
    const auto e = this->failure_of([&] {
        for (int i = 0; i < 10'000; ++i) this->write(in, line);  // no socket's buffer holds all of this
        return 0;
    });
    EXPECT_EQ(e.code(), errc::timed_out);
    EXPECT_EQ(e.fate(), fate::rejected);
    this->expect_usable();
}

TYPED_TEST(copies, bytes_in_through_tls_arrive_whole) {
    auto other = this->driver.connect(dsn(testing::route::tls));
    this->call(other.execute("create temp table t(x text)"));
    auto in = this->call(other.copy_in("copy t from stdin"));
    const std::string line(1'000, 'y');
    for (int i = 0; i < 2'000; ++i) this->write(in, line + "\n");
    EXPECT_EQ(this->call(in.finish()), 2'000u);
    EXPECT_EQ(this->call(other.template fetch_one<std::int64_t>("select sum(length(x)) from t")), 2'000'000);
}

}  // namespace
}  // namespace test
}  // namespace howdah
