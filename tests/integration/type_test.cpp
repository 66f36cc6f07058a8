#include <chrono>
#include <limits>

#include "driver.hpp"
#include "howdah/types/types.hpp"

namespace howdah::test {
namespace {

template <class D>
class type : public on_both_drivers<D> {
protected:
    // As text the first time, in binary later.
    template <class T>
    void expect_round_trip(sql<std::type_identity_t<const T&>> statement, const T& value) {
        for (int i = 0; i < 3; ++i) {
            const auto got = this->call(this->db.template fetch_one<std::tuple<T>>(statement, value));
            EXPECT_EQ(std::get<0>(got), value) << "use " << i;
        }
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

TYPED_TEST(type, addresses_bits_and_money_round_trip) {
    this->template expect_round_trip<inet>("select $1::inet", *inet::parse("fe80::1/64"));
    this->template expect_round_trip<cidr>("select $1::cidr", *cidr::parse("10.1.2.0/24"));
    this->template expect_round_trip<inet>("select $1::cidr", *inet::parse("10.1.2.0/24"));
    this->template expect_round_trip<macaddr>("select $1::macaddr", *macaddr::parse("08:00:2b:01:02:03"));
    this->template expect_round_trip<macaddr8>("select $1::macaddr8", *macaddr8::parse("08:00:2b:01:02:03:04:05"));
    this->template expect_round_trip<bit_string>("select $1::varbit", *bit_string::parse("101100111"));
    this->template expect_round_trip<bit_string>("select $1::bit(3)", *bit_string::parse("101"));
    this->template expect_round_trip<money>("select $1::money", {-1234});
    this->template expect_round_trip<tid>("select $1::tid", {1, 2});
    this->template expect_round_trip<jsonpath>("select $1::jsonpath", {"$.\"a\"[*]?(@ > 1)"});
}

TYPED_TEST(type, geometry_round_trips_to_the_last_bit) {
    this->template expect_round_trip<point>("select $1::point", {0.1, -1e-320});
    this->template expect_round_trip<line>("select $1::line", {0.5, -1, 3});
    this->template expect_round_trip<lseg>("select $1::lseg", {{1, 2}, {3, 4}});
    this->template expect_round_trip<box>("select $1::box", {{3, 4}, {1, 2}});
    this->template expect_round_trip<circle>("select $1::circle", {{1, 2}, 0.3});
    this->template expect_round_trip<path>("select $1::path", {{{1, 2}, {3, 4}}, true});
    this->template expect_round_trip<path>("select $1::path", {{{1, 2}, {3, 4}}, false});
    this->template expect_round_trip<polygon>("select $1::polygon", {{{1, 2}, {3, 4}}});
    this->template expect_round_trip<std::vector<box>>("select $1::box[]", {{{3, 4}, {1, 2}}, {{1, 1}, {0, 0}}});
}

TYPED_TEST(type, text_search_round_trips) {
    this->template expect_round_trip<tsvector>("select $1::tsvector", *tsvector::parse("'fat':2A,4 'it''s' 'rat':12"));
    this->template expect_round_trip<tsquery>("select $1::tsquery", *tsquery::parse("!(a:*AB & b) <2> 'c d' | e"));
    this->template expect_round_trip<tsquery>("select $1::tsquery", tsquery{});
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(
            this->call(this->db.template fetch_one<bool>("select to_tsvector('simple', 'a fat rat') @@ $1::tsquery",
                                                         tsquery::lexeme("fat") & !tsquery::lexeme("cat"))));
}

TYPED_TEST(type, multiranges_round_trip) {
    if (std::stoi(std::string{this->db.server_parameter("server_version")}) < 14) GTEST_SKIP() << "they came with 14";
    this->template expect_round_trip<multirange<std::int32_t>>("select $1::int4multirange",
                                                               {{{1, 5}, {7, std::nullopt}}});
    this->template expect_round_trip<multirange<decimal>>("select $1::nummultirange", {});
}

TYPED_TEST(type, std_chrono_s_times_and_durations_round_trip) {
    using namespace std::chrono_literals;
    this->template expect_round_trip<std::chrono::sys_seconds>("select $1::timestamptz",
                                                               std::chrono::sys_seconds{1'709'210'096s});
    this->template expect_round_trip<std::chrono::milliseconds>("select $1::interval", -1500ms);
    for (int i = 0; i < 3; ++i) {
        const auto time =
            this->call(this->db.template fetch_one<std::tuple<std::chrono::hh_mm_ss<std::chrono::seconds>>>(
                "select $1::time", std::chrono::hh_mm_ss{23h + 59min + 59s}));
        EXPECT_EQ(std::get<0>(time).to_duration(), 86'399s);
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
