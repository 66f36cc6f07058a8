#include "howdah/base/writer.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "howdah/base/reader.hpp"

namespace howdah {
namespace {

using namespace std::string_view_literals;

TEST(writer, integers_are_big_endian) {
    bytes out;
    put_u8(out, 0x01);
    put_u16(out, 0x0203);
    put_u32(out, 0x04050607);
    put_u64(out, 0x08090a0b0c0d0e0f);
    EXPECT_EQ(as_text(out), "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f");
}

TEST(writer, negative_integers_are_in_two_s_complement) {
    bytes out;
    put_i16(out, -2);
    put_i32(out, -3);
    put_i64(out, std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(as_text(out), "\xff\xfe\xff\xff\xff\xfd\x80\x00\x00\x00\x00\x00\x00\x00"sv);
}

TEST(writer, floating_point_is_ieee_754) {
    bytes out;
    put_f32(out, 1.5F);
    put_f64(out, -2.5);
    EXPECT_EQ(as_text(out), "\x3f\xc0\x00\x00\xc0\x04\x00\x00\x00\x00\x00\x00"sv);
}

TEST(writer, a_cstring_has_its_nul) {
    bytes out;
    put_cstring(out, "user");
    put_cstring(out, "");
    EXPECT_EQ(as_text(out), "user\0\0"sv);
}

TEST(writer, what_it_appends_leaves_what_was_there) {
    bytes out;
    put_u8(out, 'Q');
    put_u32(out, 4);
    EXPECT_EQ(as_text(out), "Q\0\0\0\4"sv);
}

TEST(writer, a_stored_integer_replaces_the_bytes_in_their_place) {
    bytes out;
    put_u64(out, 0);
    store_big_endian(out.data() + 2, std::uint32_t{0x01020304});
    EXPECT_EQ(as_text(out), "\0\0\1\2\3\4\0\0"sv);
}

TEST(writer, the_reader_gives_back_what_was_written) {
    bytes out;
    put_i64(out, -1234567890123);
    put_f64(out, 1e300);
    put_cstring(out, "text");
    reader in{out};
    EXPECT_EQ(in.i64(), -1234567890123);
    EXPECT_EQ(in.f64(), 1e300);
    EXPECT_EQ(in.cstring(), "text");
    EXPECT_FALSE(in.finish());
}

}  // namespace
}  // namespace howdah
