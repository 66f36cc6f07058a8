#include <cmath>
#include <limits>

#include "howdah/types/boolean.hpp"
#include "howdah/types/floats.hpp"
#include "howdah/types/identifiers.hpp"
#include "howdah/types/integers.hpp"
#include "howdah/types/numeric.hpp"
#include "tests/unit/types/forms.hpp"

namespace howdah {
namespace {

using namespace tests;

TEST(integers, have_the_servers_binary_forms) {
    // select encode(int2send(-2),'hex'), encode(int4send(42),'hex'), encode(int8send(-1),'hex')
    EXPECT_EQ(to_hex(std::int16_t{-2}), "fffe");
    EXPECT_EQ(to_hex(std::int32_t{42}), "0000002a");
    EXPECT_EQ(to_hex(std::int64_t{-1}), "ffffffffffffffff");
    EXPECT_EQ(from_binary<std::int16_t>("fffe"), -2);
    EXPECT_EQ(from_binary<std::int32_t>("0000002a"), 42);
    EXPECT_EQ(from_binary<std::int64_t>("ffffffffffffffff"), -1);
}

TEST(integers, fit_every_parameter_type_with_room_for_the_value) {
    EXPECT_EQ(to_hex(std::int64_t{42}, oids::int2), "002a");
    EXPECT_EQ(to_hex(std::int64_t{-42}, oids::int4), "ffffffd6");
    EXPECT_EQ(to_hex(std::int64_t{42}, oids::float8), "4045000000000000");
    EXPECT_EQ(to_hex(std::int64_t{42}, oids::float4), "42280000");
    EXPECT_EQ(to_hex(std::int64_t{-42}, oids::numeric), "0001000040000000002a");
    EXPECT_EQ(to_hex(std::int16_t{42}, oids::int8), "000000000000002a");
    EXPECT_EQ(to_hex(4'000'000'000U, oids::oid), "ee6b2800");
    EXPECT_EQ(to_hex(std::numeric_limits<std::uint64_t>::max(), oids::numeric), "000500040000000007341a5802e103bb064f");
}

TEST(integers, that_do_not_fit_the_parameter_are_out_of_range_and_write_nothing) {
    bytes out;
    EXPECT_EQ(encode_binary(std::int64_t{32'768}, oids::int2, out), errc::value_out_of_range);
    EXPECT_EQ(encode_binary(std::int64_t{1} << 31, oids::int4, out), errc::value_out_of_range);
    EXPECT_EQ(encode_binary(-1, oids::oid, out), errc::value_out_of_range);
    EXPECT_EQ(encode_binary(std::numeric_limits<std::uint64_t>::max(), oids::int8, out), errc::value_out_of_range);
    EXPECT_EQ(encode_binary((std::int64_t{1} << 53) + 1, oids::float8, out), errc::value_out_of_range);
    EXPECT_EQ(encode_binary((1 << 24) + 1, oids::float4, out), errc::value_out_of_range);
    EXPECT_EQ(encode_binary(42, oids::uuid, out), errc::parameter_type_mismatch);
    EXPECT_TRUE(out.empty());
}

TEST(integers, travel_as_text_where_no_binary_form_fits) {
    EXPECT_EQ(parameter_format(42, oids::int8), format::binary);
    EXPECT_EQ(parameter_format(42, oids::numeric), format::binary);
    EXPECT_EQ(parameter_format(42, oid{}), format::text);
    EXPECT_EQ(parameter_format(42, oids::text), format::text);
    EXPECT_EQ(parameter_format(42, oid{16'384}), format::text) << "a domain";
    EXPECT_EQ(to_text_form(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(to_text_form(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
}

TEST(integers, widen_and_narrow_when_the_value_allows_it) {
    EXPECT_EQ(from_binary<std::int64_t>("fffe", oids::int2), -2);
    EXPECT_EQ(from_binary<std::int64_t>("fffffffe", oids::int4), -2);
    EXPECT_EQ(from_binary<std::int32_t>("000000000000002a", oids::int8), 42);
    EXPECT_EQ(from_binary<std::uint8_t>("00ff", oids::int2), 255);
    EXPECT_EQ(from_binary<std::uint32_t>("ffffffff", oids::oid), 0xFFFFFFFFU);
    EXPECT_EQ(from_binary<std::uint64_t>("ffffffffffffffff", oids::xid8), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(error_of_binary<std::int32_t>("0000000080000000", oids::int8), errc::value_out_of_range);
    EXPECT_EQ(error_of_binary<std::uint32_t>("ffff", oids::int2), errc::value_out_of_range);
    EXPECT_EQ(error_of_binary<std::int64_t>("ffffffffffffffff", oids::xid8), errc::value_out_of_range);
    EXPECT_EQ(error_of_text<std::int16_t>("32768", oids::int4), errc::value_out_of_range);
    EXPECT_EQ(error_of_text<std::int64_t>("9223372036854775808", oids::int8), errc::value_out_of_range);
}

TEST(integers, come_from_a_numeric_without_a_fraction) {
    EXPECT_EQ(from_text<std::int64_t>("-42.000", oids::numeric), -42);
    EXPECT_EQ(from_text<std::int64_t>("-9223372036854775808", oids::numeric), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(from_binary<std::int32_t>("00010001000000000001", oids::numeric), 10'000);
    EXPECT_EQ(from_text<std::uint64_t>("18446744073709551615", oids::numeric),
              std::numeric_limits<std::uint64_t>::max());
    for (const auto* text : {"1.5", "NaN", "Infinity", "18446744073709551616", "9223372036854775808", "1e30"})
        EXPECT_EQ(error_of_text<std::int64_t>(text, oids::numeric), errc::value_out_of_range) << text;
    EXPECT_EQ(error_of_text<std::uint64_t>("-1", oids::numeric), errc::value_out_of_range);
}

TEST(integers, refuse_columns_of_other_types_in_both_formats) {
    EXPECT_EQ(error_of_text<std::int32_t>("42", oids::text), errc::type_mismatch);
    EXPECT_EQ(error_of_binary<std::int32_t>("3432", oids::text), errc::type_mismatch);
    EXPECT_EQ(error_of_binary<std::int64_t>("4045000000000000", oids::float8), errc::type_mismatch);
    EXPECT_EQ(error_of_binary<std::int64_t>("000000000000002a", oid{16'384}), errc::type_mismatch);
    EXPECT_EQ(from_text<std::int64_t>("42", oid{16'384}), 42) << "a user's type speaks for itself as text";
    for (const auto* text : {"", " 1", "1 ", "+", "0x10", "1.0", "one"})
        EXPECT_EQ(error_of_text<std::int32_t>(text, oids::int4), errc::invalid_value) << text;
}

TEST(integers, of_the_wrong_width_are_refused) {
    EXPECT_EQ(error_of_binary<std::int32_t>("00002a", oids::int4), errc::truncated);
    EXPECT_EQ(error_of_binary<std::int32_t>("000000002a", oids::int4), errc::trailing_bytes);
    expect_refused_when_cut<std::int16_t>("002a");
    expect_refused_when_cut<std::int32_t>("0000002a");
    expect_refused_when_cut<std::int64_t>("000000000000002a");
    expect_refused_when_cut<std::int64_t>("0000002a", oids::int4);
}

TEST(booleans, have_both_forms) {
    expect_forms<bool>({"t", "01"});
    expect_forms<bool>({"f", "00"});
    expect_refused_when_cut<bool>("01");
    EXPECT_EQ(error_of_text<bool>("maybe", oids::bool_), errc::invalid_value);
    EXPECT_EQ(error_of_binary<bool>("00000001", oids::int4), errc::type_mismatch);
}

TEST(floats, have_the_servers_forms) {
    // select x::text, encode(float8send(x),'hex') from (select $q$...$q$::float8 x) s
    constexpr server_forms doubles[] = {
        {"0", "0000000000000000"},
        {"-0", "8000000000000000"},
        {"1", "3ff0000000000000"},
        {"-1.5", "bff8000000000000"},
        {"0.1", "3fb999999999999a"},
        {"1e+15", "430c6bf526340000"},
        {"123456789012345", "42dc12218377de40"},
        {"100000000000000", "42d6bcc41e900000"},
        {"0.0001", "3f1a36e2eb1c432d"},
        {"1e-05", "3ee4f8b588e368f1"},
        {"1.7976931348623157e+308", "7fefffffffffffff"},
        {"5e-324", "0000000000000001"},
        {"NaN", "7ff8000000000000"},
        {"Infinity", "7ff0000000000000"},
        {"-Infinity", "fff0000000000000"},
        {"3.141592653589793", "400921fb54442d18"},
        {"1234567.875", "4132d687e0000000"},
    };
    for (const auto& each : doubles) expect_forms<double>(each);
    // the same with float4send and float4
    constexpr server_forms singles[] = {
        {"0", "00000000"},
        {"1.5", "3fc00000"},
        {"0.1", "3dcccccd"},
        {"3.4028235e+38", "7f7fffff"},
        {"1e-45", "00000001"},
        {"1e+06", "49742400"},
        {"123456", "47f12000"},
        {"100000", "47c35000"},
        {"1.6777216e+07", "4b800000"},
        {"0.0001", "38d1b717"},
        {"1e-05", "3727c5ac"},
        {"NaN", "7fc00000"},
        {"-Infinity", "ff800000"},
    };
    for (const auto& each : singles) expect_forms<float>(each);
}

TEST(floats, widen_and_narrow_by_value) {
    EXPECT_EQ(from_binary<double>("3fc00000", oids::float4), 1.5);
    EXPECT_EQ(from_binary<float>("3ff8000000000000", oids::float8), 1.5F);
    EXPECT_EQ(error_of_binary<float>("7fefffffffffffff", oids::float8), errc::value_out_of_range);
    EXPECT_TRUE(std::isinf(from_binary<float>("7ff0000000000000", oids::float8)));
    EXPECT_EQ(from_binary<double>("0000002a", oids::int4), 42.0);
    EXPECT_EQ(error_of_binary<double>("0020000000000001", oids::int8), errc::value_out_of_range);
    EXPECT_EQ(from_text<double>("1.50", oids::numeric), 1.5);
    EXPECT_EQ(error_of_text<double>("1e400", oids::numeric), errc::value_out_of_range);
    EXPECT_EQ(error_of_text<double>("1.5", oids::text), errc::type_mismatch);
    EXPECT_EQ(error_of_text<double>("1.5x", oids::float8), errc::invalid_value);
    expect_refused_when_cut<double>("3ff8000000000000");
    expect_refused_when_cut<float>("3fc00000");
}

TEST(floats, as_parameters) {
    bytes out;
    EXPECT_EQ(to_hex(1.5, oids::float4), "3fc00000");
    EXPECT_EQ(encode_binary(1e300, oids::float4, out), errc::value_out_of_range);
    EXPECT_EQ(parameter_format(1.5, oids::numeric), format::text);
    EXPECT_EQ(parameter_format(1.5F, oids::float8), format::binary);
}

// select x::text, encode(numeric_send(x),'hex') from (select $q$...$q$::numeric x) s
constexpr server_forms numerics[] = {
    {"0", "0000000000000000"},
    {"0.00", "0000000000000002"},
    {"1", "00010000000000000001"},
    {"-1", "00010000400000000001"},
    {"1.5", "000200000000000100011388"},
    {"-1.50", "000200004000000200011388"},
    {"10000", "00010001000000000001"},
    {"9999", "0001000000000000270f"},
    {"123456789.987654321", "0006000200000009000109291a852694153803e8"},
    {"0.0001", "0001ffff000000040001"},
    {"0.00001", "0001fffe0000000503e8"},
    {"0.0000000000000001", "0001fffc000000100001"},
    {"-0.000000123", "0002fffe40000009000c0bb8"},
    {"100000000000000000000", "00010005000000000001"},
    {"100000000000000000000000000000.5", "0009000700000001000a00000000000000000000000000001388"},
    {"12345678901234567890", "000500040000000004d2162e23340d801ed2"},
    {"NaN", "00000000c0000000"},
    {"99990000.00010000", "0003000100000008270f00000001"},
};

TEST(numeric, has_the_servers_forms) {
    for (const auto& each : numerics) expect_forms<decimal>(each);
    // The server's infinities carry a scale that means nothing.
    EXPECT_EQ(from_binary<decimal>("00000000d0000020"), decimal::infinity());
    EXPECT_EQ(from_binary<decimal>("00000000f0000020"), decimal::negative_infinity());
    EXPECT_EQ(from_text<decimal>("-Infinity"), decimal::negative_infinity());
    EXPECT_EQ(to_text_form(decimal::infinity()), "Infinity");
}

TEST(numeric, cut_at_any_byte_is_refused) {
    for (const auto& each : numerics) expect_refused_when_cut<decimal>(each.binary);
}

TEST(numeric, refuses_malformed_binary) {
    EXPECT_EQ(error_of_binary<decimal>("00010000123400000001", oids::numeric), errc::invalid_value) << "sign";
    EXPECT_EQ(error_of_binary<decimal>("00010000000000002710", oids::numeric), errc::invalid_value) << "group 10000";
    EXPECT_EQ(error_of_binary<decimal>("0001000000000000ffff", oids::numeric), errc::invalid_value) << "group -1";
    EXPECT_EQ(error_of_binary<decimal>("00010000000040000001", oids::numeric), errc::invalid_value) << "scale 16384";
    EXPECT_EQ(error_of_binary<decimal>("ffff0000000000000001", oids::numeric), errc::truncated) << "65,535 groups";
    EXPECT_EQ(error_of_binary<decimal>("000200000000000000011388", oids::numeric), errc::invalid_value)
        << "1.5, scale 0";
    EXPECT_EQ(error_of_binary<decimal>("00010000c00000000001", oids::numeric), errc::invalid_value)
        << "NaN with groups";
    EXPECT_EQ(error_of_binary<decimal>("00018000000000000001", oids::numeric), errc::invalid_value) << "weight -32768";
}

TEST(numeric, with_zero_groups_at_its_ends_is_the_same_number) {
    const auto padded = from_binary<decimal>("000300010000000000000001"
                                             "0000");
    EXPECT_EQ(padded, decimal{1});
    EXPECT_EQ(to_hex(padded), "00010000000000000001");
    EXPECT_EQ(to_text_form(from_binary<decimal>("00010000400000000000")), "0") << "minus zero";
}

TEST(numeric, keeps_all_of_the_servers_range) {
    const std::string nines(decimal::max_digits_before_point, '9');
    const std::string small = "0." + std::string(decimal::max_scale - 1, '0') + "1";
    const std::string both = nines + "." + std::string(decimal::max_scale, '9');
    for (const auto& text : {nines, "-" + nines, small, "-" + small, both, "-" + both}) {
        const auto number = decimal::parse(text);
        ASSERT_TRUE(number);
        EXPECT_TRUE(number->to_string() == text);
        EXPECT_TRUE(to_text_form(from_binary<decimal>(to_hex(*number))) == text);
    }
    EXPECT_FALSE(decimal::parse(nines + "9"));
    EXPECT_FALSE(decimal::parse("0." + std::string(decimal::max_scale, '0') + "1"));
    EXPECT_TRUE(decimal::parse("1e131071"));
    EXPECT_FALSE(decimal::parse("1e131072"));
    EXPECT_FALSE(decimal::parse("1e-16384"));
    EXPECT_FALSE(decimal::parse("1e999999999999999999999"));
}

TEST(numeric, parses_what_the_server_parses) {
    const auto shown = [](std::string_view text) { return decimal::parse(text).value().to_string(); };
    EXPECT_EQ(shown("+1.5e3"), "1500");
    EXPECT_EQ(shown("1.5E-3"), "0.0015");
    EXPECT_EQ(shown(".5"), "0.5");
    EXPECT_EQ(shown("5."), "5");
    EXPECT_EQ(shown("-0.0"), "0.0");
    EXPECT_EQ(shown("00012.30"), "12.30");
    EXPECT_EQ(shown("nan"), "NaN");
    EXPECT_EQ(shown("-inf"), "-Infinity");
    for (const auto* text : {"", "-", ".", "e5", "1e", "1e+", "1 ", " 1", "1.2.3", "--1", "0x1", "+NaN"})
        EXPECT_FALSE(decimal::parse(text)) << text;
}

TEST(numeric, compares_by_value) {
    const auto number = [](std::string_view text) { return decimal::parse(text).value(); };
    EXPECT_EQ(number("1.50"), number("1.5"));
    EXPECT_EQ(number("0"), number("-0.000"));
    const std::string_view ascending[] = {"-Infinity", "-10000.5", "-10000",   "-1.5",    "-1",   "-0.0001",
                                          "0",         "0.00001",  "0.0001",   "0.00011", "9999", "9999.5",
                                          "10000",     "1e20",     "Infinity", "NaN"};
    for (std::size_t i = 0; i + 1 < std::size(ascending); ++i) {
        EXPECT_LT(number(ascending[i]), number(ascending[i + 1])) << ascending[i];
        EXPECT_GT(number(ascending[i + 1]), number(ascending[i])) << ascending[i];
    }
    EXPECT_EQ(decimal::nan(), decimal::nan());
}

TEST(numeric, converts_with_checks) {
    EXPECT_EQ(decimal{-10'000}.to_string(), "-10000");
    EXPECT_EQ(decimal{std::numeric_limits<std::int64_t>::min()}.to_string(), "-9223372036854775808");
    EXPECT_EQ(decimal{std::numeric_limits<std::int64_t>::min()}.to_integer<std::int64_t>(),
              std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(decimal{300}.to_integer<std::uint8_t>(), std::nullopt);
    EXPECT_EQ(decimal{-1}.to_integer<std::uint64_t>(), std::nullopt);
    EXPECT_EQ(decimal::from_double(0.1).to_string(), "0.1");
    EXPECT_EQ(decimal::from_double(5e-324).to_double(), 5e-324);
    EXPECT_EQ(decimal::from_double(1.7976931348623157e308).to_double(), 1.7976931348623157e308);
    EXPECT_TRUE(decimal::from_double(-std::numeric_limits<double>::infinity()).is_negative());
    EXPECT_TRUE(std::isnan(decimal::nan().to_double()));
    EXPECT_TRUE(std::isinf(decimal::parse("1e400")->to_double()));
    EXPECT_EQ(decimal::parse("1e-400")->to_double(), 0.0);
    EXPECT_EQ(decimal::parse("-1.50")->scale(), 2);
}

TEST(identifiers, have_the_servers_forms) {
    expect_forms<oid>({"4294967295", "ffffffff"});
    expect_forms<xid>({"3", "00000003"});
    expect_forms<xid8>({"18446744073709551615", "ffffffffffffffff"});
    // select x::text, encode(pg_lsn_send(x),'hex') from (select '16/B374D848'::pg_lsn x) s
    expect_forms<lsn>({"16/B374D848", "00000016b374d848"});
    expect_forms<lsn>({"0/0", "0000000000000000"});
    expect_forms<lsn>({"FFFFFFFF/FFFFFFFF", "ffffffffffffffff"});
    expect_refused_when_cut<lsn>("00000016b374d848");
    expect_refused_when_cut<oid>("ffffffff");
    for (const auto* text : {"", "/", "1/", "/1", "1", "1/2/3", "100000000/0", "g/1", "-1/0"})
        EXPECT_EQ(error_of_text<lsn>(text, oids::pg_lsn), errc::invalid_value) << text;
    EXPECT_EQ(error_of_text<oid>("4294967296", oids::oid), errc::value_out_of_range);
    EXPECT_EQ(from_binary<oid>("0000004d", oids::regclass), oid{77});
}

}  // namespace
}  // namespace howdah
