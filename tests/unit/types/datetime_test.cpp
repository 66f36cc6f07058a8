#include <chrono>

#include "howdah/types/chrono.hpp"
#include "howdah/types/datetime.hpp"
#include "howdah/types/interval.hpp"
#include "tests/unit/types/forms.hpp"

namespace howdah {
namespace {

using namespace tests;
using namespace std::chrono_literals;

// Each table: select x::text, encode(TYPE_send(x),'hex') from (select $q$...$q$::TYPE x) s, with timezone UTC.
constexpr server_forms dates[] = {
    {"2000-01-01", "00000000"},    {"2024-02-29", "00002279"},    {"1970-01-01", "ffffd533"},
    {"0001-01-01", "fff4dbf9"},    {"0001-12-31 BC", "fff4dbf8"}, {"4714-11-24 BC", "ffda97a7"},
    {"5874897-12-31", "7fda970c"}, {"infinity", "7fffffff"},      {"-infinity", "80000000"},
    {"1999-12-31", "ffffffff"},    {"0044-03-15 BC", "fff49d7b"},
};
constexpr server_forms timestamps[] = {
    {"2000-01-01 00:00:00", "0000000000000000"},
    {"1999-12-31 23:59:59.999999", "ffffffffffffffff"},
    {"2024-02-29 12:34:56.789", "0002b58341728608"},
    {"4714-11-24 00:00:00 BC", "fd0f7cc1411fa000"},
    {"294276-12-31 23:59:59.999999", "7fffff5bb3b29fff"},
    {"infinity", "7fffffffffffffff"},
    {"-infinity", "8000000000000000"},
    {"0044-03-15 01:02:03.000004 BC", "ff1af9dfca4398c4"},
};
constexpr server_forms instants[] = {
    {"2000-01-01 00:00:00+00", "0000000000000000"},
    {"2024-02-29 07:04:56.789+00", "0002b57ea5468008"},
    {"0044-03-15 01:02:03+00 BC", "ff1af9dfca4398c0"},
    {"infinity", "7fffffffffffffff"},
};
constexpr server_forms times[] = {
    {"00:00:00", "0000000000000000"},
    {"24:00:00", "000000141dd76000"},
    {"12:34:56.789012", "0000000a8be62614"},
    {"23:59:59.5", "000000141dcfbee0"},
};
constexpr server_forms zoned_times[] = {
    {"12:34:56+02", "0000000a8bda1c00ffffe3e0"},       {"12:34:56.7-05:30", "0000000a8be4ca6000004d58"},
    {"00:00:00+15:59:59", "0000000000000000ffff1f01"}, {"24:00:00-15:59:59", "000000141dd760000000e0ff"},
    {"01:02:03+00", "00000000dde878c000000000"},
};
constexpr server_forms intervals[] = {
    {"00:00:00", "00000000000000000000000000000000"},
    {"1 year 2 mons -3 days +04:05:06.789", "000000036c97ca88fffffffd0000000e"},
    {"-1 mons +1 day", "000000000000000000000001ffffffff"},
    {"1 day -00:00:01", "fffffffffff0bdc00000000100000000"},
    {"-1 years -2 mons -1 days -00:00:01", "fffffffffff0bdc0fffffffffffffff2"},
    {"100:00:00", "00000053d1ac10000000000000000000"},
    {"-00:00:00.000001", "ffffffffffffffff0000000000000000"},
    {"178000000 years", "0000000000000000000000007f50c600"},
    {"1 mon -1 days +00:00:01", "00000000000f4240ffffffff00000001"},
    {"-1 days +00:00:01", "00000000000f4240ffffffff00000000"},
};

template <class T, std::size_t N>
void expect_table(const server_forms (&table)[N]) {
    for (const auto& each : table) {
        expect_forms<T>(each);
        expect_refused_when_cut<T>(each.binary);
    }
}

TEST(datetime, has_the_servers_forms) {
    expect_table<date>(dates);
    expect_table<timestamp>(timestamps);
    expect_table<timestamptz>(instants);
    expect_table<time_of_day>(times);
    expect_table<time_with_zone>(zoned_times);
    expect_table<interval>(intervals);
}

TEST(datetime, every_day_of_the_calendars_cycle_reads_back) {
    const auto first = date::of(-199, 1, 1).value();
    for (std::int32_t i = 0; i < 146'097; ++i) {
        const date day{first.days + i};
        ASSERT_EQ(date::parse(day.to_string()), day) << day.to_string();
    }
}

TEST(datetime, text_with_other_zones_is_the_same_instant) {
    const auto noon = timestamptz::parse("2024-02-29 12:00:00+00");
    ASSERT_TRUE(noon);
    for (const auto* text : {"2024-02-29 17:30:00+05:30", "2024-02-29 07:00:00-05", "2024-02-29T12:00:00Z",
                             "2024-02-29 11:58:45-00:01:15", "2024-02-29 12:00+00"})
        EXPECT_EQ(timestamptz::parse(text), noon) << text;
}

TEST(datetime, refuses_what_is_no_date_or_time) {
    for (const auto* text : {"", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-01-00", "2024-1-1",
                             "02/29/2024", "2024-02-29 ", "0000-01-01", "4714-11-23 BC", "5874898-01-01", "Infinity"})
        EXPECT_EQ(error_of_text<date>(text, oids::date), errc::invalid_value) << text;
    for (const auto* text :
         {"", "2024-02-29", "2024-02-29 25:00:00", "2024-02-29 24:00:01", "2024-02-29 12:60:00", "2024-02-29 12:00:61",
          "2024-02-29 12:00:00.", "2024-02-29 12:00:00.0000001", "2024-02-29 12:00:00+00", "294277-01-01 00:00:00",
          "9999999-01-01 00:00:00", "4714-11-23 23:59:59 BC"})
        EXPECT_EQ(error_of_text<timestamp>(text, oids::timestamp), errc::invalid_value) << text;
    for (const auto* text : {"2024-02-29 12:00:00", "2024-02-29 12:00:00+16", "2024-02-29 12:00:00+01:60",
                             "2024-02-29 12:00:00+1", "2024-02-29 12:00:00 UTC"})
        EXPECT_EQ(error_of_text<timestamptz>(text, oids::timestamptz), errc::invalid_value) << text;
    EXPECT_EQ(error_of_text<time_of_day>("24:00:00.000001", oids::time), errc::invalid_value);
}

TEST(datetime, refuses_binary_beyond_postgresqls_limits) {
    EXPECT_EQ(error_of_binary<date>("ffda97a6", oids::date), errc::invalid_value) << "4714-11-23 BC";
    EXPECT_EQ(error_of_binary<date>("7fda970d", oids::date), errc::invalid_value) << "5874898-01-01";
    EXPECT_EQ(error_of_binary<timestamp>("fd0f7cc1411f9fff", oids::timestamp), errc::invalid_value);
    EXPECT_EQ(error_of_binary<timestamp>("7fffff5bb3b2a000", oids::timestamp), errc::invalid_value);
    EXPECT_EQ(error_of_binary<time_of_day>("000000141dd76001", oids::time), errc::invalid_value);
    EXPECT_EQ(error_of_binary<time_of_day>("ffffffffffffffff", oids::time), errc::invalid_value);
    EXPECT_EQ(error_of_binary<time_with_zone>("00000000000000000000e100", oids::timetz), errc::invalid_value);
    EXPECT_EQ(error_of_binary<time_with_zone>("000000000000000080000000", oids::timetz), errc::invalid_value);
}

TEST(datetime, values_beyond_the_limits_are_not_sent) {
    bytes out;
    EXPECT_EQ(encode_binary(date{types::end_date}, oids::date, out), errc::value_out_of_range);
    EXPECT_EQ(encode_text(timestamp{types::end_timestamp}, out), errc::value_out_of_range);
    EXPECT_EQ(encode_binary(time_of_day{-1}, oids::time, out), errc::value_out_of_range);
    EXPECT_EQ(encode_text(time_with_zone{0, 57'600}, out), errc::value_out_of_range);
    EXPECT_TRUE(out.empty());
}

TEST(datetime, dates_are_no_timestamps) {
    EXPECT_EQ(error_of_binary<timestamp>("00000000", oids::date), errc::type_mismatch);
    EXPECT_EQ(error_of_binary<timestamp>("0000000000000000", oids::timestamptz), errc::type_mismatch);
    EXPECT_EQ(error_of_text<date>("2024-02-29 00:00:00", oids::timestamp), errc::type_mismatch);
}

TEST(interval, reads_iso_8601) {
    EXPECT_EQ(interval::parse("P1Y2M-3DT4H5M6.789S"), (interval{14, -3, 14'706'789'000}));
    EXPECT_EQ(interval::parse("PT-0.5S"), (interval{0, 0, -500'000}));
    EXPECT_EQ(interval::parse("P2W"), (interval{0, 14, 0}));
    for (const auto* text : {"P",
                             "PT",
                             "P1",
                             "P1H",
                             "PT1Y",
                             "P1.5Y",
                             "PT1.S",
                             "P1YT",
                             "1 year ",
                             "1",
                             "1 years2 mons",
                             "year",
                             "",
                             " ",
                             "1 day 1:2",
                             "00:60:00",
                             "178956971 years",
                             "2147483648 days",
                             "2562047789:00:00",
                             "00:00:00 1 day"})
        EXPECT_FALSE(interval::parse(text)) << text;
}

TEST(interval, infinity_is_what_postgresql_17_made_it) {
    EXPECT_EQ(from_binary<interval>("7fffffffffffffff7fffffff7fffffff"), interval::infinity());
    EXPECT_EQ(interval::infinity().to_string(), "infinity");
    EXPECT_EQ(interval::parse("-infinity"), interval::negative_infinity());
    EXPECT_EQ((interval{.microseconds = std::numeric_limits<std::int64_t>::min()}.to_string()),
              "-2562047788:00:54.775808");
}

TEST(chrono, days_are_dates) {
    using std::chrono::sys_days, std::chrono::year_month_day, std::chrono::year;
    const year_month_day leap{year{2024} / 2 / 29};
    EXPECT_EQ(to_hex(leap), "00002279");
    EXPECT_EQ(to_hex(sys_days{leap}), "00002279");
    EXPECT_EQ(to_text_form(leap), "2024-02-29");
    for (const auto& each : dates) {
        if (each.text.ends_with("infinity")) {
            EXPECT_EQ(error_of_text<sys_days>(each.text, oids::date), errc::value_out_of_range);
            EXPECT_EQ(error_of_binary<year_month_day>(each.binary, oids::date), errc::value_out_of_range);
        } else {
            expect_forms<sys_days>(each);
        }
    }
    EXPECT_EQ(from_text<year_month_day>("0044-03-15 BC"), year_month_day{year{-43} / 3 / 15});
    EXPECT_EQ(error_of_text<year_month_day>("32768-01-01", oids::date), errc::value_out_of_range);
    bytes out;
    EXPECT_EQ(encode_binary(year{2023} / 2 / 29, oids::date, out), errc::value_out_of_range);
    EXPECT_EQ(encode_binary(sys_days::max(), oids::date, out), errc::value_out_of_range);
    EXPECT_EQ(encode_text(sys_days::min(), out), errc::value_out_of_range);
}

TEST(chrono, points_in_time_are_timestamps) {
    using micros = std::chrono::sys_time<std::chrono::microseconds>;
    using local = std::chrono::local_time<std::chrono::microseconds>;
    EXPECT_EQ(to_text_form(micros{}), "1970-01-01 00:00:00+00");
    EXPECT_EQ(to_text_form(local{}), "1970-01-01 00:00:00");
    EXPECT_EQ(to_text_form(std::chrono::sys_time<std::chrono::nanoseconds>{-1ns}), "1969-12-31 23:59:59.999999+00");
    EXPECT_EQ(to_text_form(std::chrono::sys_seconds{1'709'210'096s}), "2024-02-29 12:34:56+00");
    EXPECT_EQ(from_text<micros>("2024-02-29 12:34:56.789+00").time_since_epoch(), 1'709'210'096'789ms);
    EXPECT_EQ(from_binary<local>("0002b58341728608").time_since_epoch(), 1'709'210'096'789ms);
    EXPECT_EQ(from_text<std::chrono::system_clock::time_point>("2024-02-29 12:34:56.789+00").time_since_epoch(),
              1'709'210'096'789ms);
    EXPECT_EQ(error_of_text<std::chrono::system_clock::time_point>("2263-01-01 00:00:00+00", oids::timestamptz),
              errc::value_out_of_range);
    EXPECT_EQ(error_of_text<micros>("294276-12-31 00:00:00+00", oids::timestamptz), errc::value_out_of_range);
    EXPECT_EQ(error_of_text<micros>("infinity", oids::timestamptz), errc::value_out_of_range);
    EXPECT_EQ(error_of_binary<local>("8000000000000000", oids::timestamp), errc::value_out_of_range);
    bytes out;
    EXPECT_EQ(encode_binary(micros::min(), oids::timestamptz, out), errc::value_out_of_range);
    EXPECT_EQ(encode_binary(std::chrono::sys_seconds::max(), oids::timestamptz, out), errc::value_out_of_range);
}

TEST(chrono, what_is_coarser_than_the_value_is_out_of_range) {
    EXPECT_EQ(from_text<std::chrono::sys_seconds>("2024-02-29 12:34:56+00").time_since_epoch(), 1'709'210'096s);
    EXPECT_EQ(error_of_text<std::chrono::sys_seconds>("2024-02-29 12:34:56.789+00", oids::timestamptz),
              errc::value_out_of_range);
    using local_millis = std::chrono::local_time<std::chrono::milliseconds>;
    EXPECT_EQ(from_text<local_millis>("1969-12-31 23:59:59.999").time_since_epoch(), -1ms);
    EXPECT_EQ(error_of_text<local_millis>("1969-12-31 23:59:59.9999", oids::timestamp), errc::value_out_of_range);
    EXPECT_EQ(error_of_text<std::chrono::sys_time<std::chrono::hours>>("2024-02-29 12:30:00+00", oids::timestamptz),
              errc::value_out_of_range);
}

TEST(chrono, durations_are_intervals_of_nothing_but_time) {
    EXPECT_EQ(to_text_form(90min), "01:30:00");
    EXPECT_EQ(to_text_form(-1ns), "-00:00:00.000001") << "rounded down";
    EXPECT_EQ(to_hex(1500ms), "000000000016e3600000000000000000");
    EXPECT_EQ(from_text<std::chrono::seconds>("-00:00:07"), -7s);
    EXPECT_EQ(from_text<std::chrono::nanoseconds>("00:00:00.000001"), 1us);
    EXPECT_EQ(error_of_text<std::chrono::seconds>("00:00:00.5", oids::interval), errc::value_out_of_range);
    EXPECT_EQ(error_of_text<std::chrono::nanoseconds>("2562048:00:00", oids::interval), errc::value_out_of_range);
    bytes out;
    EXPECT_EQ(encode_binary(std::chrono::hours::max(), oids::interval, out), errc::value_out_of_range);
    EXPECT_EQ(to_text_form(std::chrono::microseconds{-1'500'000}), "-00:00:01.5");
    EXPECT_EQ(from_text<std::chrono::microseconds>("100:00:00"), 100h);
    EXPECT_EQ(error_of_text<std::chrono::microseconds>("1 day", oids::interval), errc::value_out_of_range);
}

TEST(chrono, times_of_day_are_times) {
    using clock_time = std::chrono::hh_mm_ss<std::chrono::microseconds>;
    EXPECT_EQ(to_text_form(clock_time{12h + 34min + 56s + 789ms}), "12:34:56.789");
    EXPECT_EQ(to_text_form(std::chrono::hh_mm_ss{24h}), "24:00:00");
    EXPECT_EQ(from_text<clock_time>("12:34:56.789").subseconds(), 789ms);
    EXPECT_EQ(from_text<std::chrono::hh_mm_ss<std::chrono::seconds>>("23:59:59").hours(), 23h);
    EXPECT_EQ(error_of_text<std::chrono::hh_mm_ss<std::chrono::seconds>>("23:59:59.5", oids::time),
              errc::value_out_of_range);
    bytes out;
    EXPECT_EQ(encode_binary(clock_time{-1us}, oids::time, out), errc::value_out_of_range);
    EXPECT_EQ(encode_binary(std::chrono::hh_mm_ss{25h}, oids::time, out), errc::value_out_of_range);
}

}  // namespace
}  // namespace howdah
