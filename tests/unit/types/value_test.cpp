#include "howdah/types/value.hpp"

#include "howdah/types/types.hpp"
#include "tests/unit/types/forms.hpp"

namespace howdah {
namespace {

using namespace tests;

TEST(value, takes_the_alternative_of_the_columns_type) {
    EXPECT_EQ(from_binary<value>("01", oids::bool_), value{true});
    EXPECT_EQ(from_binary<value>("002a", oids::int2), value{std::int16_t{42}});
    EXPECT_EQ(from_binary<value>("0000002a", oids::int4), value{42});
    EXPECT_EQ(from_binary<value>("000000000000002a", oids::int8), value{std::int64_t{42}});
    EXPECT_EQ(from_binary<value>("3fc00000", oids::float4), value{1.5F});
    EXPECT_EQ(from_text<value>("1.5", oids::float8), value{1.5});
    EXPECT_EQ(from_text<value>("abc", oids::varchar), value{"abc"});
    EXPECT_EQ(from_text<value>("\\x00ff", oids::bytea), value{unhex("00ff")});
    EXPECT_EQ(from_binary<value>("017b7d", oids::jsonb), value{json{"{}"}});
    EXPECT_TRUE(from_text<value>("2024-02-29 00:00:00", oids::timestamp).get_if<timestamp>());
    EXPECT_TRUE(from_text<value>("2024-02-29 00:00:00+00", oids::timestamptz).get_if<timestamptz>());
    EXPECT_TRUE(from_text<value>("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", oids::uuid).get_if<uuid>());
    value null{1};
    EXPECT_EQ(decode(null_field(oids::int4), null), std::error_code{});
    EXPECT_TRUE(null.is_null());
}

TEST(value, keeps_what_it_does_not_know) {
    const auto unknown = from_binary<value>("0102", oid{16'384});
    EXPECT_EQ(unknown, (custom{oid{16'384}, format::binary, unhex("0102")}));
    EXPECT_THROW((void)unknown.to_text(), error);
    const auto number = from_binary<value>("000200004000000200011388", oids::numeric);
    EXPECT_EQ(number.type(), oids::numeric);
    EXPECT_EQ(number.as<decimal>(), decimal::parse("-1.5"));
    EXPECT_EQ(number.as<double>(), -1.5);
    EXPECT_EQ(number.as<std::string>(), "-1.50");
    EXPECT_EQ(number.to_text(), "-1.50");
    EXPECT_EQ(from_text<value>("(1,2)", oids::point).to_text(), "(1,2)");
    EXPECT_EQ(result_format<value>(oids::numeric), format::binary);
    EXPECT_EQ(result_format<value>(oids::point), format::binary);
    EXPECT_EQ(result_format<value>(oids::money), format::text);
    EXPECT_EQ(result_format<value>(oids::int2vector), format::text);
    EXPECT_EQ(result_format<value>(oid{16'384}), format::text);
}

TEST(value, converts_by_the_rules_of_decode) {
    EXPECT_EQ(value{42}.as<std::int64_t>(), 42);
    EXPECT_EQ(value{42}.as<std::string>(), "42");
    EXPECT_EQ(value{42}.as<std::optional<std::int16_t>>(), 42);
    EXPECT_EQ(value{}.as<std::optional<int>>(), std::nullopt);
    EXPECT_EQ(value{"abc"}.as<std::string_view>(), "abc");
    const auto code_of = [](auto&& convert) {
        try {
            convert();
        } catch (const error& e) {
            return e.code();
        }
        return std::error_code{};
    };
    EXPECT_EQ(code_of([] { (void)value{std::int64_t{1} << 40}.as<int>(); }), errc::value_out_of_range);
    EXPECT_EQ(code_of([] { (void)value{"42"}.as<int>(); }), errc::type_mismatch);
    EXPECT_EQ(code_of([] { (void)value{}.as<int>(); }), errc::unexpected_null);
}

TEST(value, holds_arrays) {
    const auto read = from_text<value>("[0:1]={1,NULL}", oids::int4_array);
    const auto* held = read.get_if<value_array>();
    ASSERT_NE(held, nullptr);
    EXPECT_EQ(*held, (value_array{oids::int4, {{2, 0}}, {value{1}, value{}}}));
    EXPECT_EQ(read.type(), oids::int4_array);
    EXPECT_EQ(read.to_text(), "[0:1]={1,NULL}");
    EXPECT_EQ(read.as<std::vector<std::optional<int>>>(), (std::vector<std::optional<int>>{1, std::nullopt}));
    EXPECT_EQ(to_hex(read, oids::int4_array), "000000010000000100000017000000020000000000000004"
                                              "00000001ffffffff");
    EXPECT_EQ(from_text<value>("{1.5}", oids::numeric_array).to_text(), "{1.5}");
    const auto boxes = from_text<value>("{(1,2),(0,0);(3,4),(0,0)}", oids::box_array);
    ASSERT_NE(boxes.get_if<value_array>(), nullptr);
    EXPECT_EQ(boxes.get_if<value_array>()->elements.at(1).to_text(), "(3,4),(0,0)");
}

TEST(value, an_array_that_nests_itself_is_refused) {
    EXPECT_EQ(error_of_binary<value>("0000000100000000000003ef0000000100000001ffffffff", oids::int4_array),
              errc::invalid_value);
}

TEST(value, is_a_parameter) {
    EXPECT_TRUE(is_null(value{}));
    EXPECT_EQ(parameter_format(value{42}, oids::int8), format::binary);
    EXPECT_EQ(to_hex(value{42}, oids::int8), "000000000000002a");
    EXPECT_EQ(parameter_format(value{42}, oid{}), format::text);
    EXPECT_EQ(parameter_format(value{"42"}, oids::int4), format::text);
    EXPECT_EQ(to_text_form(value{"42"}), "42");
    EXPECT_EQ(first_use_type(value{unhex("00")}), oids::bytea);
    EXPECT_EQ(first_use_type(value{42}), oid{});
    const value number = custom{oids::numeric, format::binary, unhex("00010000000000000001")};
    EXPECT_EQ(to_hex(number, oids::numeric), "00010000000000000001");
    EXPECT_EQ(parameter_format(number, oid{}), format::text);
    EXPECT_EQ(to_text_form(number), "1");
    bytes out;
    EXPECT_EQ(encode_binary(number, oids::int4, out), errc::parameter_type_mismatch);
}

}  // namespace
}  // namespace howdah
