#include "howdah/types/multirange.hpp"

#include "howdah/types/array.hpp"
#include "howdah/types/datetime.hpp"
#include "howdah/types/integers.hpp"
#include "howdah/types/text.hpp"
#include "howdah/types/type_map.hpp"
#include "tests/unit/types/forms.hpp"

namespace howdah {
namespace {

using namespace tests;
using int_multirange = multirange<std::int32_t>;

// select x, encode(multirange_send(x),'hex')
constexpr server_forms int_multiranges[] = {
    {"{}", "00000000"},
    {"{[1,5),[7,10)}", "0000000200000011020000000400000001000000040000000500000011020000000400000007000000040000000a"},
    {"{(,)}", "000000010000000118"},
    {"{(,3),[5,)}", "000000020000000908000000040000000300000009120000000400000005"},
};

TEST(multiranges, have_the_servers_forms) {
    for (const auto& each : int_multiranges) {
        expect_forms<int_multirange>(each);
        expect_refused_when_cut<int_multirange>(each.binary);
    }
    expect_forms<multirange<timestamp>>({R"x({["2020-01-01 00:00:00","2021-01-01 00:00:00")})x",
                                         "0000000100000019020000000800023e0786c260000000000800025aca30ada000"});
    expect_forms<std::vector<int_multirange>>(
        {R"x({"{[1,2)}"})x",
         "00000001000000000000116300000001000000010000001900000001000000110200000004000000010000000400000002"});
}

TEST(multiranges, malformed_binary_is_refused) {
    const auto error = [](std::string_view digits) {
        return error_of_binary<int_multirange>(digits, oids::int4multirange);
    };
    EXPECT_EQ(error("ffffffff"), errc::truncated) << "claims more ranges than there are bytes";
    EXPECT_EQ(error("00000001ffffffff18"), errc::truncated);
    EXPECT_EQ(error("000000010000000120"), errc::invalid_value) << "an unknown flag";
    EXPECT_EQ(error("00000001000000021800"), errc::trailing_bytes) << "a range longer than its content";
    EXPECT_EQ(error_of_binary<int_multirange>("00000000", oids::int4range), errc::type_mismatch);
    EXPECT_EQ(error_of_binary<int_multirange>("00000000", oid{16'384}), errc::type_mismatch);
}

TEST(multiranges, malformed_text_is_refused) {
    for (const auto* text :
         {"", "{", "}", "{[1,2)", "{[1,2),}", "{,[1,2)}", "{[1,2)[3,4)}", "{[1,2)}x", "{1}", "{[1,\"2)}"})
        EXPECT_EQ(error_of_text<int_multirange>(text, oids::int4multirange), errc::invalid_value) << text;
    EXPECT_EQ(from_text<int_multirange>(" { [1,2) , [3,4) } ").ranges.size(), 2U);
}

TEST(multiranges, of_a_type_made_in_the_database_are_in_binary_once_it_is_known) {
    const oid bounds{16'390};
    const oid made{16'391};
    type_map known;
    known.insert(
        {.type = bounds, .schema = "s", .name = "r", .kind = type_kind::range, .bound = oids::int4, .attributes = {}});
    known.insert(
        {.type = made, .schema = "s", .name = "m", .kind = type_kind::multirange, .bound = bounds, .attributes = {}});
    const type_ref type{made, &known};
    EXPECT_EQ(result_format<int_multirange>(type), format::binary);
    EXPECT_EQ(parameter_format(int_multirange{}, type), format::binary);
    EXPECT_EQ(parameter_format(int_multirange{}, oid{made}), format::text);

    const auto data = unhex(int_multiranges[1].binary);
    int_multirange read;
    EXPECT_EQ(decode({.data = data, .type = made, .known = &known}, read), std::error_code{});
    EXPECT_EQ(to_text_form(read), int_multiranges[1].text);
    bytes out;
    EXPECT_EQ(encode_binary(read, type, out), std::error_code{});
    EXPECT_EQ(hex(out), int_multiranges[1].binary);
    EXPECT_EQ(to_text_form(from_text<multirange<std::string>>(R"x({["a)","b]"],(c,d)})x", oid{made})),
              R"x({["a)","b]"],(c,d)})x");
}

}  // namespace
}  // namespace howdah
