#include "howdah/base/reader.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <limits>

namespace howdah {
namespace {

bytes of(std::initializer_list<int> values) {
    bytes out;
    for (const int value : values) out.push_back(static_cast<std::byte>(value));
    return out;
}

TEST(reader, integers_are_big_endian) {
    const auto in = of({0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f});
    reader r{in};
    EXPECT_EQ(r.u8(), 0x01U);
    EXPECT_EQ(r.u16(), 0x0203U);
    EXPECT_EQ(r.u32(), 0x04050607U);
    EXPECT_EQ(r.u64(), 0x08090a0b0c0d0e0fULL);
    EXPECT_FALSE(r.finish());
}

TEST(reader, signed_integers_keep_their_sign) {
    const auto in = of({0xff, 0xfe, 0x80, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfd});
    reader r{in};
    EXPECT_EQ(r.i16(), -2);
    EXPECT_EQ(r.i32(), std::numeric_limits<std::int32_t>::min());
    EXPECT_EQ(r.i64(), -3);
    EXPECT_FALSE(r.finish());
}

TEST(reader, floating_point_is_ieee_754) {
    const auto in = of({0x3f, 0xc0, 0x00, 0x00, 0xc0, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00});
    reader r{in};
    EXPECT_EQ(r.f32(), 1.5F);
    EXPECT_EQ(r.f64(), -2.5);
    EXPECT_FALSE(r.finish());
}

TEST(reader, a_cstring_ends_before_its_nul_and_the_next_read_begins_behind_it) {
    const auto in = of({'o', 'n', 'e', 0, 0, 't', 0});
    reader r{in};
    EXPECT_EQ(r.cstring(), "one");
    EXPECT_EQ(r.cstring(), "");
    EXPECT_TRUE(r.ok());
    EXPECT_EQ(r.cstring(), "t");
    EXPECT_FALSE(r.finish());
}

TEST(reader, a_cstring_without_a_nul_is_truncated) {
    const auto in = of({'o', 'n', 'e'});
    reader r{in};
    EXPECT_EQ(r.cstring(), "");
    EXPECT_EQ(r.finish(), errc::truncated);
}

TEST(reader, a_cstring_of_nothing_at_all_is_truncated) {
    reader r{bytes_view{}};
    EXPECT_EQ(r.cstring(), "");
    EXPECT_EQ(r.finish(), errc::truncated);
}

TEST(reader, taking_gives_the_bytes_where_they_lie) {
    const auto in = of({1, 2, 3});
    reader r{in};
    const auto taken = r.take(2);
    EXPECT_EQ(taken.data(), in.data());
    EXPECT_EQ(taken.size(), 2U);
    EXPECT_EQ(r.remaining(), 1U);
}

TEST(reader, taking_more_than_there_is_takes_nothing) {
    const auto in = of({1, 2, 3});
    reader r{in};
    EXPECT_TRUE(r.take(4).empty());
    EXPECT_EQ(r.remaining(), 0U);
    EXPECT_EQ(r.finish(), errc::truncated);
}

TEST(reader, taking_a_negative_length_turned_unsigned_takes_nothing) {
    const auto in = of({0xff, 0xff, 0xff, 0xff, 1, 2, 3});
    reader r{in};
    EXPECT_TRUE(r.take(static_cast<std::size_t>(r.i32())).empty());
    EXPECT_EQ(r.finish(), errc::truncated);
}

TEST(reader, after_a_read_past_the_end_every_read_gives_zero_though_bytes_were_left) {
    const auto in = of({1, 2, 3});
    reader r{in};
    EXPECT_EQ(r.u32(), 0U);
    EXPECT_EQ(r.u8(), 0U);
    EXPECT_EQ(r.u16(), 0U);
    EXPECT_EQ(r.cstring(), "");
    EXPECT_TRUE(r.rest().empty());
    EXPECT_FALSE(r.ok());
    EXPECT_EQ(r.finish(), errc::truncated);
}

TEST(reader, every_cut_of_a_record_is_truncated_and_the_whole_is_not) {
    const auto in = of({1, 0, 2, 0, 0, 0, 3, 'x', 0, 9});
    for (std::size_t size = 0; size <= in.size(); ++size) {
        reader r{bytes_view{in}.first(size)};
        r.u8();
        r.u16();
        r.u32();
        r.cstring();
        r.take(1);
        EXPECT_EQ(r.finish(), size == in.size() ? std::error_code{} : errc::truncated) << "cut at " << size;
    }
}

TEST(reader, bytes_left_over_are_an_error) {
    const auto in = of({1, 2});
    reader r{in};
    r.u8();
    EXPECT_EQ(r.finish(), errc::trailing_bytes);
}

TEST(reader, the_rest_may_be_empty) {
    const auto in = of({1});
    reader r{in};
    r.u8();
    EXPECT_TRUE(r.rest().empty());
    EXPECT_FALSE(r.finish());
}

TEST(reader, a_reader_that_was_told_to_fail_reads_nothing_more) {
    const auto in = of({1, 2});
    reader r{in};
    r.fail();
    EXPECT_EQ(r.u8(), 0U);
    EXPECT_EQ(r.finish(), errc::truncated);
}

}  // namespace
}  // namespace howdah
