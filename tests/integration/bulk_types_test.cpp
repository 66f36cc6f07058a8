// What the bulk verbs send comes back equal, whatever the columns' types and whatever the method.

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "driver.hpp"

namespace howdah {
namespace test {

enum class hue { red, green };

struct point_in_space {
    double x = 0, y = 0, z = 0;

    friend bool operator==(const point_in_space&, const point_in_space&) = default;
};

}  // namespace test

template <>
struct enum_labels<test::hue> {
    static constexpr enum_label<test::hue> values[] = {{test::hue::red, "red"}, {test::hue::green, "green"}};
};

namespace test {
namespace {

constexpr std::size_t rows_at_random = 1'200;  // more than a chunk

struct mixture {
    std::int32_t id;
    std::optional<std::int64_t> large;
    double ratio;
    std::optional<std::string> words;
    bool flag;
    std::vector<std::byte> octets;
    std::vector<std::optional<std::int32_t>> numbers;
    std::vector<std::string> texts;
    std::optional<hue> color;

    friend bool operator==(const mixture&, const mixture&) = default;
};

// What is hard to quote, and what is not ASCII.
std::string text_at_random(std::mt19937& random) {
    static constexpr std::array<std::string_view, 12> pieces{"a",  "\"", "\\", ",", "{",  "}",
                                                             "\n", "'",  " ",  "ß", "🐘", "NULL"};
    std::string out;
    for (auto n = random() % 8; n != 0; --n) out += pieces[random() % pieces.size()];
    return out;
}

template <class T, class Make>
std::optional<T> maybe(std::mt19937& random, Make&& make) {
    if (random() % 4 == 0) return std::nullopt;
    return make();
}

mixture at_random(std::int32_t id, std::mt19937& random) {
    mixture out{.id = id,
                .large = maybe<std::int64_t>(random, [&] { return std::int64_t(random()) << 20; }),
                .ratio = std::uniform_real_distribution{-1e9, 1e9}(random),
                .words = maybe<std::string>(random, [&] { return text_at_random(random); }),
                .flag = random() % 2 == 0,
                .octets = {},
                .numbers = {},
                .texts = {},
                .color = maybe<hue>(random, [&] { return random() % 2 == 0 ? hue::red : hue::green; })};
    for (auto n = random() % 5; n != 0; --n) {
        out.octets.push_back(std::byte(random()));
        out.numbers.push_back(maybe<std::int32_t>(random, [&] { return std::int32_t(random()); }));
        out.texts.push_back(text_at_random(random));
    }
    return out;
}

template <class D>
class bulk_types : public on_both_drivers<D> {
protected:
    void make(std::string statements) { this->call(this->db.run_script(unsafe_sql{std::move(statements)})); }
    void SetUp() override {
        make("create type pg_temp.hue as enum ('red', 'green');"
             "create temp table mixtures(id int primary key, large int8, ratio float8, words text, flag bool,"
             " octets bytea, numbers int[], texts text[], color pg_temp.hue)");
    }
    std::vector<mixture> stored() {
        return this->call(this->db.template fetch_all<mixture>(
            "select id, large, ratio, words, flag, octets, numbers, texts, color from mixtures order by id"));
    }
    const identifier table{"mixtures"};
};
TYPED_TEST_SUITE(bulk_types, both_drivers);

TYPED_TEST(bulk_types, what_goes_in_at_random_comes_back_equal_by_every_method) {
    std::mt19937 random{20'260'131};
    for (const auto method : {bulk_method::unnest, bulk_method::pipeline, bulk_method::copy}) {
        SCOPED_TRACE(static_cast<int>(method));
        std::vector<mixture> rows;
        for (std::size_t i = 0; i < rows_at_random; ++i) rows.push_back(at_random(std::int32_t(i), random));
        this->make("truncate mixtures");
        (void)this->call(this->db.insert_many(
            this->table, {"id", "large", "ratio", "words", "flag", "octets", "numbers", "texts", "color"}, rows,
            {.method = method}));
        EXPECT_EQ(this->stored(), rows);
        if (method == bulk_method::copy) continue;

        for (auto& each : rows) each = at_random(each.id, random);
        (void)this->call(this->db.upsert_many(
            this->table, {"id", "large", "ratio", "words", "flag", "octets", "numbers", "texts", "color"}, rows,
            conflict{"id"}, {.method = method}));
        EXPECT_EQ(this->stored(), rows);

        for (auto& each : rows) each = at_random(each.id, random);
        (void)this->call(this->db.update_many(
            this->table, {"id", "large", "ratio", "words", "flag", "octets", "numbers", "texts", "color"}, rows,
            key{"id"}, {.method = method}));
        EXPECT_EQ(this->stored(), rows);
    }
}

TYPED_TEST(bulk_types, strings_become_what_the_column_is) {
    this->make("create domain pg_temp.few as int check (value < 100);"
               "create temp table spelled(id pg_temp.few, doc jsonb, price numeric(8, 2), day date, color pg_temp.hue,"
               " code varchar(4), span int4range, many pg_temp.hue[])");
    using row = std::tuple<std::string, std::string, std::string, std::string, std::string, std::string, std::string,
                           std::string>;
    const std::vector<row> rows{{"7", R"({"a": 1})", "12.50", "2026-01-31", "red", "ab", "[1,5)", "{red,green}"}};
    for (const auto method : {bulk_method::unnest, bulk_method::pipeline}) {
        (void)this->call(this->db.insert_many(identifier{"spelled"},
                                              {"id", "doc", "price", "day", "color", "code", "span", "many"}, rows,
                                              {.method = method}));
        EXPECT_EQ(
            this->call(this->db.template fetch_all<row>("select id, doc, price, day, color, code, span, many from "
                                                        "spelled")),
            rows);
        this->make("truncate spelled");
    }
    const std::vector<row> too_long{{"7", "1", "1", "2026-01-31", "red", "abcde", "empty", "{}"}};
    EXPECT_THROW((void)this->call(this->db.insert_many(
                     identifier{"spelled"}, {"id", "doc", "price", "day", "color", "code", "span", "many"}, too_long)),
                 error)
        << "a value is fitted as by any INSERT: it is not cut";
}

TYPED_TEST(bulk_types, domains_composites_and_arrays_of_them_go_in) {
    this->make("create type pg_temp.point_in_space as (x float8, y float8, z float8);"
               "create domain pg_temp.few as int check (value < 100);"
               "create temp table made(id pg_temp.few, at pg_temp.point_in_space, ways pg_temp.point_in_space[],"
               " numbers pg_temp.few[])");
    using row = std::tuple<std::int64_t, point_in_space, std::vector<point_in_space>, std::vector<std::int32_t>>;
    const std::vector<row> rows{{1, {1, 2, 3}, {{4, 5, 6}, {7, 8, 9}}, {1, 2}}, {2, {}, {}, {}}};
    for (const auto method : {bulk_method::automatic, bulk_method::pipeline, bulk_method::copy}) {
        SCOPED_TRACE(static_cast<int>(method));
        (void)this->call(
            this->db.insert_many(identifier{"made"}, {"id", "at", "ways", "numbers"}, rows, {.method = method}));
        EXPECT_EQ(this->call(this->db.template fetch_all<row>("select id, at, ways, numbers from made order by id")),
                  rows);
        this->make("truncate made");
    }
    const std::vector<int> too_many{100};
    EXPECT_THROW((void)this->call(this->db.insert_many(identifier{"made"}, {"id"}, too_many)), error);
}

TYPED_TEST(bulk_types, keys_of_several_columns_and_of_made_types_are_found) {
    this->make("create temp table keyed(color pg_temp.hue, part text, n int, primary key (color, part))");
    using row = std::tuple<hue, std::string, int>;
    const std::vector<row> rows{{hue::red, "a", 1}, {hue::red, "b", 2}, {hue::green, "a", 3}};
    const identifier keyed{"keyed"};
    (void)this->call(this->db.upsert_many(keyed, {"color", "part", "n"}, rows, conflict{"color", "part"}));
    const std::vector<row> changed{{hue::green, "a", 30}, {hue::red, "b", 20}};
    const auto back = this->call(this->db.template update_many<int>(keyed, {"color", "part", "n"}, changed,
                                                                    key{"color", "part"}, returning{"n"}));
    EXPECT_EQ(back, (std::vector<std::optional<int>>{30, 20}));
    const std::vector<std::tuple<std::string, std::string>> spelled{{"red", "a"}};
    EXPECT_EQ(this->call(this->db.delete_many(keyed, {"color", "part"}, spelled)).rows_affected, 1u);
}

}  // namespace
}  // namespace test
}  // namespace howdah
