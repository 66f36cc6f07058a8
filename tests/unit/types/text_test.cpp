#include "howdah/types/text.hpp"
#include "howdah/types/array.hpp"
#include "howdah/types/bytea.hpp"
#include "howdah/types/json.hpp"
#include "howdah/types/text_form.hpp"
#include "howdah/types/uuid.hpp"
#include "tests/unit/types/forms.hpp"

namespace howdah {
namespace {

using namespace tests;

TEST(text, of_a_string_is_the_string) {
    EXPECT_EQ(to_hex(std::string{"h\xC3\xA9"}), "68c3a9");
    EXPECT_EQ(to_hex(std::string_view{"ab"}, oids::varchar), "6162");
    EXPECT_EQ(to_hex("ab", oids::json), "6162");
    EXPECT_EQ(to_text_form("it's"), "it's");
    EXPECT_EQ(from_binary<std::string>("6162", oids::bpchar), "ab");
    EXPECT_EQ(from_text<std::string_view>("ab", oids::name), "ab");
}

TEST(text, fits_any_parameter_by_its_text_form) {
    EXPECT_EQ(parameter_format(std::string{"42"}, oids::int4), format::text);
    EXPECT_EQ(parameter_format("x", oid{16'384}), format::text);
    EXPECT_EQ(parameter_format("x", oids::text), format::binary);
    EXPECT_EQ(parameter_format("x", oid{}), format::text);
    bytes out;
    EXPECT_EQ(encode_binary("42", oids::int4, out), errc::parameter_type_mismatch);
}

TEST(text, with_a_nul_is_refused_before_it_is_sent) {
    bytes out = unhex("ff");
    EXPECT_EQ(encode_text(std::string("a\0b", 3), out), errc::invalid_encoding);
    EXPECT_EQ(encode_binary(std::string("a\0b", 3), oids::text, out), errc::invalid_encoding);
    EXPECT_EQ(encode_text(json{std::string("\0", 1)}, out), errc::invalid_encoding);
    EXPECT_EQ(hex(out), "ff");
}

TEST(text, asks_for_columns_as_text) {
    EXPECT_TRUE(wants_text_result<std::string>);
    EXPECT_TRUE(wants_text_result<std::optional<std::string>>);
    EXPECT_TRUE(wants_text_result<std::vector<std::string>>);
    EXPECT_FALSE(wants_text_result<int>);
    EXPECT_EQ(result_format<std::string>(oids::int4), format::text);
    EXPECT_EQ(result_format<std::vector<std::string>>(oids::text_array), format::binary);
    EXPECT_EQ(result_format<std::vector<std::string>>(oids::numeric_array), format::text);
}

TEST(text, a_string_reads_any_known_type) {
    EXPECT_EQ(from_binary<std::string>("0000002a", oids::int4), "42");
    EXPECT_EQ(from_binary<std::string>("000200004000000200011388", oids::numeric), "-1.50");
    EXPECT_EQ(from_binary<std::string>("01", oids::bool_), "t");
    EXPECT_EQ(from_binary<std::string>("00002279", oids::date), "2024-02-29");
    EXPECT_EQ(from_binary<std::string>("017b7d", oids::jsonb), "{}");
    EXPECT_EQ(from_binary<std::string>("00ff10", oids::bytea), "\\x00ff10");
    EXPECT_EQ(from_binary<std::string>("00", oids::char_), "");
    EXPECT_EQ(from_binary<std::string>("0200000004000000010000000400000005", oids::int4range), "[1,5)");
    EXPECT_EQ(
        from_binary<std::string>("00000001000000010000001700000002000000010000000400000001ffffffff", oids::int4_array),
        "{1,NULL}");
    EXPECT_EQ(error_of_binary<std::string>("00", oids::money), errc::type_mismatch);
    EXPECT_EQ(error_of_binary<std::string>("00", oid{16'384}), errc::type_mismatch);
    EXPECT_EQ(error_of_binary<std::string>("00", oids::int4), errc::truncated);
    EXPECT_EQ(from_text<std::string>("(1,2)", oids::point), "(1,2)");
}

TEST(text, a_view_reads_only_what_is_text_already) {
    EXPECT_EQ(error_of_binary<std::string_view>("0000002a", oids::int4), errc::type_mismatch);
    EXPECT_EQ(from_text<std::string_view>("42", oids::int4), "42");
    EXPECT_FALSE(field_type<std::vector<std::string_view>>) << "an element's unescaped text does not last";
}

TEST(text, an_array_that_nests_itself_is_refused) {
    // int4[] whose header says that its elements are int4[]
    EXPECT_EQ(error_of_binary<std::string>("0000000100000000000003ef0000000100000001ffffffff", oids::int4_array),
              errc::invalid_value);
}

TEST(text, single_characters) {
    EXPECT_EQ(from_binary<char>("41"), 'A');
    EXPECT_EQ(from_text<char>("A"), 'A');
    EXPECT_EQ(from_text<char>(""), '\0');
    EXPECT_EQ(from_binary<char>("41", oids::text), 'A');
    EXPECT_EQ(to_hex('A'), "41");
    EXPECT_EQ(parameter_format('A', oids::text), format::text);
    EXPECT_EQ(error_of_binary<char>("", oids::char_), errc::truncated);
    EXPECT_EQ(error_of_text<char>("AB", oids::text), errc::value_out_of_range);
    EXPECT_EQ(error_of_binary<char>("0001", oids::int2), errc::type_mismatch);
}

TEST(text, a_null_pointer_is_null) {
    const char* nothing = nullptr;
    EXPECT_TRUE(is_null(nothing));
    EXPECT_FALSE(is_null("x"));
    EXPECT_TRUE(is_null(nullptr));
    EXPECT_TRUE(is_null(std::nullopt));
}

TEST(bytea, has_the_servers_forms) {
    // select '\x00ff10'::bytea, encode(byteasend('\x00ff10'),'hex')
    expect_forms<bytes>({"\\x00ff10", "00ff10"});
    expect_forms<std::vector<std::byte>>({"\\x00ff10", "00ff10"});
    expect_forms<bytes>({"\\x", ""});
    EXPECT_EQ(to_hex(bytes_view{unhex("0102")}), "0102");
}

TEST(bytea, reads_the_old_escapes) {
    // set bytea_output = escape; select '\x61005cff27'::bytea
    EXPECT_EQ(hex(from_text<bytes>("a\\000\\\\\\377'")), "61005cff27");
    for (const auto* text : {"\\x0", "\\x0g", "\\", "\\1", "\\12", "\\128", "\\400", "\\8"})
        EXPECT_EQ(error_of_text<bytes>(text, oids::bytea), errc::invalid_value) << text;
}

TEST(bytea, goes_to_no_other_type_even_by_its_text) {
    const bytes data = unhex("00ff");
    bytes out;
    EXPECT_EQ(first_use_oid<bytes>, oids::bytea);
    EXPECT_EQ(first_use_oid<std::vector<std::optional<bytes>>>, oids::bytea_array);
    EXPECT_EQ(first_use_oid<std::string>, oid{});
    EXPECT_EQ(parameter_format(data, oids::text), format::binary);
    EXPECT_EQ(encode_binary(data, oids::text, out), errc::parameter_type_mismatch);
    EXPECT_EQ(parameter_format(data, oid{16'384}), format::text) << "a domain over bytea";
}

TEST(uuid, has_the_servers_forms) {
    // select x::text, encode(uuid_send(x),'hex') from (select 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid x) s
    expect_forms<uuid>({"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc999c0b4ef8bb6d6bb9bd380a11"});
    expect_refused_when_cut<uuid>("a0eebc999c0b4ef8bb6d6bb9bd380a11");
    const auto plain = uuid::parse("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
    for (const auto* text : {"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}",
                             "a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11"})
        EXPECT_EQ(uuid::parse(text), plain) << text;
    for (const auto* text :
         {"", "{", "{}", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111",
          "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
          "-a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0eebc99--9c0b-4ef8-bb6d-6bb9bd380a11"})
        EXPECT_FALSE(uuid::parse(text)) << text;
}

TEST(json, has_a_version_only_as_binary_jsonb) {
    // select encode(jsonb_send('{"a": [1, null]}'),'hex')
    EXPECT_EQ(from_binary<json>("017b2261223a205b312c206e756c6c5d7d", oids::jsonb).text, R"({"a": [1, null]})");
    EXPECT_EQ(to_hex(json{"{}"}, oids::jsonb), "017b7d");
    EXPECT_EQ(to_hex(json{"{}"}, oids::json), "7b7d");
    EXPECT_EQ(from_text<json>("{}", oids::jsonb).text, "{}");
    EXPECT_EQ(error_of_binary<json>("027b7d", oids::jsonb), errc::invalid_value);
    EXPECT_EQ(error_of_binary<json>("", oids::jsonb), errc::truncated);
    EXPECT_EQ(error_of_binary<json>("7b7d", oids::text), errc::type_mismatch);
    bytes out;
    EXPECT_EQ(encode_binary(json{"{}"}, oids::text, out), errc::parameter_type_mismatch);
}

}  // namespace
}  // namespace howdah
