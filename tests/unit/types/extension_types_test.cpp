// Types that extensions make: hstore, the ltree family and pgvector's. Their OIDs are the database's own.

#include <bit>
#include <cmath>
#include <limits>

#include "howdah/types/array.hpp"
#include "howdah/types/hstore.hpp"
#include "howdah/types/ltree.hpp"
#include "howdah/types/pgvector.hpp"
#include "howdah/types/type_map.hpp"
#include "tests/unit/types/forms.hpp"

namespace howdah {
namespace {

using namespace tests;

constexpr oid extension{16'384};

TEST(hstores, have_the_servers_forms) {
    // select x, encode(hstore_send(x),'hex')
    constexpr server_forms server[] = {
        {"", "00000000"},
        {R"("a"=>"1", "b"=>NULL)", "00000002000000016100000001310000000162ffffffff"},
        {R"("a\"b"=>"c\\d")", "000000010000000361226200000003635c64"},
    };
    for (const auto& each : server) {
        expect_forms<hstore>(each, extension);
        expect_refused_when_cut<hstore>(each.binary, extension);
    }
    EXPECT_EQ(from_text<hstore>(server[1].text, extension), (hstore{{"a", "1"}, {"b", std::nullopt}}));
}

TEST(hstores, malformed_forms_are_refused) {
    const auto error = [](std::string_view digits) { return error_of_binary<hstore>(digits, extension); };
    EXPECT_EQ(error("ffffffff"), errc::invalid_value);
    EXPECT_EQ(error("7fffffff"), errc::truncated) << "claims more pairs than there are bytes";
    EXPECT_EQ(error("00000001ffffffff00000000"), errc::invalid_value) << "a key that is NULL";
    EXPECT_EQ(error("000000010000000161fffffffe"), errc::invalid_value) << "a length of -2";
    EXPECT_EQ(error("00000002000000016100000001310000000161ffffffff"), errc::invalid_value) << "a key twice";
    for (const auto* text :
         {"a", "\"a\"", "\"a\"=>", "\"a\"=>\"1", "\"a\"=>\"1\",", "\"a\"=>\"1\" \"b\"=>\"2\"", "\"a\"=>\"\\"})
        EXPECT_EQ(error_of_text<hstore>(text, extension), errc::invalid_value) << text;
}

TEST(hstores, are_sent_only_to_a_type_of_that_name) {
    type_map known;
    known.insert({.type = extension, .schema = "public", .name = "hstore", .kind = type_kind::base, .attributes = {}});
    known.insert({.type = oid{16'385}, .schema = "public", .name = "other", .kind = type_kind::base, .attributes = {}});
    EXPECT_EQ(parameter_format(hstore{}, type_ref{extension, &known}), format::binary);
    EXPECT_EQ(parameter_format(hstore{}, type_ref{oid{16'385}, &known}), format::text);
    EXPECT_TRUE(uses_catalog<hstore>);
    bytes out;
    EXPECT_EQ(encode_binary(hstore{{std::string("a\0", 2), ""}}, extension, out), errc::invalid_encoding);
    EXPECT_TRUE(out.empty());
}

TEST(ltrees, have_both_forms_and_travel_as_text) {
    // select x, encode(ltree_send(x),'hex'), and so on
    expect_forms<ltree>({"a.b.c", "01612e622e63"}, extension);
    expect_forms<ltree>({"", "01"}, extension);
    expect_forms<lquery>({"*.a|b@*.!c{1,2}", "012a2e617c62402a2e21637b312c327d"}, extension);
    expect_forms<ltxtquery>({"a & b@* | !c", "016120262062402a207c202163"}, extension);
    EXPECT_EQ(error_of_binary<ltree>("", extension), errc::truncated);
    EXPECT_EQ(error_of_binary<ltree>("0261", extension), errc::invalid_value) << "a future version";
    EXPECT_EQ(parameter_format(ltree{}, extension), format::text);
    EXPECT_EQ(result_format<ltree>(extension), format::text);
    EXPECT_EQ(result_format<std::vector<ltree>>(extension), format::text);
}

TEST(halves, are_rounded_to_the_nearest_ties_to_even) {
    const auto bits = [](float value) { return half{value}.bits; };
    EXPECT_EQ(bits(0.0F), 0x0000);
    EXPECT_EQ(bits(-0.0F), 0x8000);
    EXPECT_EQ(bits(1.0F), 0x3C00);
    EXPECT_EQ(bits(-2.0F), 0xC000);
    EXPECT_EQ(bits(65'504.0F), 0x7BFF) << "the largest";
    EXPECT_EQ(bits(65'519.996F), 0x7BFF);
    EXPECT_EQ(bits(65'520.0F), 0x7C00) << "infinite";
    EXPECT_EQ(bits(0x1p-14F), 0x0400) << "the least normal one";
    EXPECT_EQ(bits(0x1p-24F), 0x0001) << "the least of all";
    EXPECT_EQ(bits(0x1p-25F), 0x0000) << "a tie, to the even one";
    EXPECT_EQ(bits(0x1.8p-24F), 0x0002) << "a tie, to the even one";
    EXPECT_EQ(bits(0x1.ffcp-15F), 0x0400) << "rounds up to a normal one";
    EXPECT_EQ(bits(1.0F + 0x1p-11F), 0x3C00);
    EXPECT_EQ(bits(1.0F + 0x1.8p-10F), 0x3C02);
    EXPECT_EQ(bits(std::numeric_limits<float>::infinity()), 0x7C00);
    EXPECT_EQ(bits(std::numeric_limits<float>::denorm_min()), 0x0000);
}

TEST(halves, each_come_back_from_a_float) {
    for (unsigned bits = 0; bits <= 0xFFFF; ++bits) {
        const auto each = half::from_bits(static_cast<std::uint16_t>(bits));
        const auto wide = static_cast<float>(each);
        if (std::isnan(wide)) EXPECT_TRUE(std::isnan(static_cast<float>(half{wide})));
        else ASSERT_EQ(half{wide}, each) << bits;
    }
}

TEST(vectors, have_the_servers_forms) {
    // select x, encode(vector_send(x),'hex'), and so on, from pgvector 0.8.0
    expect_forms<dense_vector>({"[1,2.5,-3]", "000300003f80000040200000c0400000"}, extension);
    expect_refused_when_cut<dense_vector>("000300003f80000040200000c0400000", extension);
    expect_forms<half_vector>({"[1,2.5,-3]", "000300003c004100c200"}, extension);
    expect_refused_when_cut<half_vector>("000300003c004100c200", extension);
    expect_forms<sparse_vector>({"{1:1.5,3:-2}/5", "00000005000000020000000000000000000000023fc00000c0000000"},
                                extension);
    expect_refused_when_cut<sparse_vector>("00000005000000020000000000000000000000023fc00000c0000000", extension);
    expect_forms<sparse_vector>({"{}/3", "000000030000000000000000"}, extension);
    EXPECT_EQ(from_text<sparse_vector>("{1:1.5,3:-2}/5", extension),
              (sparse_vector{.dimensions = 5, .elements = {{0, 1.5F}, {2, -2.0F}}}));
}

TEST(vectors, malformed_forms_are_refused) {
    EXPECT_EQ(error_of_binary<dense_vector>("00000000", extension), errc::invalid_value) << "none";
    EXPECT_EQ(error_of_binary<dense_vector>("000100013f800000", extension), errc::invalid_value) << "the unused word";
    EXPECT_EQ(error_of_binary<dense_vector>("ffff0000", extension), errc::invalid_value) << "too many";
    const auto sparse = [](std::string_view digits) { return error_of_binary<sparse_vector>(digits, extension); };
    EXPECT_EQ(sparse("0000000500000001000000000000000"
                     "53fc00000"),
              errc::invalid_value)
        << "an index beyond the end";
    EXPECT_EQ(sparse("00000005000000020000000000000002000000023fc00000c0000000"), errc::invalid_value)
        << "not ascending";
    EXPECT_EQ(sparse("000000057fffffff00000000"), errc::invalid_value);
    for (const auto* text : {"", "[]", "[1,]", "[1,2", "1,2", "[1 2]", "[1]x"})
        EXPECT_EQ(error_of_text<dense_vector>(text, extension), errc::invalid_value) << text;
    EXPECT_EQ(error_of_text<half_vector>("[65520]", extension), errc::invalid_value) << "no half is so large";
    for (const auto* text : {"", "{}", "{1:1}", "{1:1}/", "{0:1}/2", "{3:1}/2", "{2:1,1:1}/2", "{1:1,}/2", "{1:1}/2x"})
        EXPECT_EQ(error_of_text<sparse_vector>(text, extension), errc::invalid_value) << text;
}

TEST(vectors, that_pgvector_has_no_room_for_are_out_of_range) {
    bytes out;
    EXPECT_EQ(encode_binary(dense_vector{}, extension, out), errc::value_out_of_range);
    EXPECT_EQ(encode_binary(dense_vector{std::vector<float>(16'001)}, extension, out), errc::value_out_of_range);
    EXPECT_EQ(encode_binary(sparse_vector{.dimensions = 1, .elements = {{1, 1.0F}}}, extension, out),
              errc::value_out_of_range);
    EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace howdah
