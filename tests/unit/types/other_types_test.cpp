// bit, money, tid and jsonpath.

#include <limits>

#include "howdah/types/array.hpp"
#include "howdah/types/bit_string.hpp"
#include "howdah/types/jsonpath.hpp"
#include "howdah/types/money.hpp"
#include "howdah/types/text_form.hpp"
#include "howdah/types/tid.hpp"
#include "tests/unit/types/forms.hpp"

namespace howdah {
namespace {

using namespace tests;

TEST(bit_strings, have_the_servers_forms) {
    // select x, encode(varbit_send(x),'hex')
    constexpr server_forms server[] = {
        {"", "00000000"},        {"1", "0000000180"},        {"0", "0000000100"},
        {"10101", "00000005a8"}, {"11111111", "00000008ff"}, {"111111110", "00000009ff00"},
    };
    for (const auto& each : server) {
        expect_forms<bit_string>(each);
        expect_forms<bit_string>(each, oids::bit);
        expect_refused_when_cut<bit_string>(each.binary);
    }
}

TEST(bit_strings, are_read_and_set_bit_by_bit) {
    bit_string bits{10};
    bits.set(9, true);
    bits.set(0, true);
    bits.set(0, false);
    EXPECT_EQ(bits.to_string(), "0000000001");
    EXPECT_TRUE(bits[9]);
    EXPECT_FALSE(bits[0]);
    EXPECT_EQ(hex(bits.packed()), "0040");
}

TEST(bit_strings, malformed_forms_are_refused) {
    EXPECT_EQ(error_of_binary<bit_string>("ffffffff", oids::varbit), errc::invalid_value);
    EXPECT_EQ(error_of_binary<bit_string>("7fffffff00", oids::varbit), errc::truncated) << "claims more than there is";
    EXPECT_EQ(error_of_binary<bit_string>("0000000140", oids::varbit), errc::invalid_value) << "a bit behind the last";
    EXPECT_EQ(error_of_text<bit_string>("012", oids::varbit), errc::invalid_value);
}

TEST(money, is_in_the_smallest_unit) {
    // select x, encode(cash_send(x),'hex') with lc_monetary = C
    EXPECT_EQ(from_binary<money>("fffffffffffffb2e").units, -1234);
    EXPECT_EQ(to_hex(money{1234}), "00000000000004d2");
    expect_refused_when_cut<money>("00000000000004d2");
    EXPECT_FALSE(has_text_form<money>) << "how it would be read depends on lc_monetary";
}

TEST(money, is_read_from_the_text_of_any_locale) {
    EXPECT_EQ(from_text<money>("-$12.34").units, -1234);
    EXPECT_EQ(from_text<money>("12,34 €").units, 1234);
    EXPECT_EQ(from_text<money>("($1,000.05)").units, -100'005);
    EXPECT_EQ(from_text<money>("￥1,234").units, 1234) << "yen have no fraction";
    EXPECT_EQ(from_text<money>("-$92,233,720,368,547,758.08").units, std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(error_of_text<money>("$92,233,720,368,547,758.08", oids::money), errc::value_out_of_range);
    EXPECT_EQ(error_of_text<money>("", oids::money), errc::invalid_value);
}

TEST(tids, have_the_servers_forms) {
    // select x, encode(tidsend(x),'hex')
    expect_forms<tid>({"(0,0)", "000000000000"});
    expect_forms<tid>({"(4294967295,65535)", "ffffffffffff"});
    expect_forms<tid>({"(1,2)", "000000010002"});
    expect_refused_when_cut<tid>("000000010002");
    for (const auto* text : {"", "(1)", "(1,2", "(1,65536)", "(4294967296,1)", "(-1,1)", "(1,2)x"})
        EXPECT_EQ(error_of_text<tid>(text, oids::tid), errc::invalid_value) << text;
}

TEST(jsonpaths, have_the_servers_forms) {
    // select x, encode(jsonpath_send(x),'hex')
    expect_forms<jsonpath>({"$.\"a\"", "01242e226122"});
    expect_forms<jsonpath>({"strict $[*]?(@ > 1)", "0173747269637420245b2a5d3f2840203e203129"});
    EXPECT_EQ(error_of_binary<jsonpath>("", oids::jsonpath), errc::truncated);
    EXPECT_EQ(error_of_binary<jsonpath>("0224", oids::jsonpath), errc::invalid_value) << "a future version";
}

TEST(text_of_binary, is_known_for_the_types_with_a_text_form) {
    for (const auto type : {oids::inet,
                            oids::cidr,
                            oids::macaddr,
                            oids::macaddr8,
                            oids::bit,
                            oids::varbit,
                            oids::tid,
                            oids::jsonpath,
                            oids::point,
                            oids::line,
                            oids::lseg,
                            oids::box,
                            oids::path,
                            oids::polygon,
                            oids::circle,
                            oids::tsvector,
                            oids::tsquery,
                            oids::int4multirange,
                            oids::tstzmultirange,
                            oids::box_array,
                            oids::datemultirange_array})
        EXPECT_TRUE(has_known_binary_form(type)) << type_name(type);
    EXPECT_FALSE(has_known_binary_form(oids::money)) << "only the server knows lc_monetary";
}

}  // namespace
}  // namespace howdah
