#include <limits>

#include "driver.hpp"

namespace howdah::test {
namespace {

template <class D>
class type : public on_both_drivers<D> {
protected:
    // As text the first time, in binary later.
    template <class T, class S>
    void expect_round_trip(S statement, const T& value) {
        for (int i = 0; i < 3; ++i) EXPECT_EQ(this->call(this->db.template fetch_one<T>(statement, value)), value);
    }
};
TYPED_TEST_SUITE(type, both_drivers);

TYPED_TEST(type, numbers_round_trip) {
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(this->call(this->db.template fetch_one<std::int16_t>("select $1::int2",
                                                                       std::numeric_limits<std::int16_t>::min())),
                  -32768);
        EXPECT_EQ(this->call(this->db.template fetch_one<std::int64_t>("select $1::int8",
                                                                       std::numeric_limits<std::int64_t>::min())),
                  std::numeric_limits<std::int64_t>::min());
        EXPECT_EQ(this->call(this->db.template fetch_one<double>("select $1::float8", 0.1)), 0.1);
        EXPECT_EQ(this->call(this->db.template fetch_one<bool>("select $1::bool", true)), true);
        EXPECT_EQ(this->call(this->db.template fetch_one<std::string>(
                      "select $1::numeric::text", *decimal::parse("-123456789012345678901234567890.000100"))),
                  "-123456789012345678901234567890.000100");
    }
}

TYPED_TEST(type, text_and_bytes_round_trip) {
    const std::string text = "Grüße, \"quoted\" \\ back\nslash";
    const std::vector<std::byte> raw{std::byte{0}, std::byte{255}, std::byte{'\\'}};
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(this->call(this->db.template fetch_one<std::string>("select $1::text", text)), text);
        EXPECT_EQ(this->call(this->db.template fetch_one<std::vector<std::byte>>("select $1::bytea", raw)), raw);
    }
}

TYPED_TEST(type, arrays_round_trip) {
    const std::vector<int> numbers{1, -2, 3};
    const std::vector<std::optional<std::string>> words{"a,b", std::nullopt, "\"q\"", ""};
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(this->call(this->db.template fetch_one<std::vector<int>>("select $1::int[]", numbers)), numbers);
        EXPECT_EQ(this->call(
                      this->db.template fetch_one<std::vector<std::optional<std::string>>>("select $1::text[]", words)),
                  words);
        EXPECT_EQ(this->call(this->db.template fetch_one<std::int64_t>(
                      "select count(*) from generate_series(1, 5) g where g = any($1::int[])", numbers)),
                  2);
    }
}

TYPED_TEST(type, null_parameters_travel) {
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(this->call(this->db.template fetch_one<std::optional<int>>("select $1::int", std::optional<int>{})),
                  std::nullopt);
        EXPECT_EQ(this->call(this->db.template fetch_one<std::optional<int>>("select $1::int", std::optional<int>{4})),
                  4);
    }
}

TYPED_TEST(type, a_string_takes_any_type_by_its_text) {
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(this->call(this->db.template fetch_one<std::string>("select $1::point", "(1,2)")), "(1,2)");
        EXPECT_EQ(this->call(this->db.template fetch_one<std::string>("select '10.0.0.0/8'::cidr")), "10.0.0.0/8");
        EXPECT_EQ(this->call(this->db.template fetch_one<std::string>("select $1::timestamptz at time zone 'UTC'",
                                                                      "2020-02-03 04:05:06+00")),
                  "2020-02-03 04:05:06");
    }
}

TYPED_TEST(type, a_result_of_many_types_is_readable_untyped) {
    const auto r = this->call(
        this->db.query("select 1::int2 a, 2.50::numeric b, '{\"k\": 1}'::jsonb c, array[[1,2],[3,4]] d, "
                       "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid e, date '2024-02-29' f, '1 day'::interval g, "
                       "'{aclitem}'::text[] h, '(1,2)'::point i, null::int j"));
    EXPECT_EQ(r[0]["a"].template as<int>(), 1);
    EXPECT_EQ(r[0]["b"].template as<decimal>(), *decimal::parse("2.50"));
    for (std::size_t i = 0; i < r.columns().size(); ++i)
        EXPECT_NO_THROW((void)r[0][i].template as<value>()) << r.columns()[i].name;
}

}  // namespace
}  // namespace howdah::test
