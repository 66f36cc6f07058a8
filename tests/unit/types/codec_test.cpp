#include "howdah/types/codec.hpp"
#include "howdah/types/builtin_types.hpp"

#include "howdah/types/types.hpp"
#include "tests/unit/types/forms.hpp"

namespace howdah {
namespace {

// A user's type with the three members and no more.
struct complex_number {
    float real = 0, imaginary = 0;
    friend bool operator==(const complex_number&, const complex_number&) = default;
};

// A user's type made in the database.
struct semantic_version {
    std::uint32_t number = 0;
};

class no_codec {
public:
    explicit no_codec(int);
};

}  // namespace

template <>
struct codec<complex_number> {
    static constexpr oid type{9'999};
    static void encode(const complex_number& value, bytes& out) {
        put_f32(out, value.real);
        put_f32(out, value.imaginary);
    }
    static std::error_code decode(bytes_view in, complex_number& out) {
        reader from{in};
        out = {from.f32(), from.f32()};
        return from.finish();
    }
};

template <>
struct codec<semantic_version> {
    static constexpr std::string_view type_name = "semver";
    static void encode(semantic_version value, bytes& out) { put_u32(out, value.number); }
    static std::error_code decode(bytes_view in, semantic_version& out) {
        reader from{in};
        out.number = from.u32();
        return from.finish();
    }
};

namespace {

using namespace tests;

TEST(codec, three_members_make_a_type_one_can_send_and_read) {
    const complex_number number{1.5F, -1.5F};
    EXPECT_EQ(to_hex(number), "3fc00000bfc00000");
    EXPECT_EQ(from_binary<complex_number>("3fc00000bfc00000"), number);
    EXPECT_EQ(error_of_binary<complex_number>("3fc00000", oid{9'999}), errc::truncated);
    EXPECT_EQ(error_of_binary<complex_number>("3fc00000bfc00000", oids::point), errc::type_mismatch);
    EXPECT_EQ(error_of_text<complex_number>("(1,2)", oid{9'999}), errc::type_mismatch);
    EXPECT_FALSE(has_text_form<complex_number>);
    EXPECT_FALSE(types::composite<complex_number>);
    EXPECT_EQ(parameter_format(number, oids::text), format::binary);
    bytes out;
    EXPECT_EQ(encode_text(number, out), errc::parameter_type_mismatch);
    EXPECT_EQ(encode_binary(number, oids::text, out), errc::parameter_type_mismatch);
}

TEST(codec, a_type_made_in_the_database_uses_the_catalog) {
    EXPECT_TRUE(uses_catalog<semantic_version>);
    EXPECT_TRUE(uses_catalog<std::vector<std::optional<semantic_version>>>);
    EXPECT_FALSE(uses_catalog<complex_number>);
    EXPECT_EQ(to_hex(semantic_version{1}, oid{16'384}), "00000001");
    EXPECT_EQ(from_binary<semantic_version>("00000001", oid{16'384}).number, 1U);
    EXPECT_EQ(error_of_binary<semantic_version>("00000001", oids::int4), errc::type_mismatch);
}

TEST(codec, null_is_an_error_unless_there_is_room_for_it) {
    int number = 7;
    EXPECT_EQ(decode(null_field(oids::int4), number), errc::unexpected_null);
    std::optional<int> maybe = 7;
    EXPECT_EQ(decode(null_field(oids::int4), maybe), std::error_code{});
    EXPECT_EQ(maybe, std::nullopt);
    EXPECT_TRUE(is_nullable<std::optional<int>> && is_nullable<value>);
    EXPECT_FALSE(is_nullable<int> || is_nullable<std::string>);
    EXPECT_TRUE(is_null(std::optional<int>{}));
    EXPECT_FALSE(is_null(std::optional<int>{1}));
}

TEST(codec, an_optional_is_what_it_holds) {
    EXPECT_EQ(to_hex(std::optional<std::int64_t>{42}, oids::int4), "0000002a");
    EXPECT_EQ(to_text_form(std::optional<std::int64_t>{42}), "42");
    EXPECT_EQ(parameter_format(std::optional<std::int64_t>{42}, oids::int4), format::binary);
    EXPECT_EQ(oid_of<std::optional<std::int64_t>>, oids::int8);
    EXPECT_EQ(from_binary<std::optional<std::int64_t>>("0000002a", oids::int4), 42);
    EXPECT_TRUE(has_text_form<std::optional<int>>);
}

TEST(codec, fixed_widths_are_those_of_the_types_own_form) {
    EXPECT_EQ(fixed_width<std::int16_t>, 2);
    EXPECT_EQ(fixed_width<std::int32_t>, 4);
    EXPECT_EQ(fixed_width<std::int64_t>, 8);
    EXPECT_EQ(fixed_width<double>, 8);
    EXPECT_EQ(fixed_width<bool>, 1);
    EXPECT_EQ(fixed_width<uuid>, 16);
    EXPECT_EQ(fixed_width<timestamptz>, 8);
    EXPECT_EQ(fixed_width<std::uint32_t>, 0);
    EXPECT_EQ(fixed_width<std::string>, 0);
    EXPECT_EQ(fixed_width<std::optional<int>>, 0);
    EXPECT_EQ(load_fixed<std::int32_t>(unhex("0000002a").data()), 42);
    EXPECT_EQ(load_fixed<double>(unhex("3ff8000000000000").data()), 1.5);
    EXPECT_EQ(load_fixed<timestamp>(unhex("0000000000000001").data()).microseconds, 1);
}

TEST(codec, concepts_tell_what_can_be_sent_and_read) {
    EXPECT_TRUE(parameter_type<int> && field_type<int>);
    EXPECT_TRUE(parameter_type<const std::string&> && field_type<std::string>);
    EXPECT_TRUE(parameter_type<const char*> && parameter_type<char[6]>);
    EXPECT_FALSE(field_type<const char*> || field_type<char[6]>);
    EXPECT_FALSE(has_codec<no_codec> || parameter_type<no_codec> || field_type<no_codec>);
    EXPECT_TRUE(parameter_type<long long> && parameter_type<unsigned long long> && parameter_type<unsigned char>);
    EXPECT_FALSE(has_codec<wchar_t> || has_codec<void*>);
}

TEST(oids, know_names_arrays_and_ranges) {
    EXPECT_EQ(type_name(oids::timestamptz), "timestamptz");
    EXPECT_EQ(type_name(oids::timestamptz_array), "timestamptz[]");
    EXPECT_EQ(type_name(oid{16'384}), "");
    EXPECT_EQ(array_of(oids::text), oids::text_array);
    EXPECT_EQ(element_of(oids::uuid_array), oids::uuid);
    EXPECT_EQ(element_of(oids::uuid), oid{});
    EXPECT_EQ(element_of(oids::point), oid{}) << "subscripted, but no array";
    EXPECT_EQ(range_of(oids::timestamptz), oids::tstzrange);
    EXPECT_EQ(bound_of(oids::numrange), oids::numeric);
    EXPECT_TRUE(is_user_defined(oid{16'384}) && !is_user_defined(oids::jsonpath));
    for (const auto& each : types::builtin_types) {
        if (each.array == oid{}) continue;
        EXPECT_EQ(element_of(each.array), each.type) << each.name;
    }
}

}  // namespace
}  // namespace howdah
