#include "howdah/types/array.hpp"

#include <limits>

#include "howdah/types/boolean.hpp"
#include "howdah/types/bytea.hpp"
#include "howdah/types/integers.hpp"
#include "howdah/types/json.hpp"
#include "howdah/types/numeric.hpp"
#include "howdah/types/text.hpp"
#include "tests/unit/types/forms.hpp"

namespace howdah {
namespace {

using namespace tests;
using ints = std::vector<std::int32_t>;
using maybe_ints = std::vector<std::optional<std::int32_t>>;

// select x::text, encode(array_send(x),'hex') from (select $q$...$q$::int4[] x) s
constexpr server_forms int_arrays[] = {
    {"{1,NULL,-3}", "00000001000000010000001700000003000000010000000400000001ffffffff00000004fffffffd"},
    {"{}", "000000000000000000000017"},
    {"[0:1][-1:1]={{1,2,3},{4,5,6}}", "000000020000000000000017000000020000000000000003ffffffff000000040000000100000004"
                                      "0000000200000004000000030000000400000"
                                      "004000000040000000500000004"
                                      "00000006"},
    {"{{{1}},{{2}}}",
     "00000003000000000000001700000002000000010000000100000001000000010000000100000004000000010000000400000002"},
};
// the same with text[]
constexpr server_forms text_array{R"({a,"b c","","NULL",NULL,"q\"uote","back\\slash","{x}","x,y"," lead"})",
                                  "0000000100000001000000190000000a0000000100000001610000000362206300000000000000044e55"
                                  "4c4cffffffff000000067122756f746500"
                                  "00000a6261636b5c736c617368000000037b787d00000003782c7900000005206c656164"};

TEST(arrays, have_the_servers_forms) {
    for (const auto& each : int_arrays) {
        expect_forms<array<std::optional<std::int32_t>>>(each);
        expect_refused_when_cut<array<std::optional<std::int32_t>>>(each.binary);
    }
    expect_forms<maybe_ints>(int_arrays[0]);
    expect_forms<ints>(int_arrays[1]);
    expect_forms<std::vector<std::optional<std::string>>>(text_array, oids::text_array);
    expect_refused_when_cut<std::vector<std::optional<std::string>>>(text_array.binary, oids::text_array);
}

TEST(arrays, of_many_dimensions_keep_bounds_and_order) {
    const auto read = from_text<array<std::int32_t>>("[0:1][-1:1]={{1,2,3},{4,5,6}}");
    EXPECT_EQ(read.elements, (ints{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(read.dimensions, (std::vector<dimension>{{2, 0}, {3, -1}}));
    EXPECT_EQ(error_of_text<ints>("{{1,2},{3,4}}", oids::int4_array), errc::type_mismatch);
    EXPECT_EQ(from_text<ints>("[5:6]={1,2}"), (ints{1, 2})) << "a vector forgets the lower bound";
}

TEST(arrays, read_text_with_spaces_and_any_case_of_null) {
    EXPECT_EQ(from_text<maybe_ints>(" { 1 , null,NuLL , 2 } "), (maybe_ints{1, std::nullopt, std::nullopt, 2}));
    EXPECT_EQ(from_text<std::vector<std::string>>(R"({a b , "null","\"\\" })"),
              (std::vector<std::string>{"a b", "null", "\"\\"}));
}

TEST(arrays, malformed_text_is_refused) {
    for (const auto* text : {"",
                             "1,2",
                             "{",
                             "}",
                             "{1",
                             "{1,}",
                             "{,1}",
                             "{1,,2}",
                             "{1}}",
                             "{1} x",
                             "{{1},2}",
                             "{1,{2}}",
                             "{{1,2},{3}}",
                             "{{},{}}",
                             "{{1},{}}",
                             "{\"1}",
                             "{\"1\\",
                             "{1\"2\"}",
                             "{\"1\"2}",
                             "{a\\}",
                             "[0:1]={1}",
                             "[1:0]={}",
                             "[0:1]{1,2}",
                             "[0]={1}",
                             "[0:0][0:0]={1}",
                             "[a:b]={1}",
                             "[0:99999999999]={1}",
                             "[-9999999999:1]={1}",
                             "[0:0]={}",
                             "{{{{{{{1}}}}}}}",
                             "[1:1][1:1][1:1][1:1][1:1][1:1][1:1]={1}"}) {
        EXPECT_EQ(error_of_text<array<std::string>>(text, oids::text_array), errc::invalid_value) << text;
        EXPECT_NE(error_of_text<std::vector<std::string>>(text, oids::text_array), std::error_code{}) << text;
    }
    EXPECT_EQ(error_of_text<ints>("{1,x}", oids::int4_array), errc::invalid_value);
}

TEST(arrays, deep_nesting_in_text_is_refused_without_recursion_to_match) {
    EXPECT_EQ(error_of_text<ints>(std::string(1'000'000, '{'), oids::int4_array), errc::invalid_value);
}

TEST(arrays, malformed_binary_is_refused) {
    const auto error = [](std::string_view digits) {
        return error_of_binary<array<std::int32_t>>(digits, oids::int4_array);
    };
    EXPECT_EQ(error("ffffffff0000000000000017"), errc::invalid_value) << "-1 dimensions";
    EXPECT_EQ(error("000000070000000000000017" + std::string(7 * 16, '0')), errc::invalid_value) << "7 dimensions";
    EXPECT_EQ(error("000000010000000200000017000000010000000100000004"
                    "00000001"),
              errc::invalid_value)
        << "flags";
    EXPECT_EQ(error("000000010000000000000017ffffffff00000001"), errc::invalid_value) << "size -1";
    EXPECT_EQ(error("000000010000000000000017000000017fffffff"
                    "0000000400000001"),
              errc::invalid_value)
        << "upper bound";
    EXPECT_EQ(error("0000000100000000000000177fffffff00000000"), errc::truncated) << "2^31-1 elements in no bytes";
    EXPECT_EQ(error("000000060000000000000017"
                    "7fffffff000000007fffffff000000007fffffff000000007fffffff000000007fffffff"
                    "000000007fffffff00000000"),
              errc::truncated)
        << "a product that overflows";
    EXPECT_EQ(error("000000010000000000000017000000010000000100000003000001"), errc::truncated) << "an int4 of 3 bytes";
    EXPECT_EQ(error("0000000100000000000000170000000100000001fffffffe"), errc::invalid_value) << "length -2";
    EXPECT_EQ(error("00000001000000000000001700000001000000017fffffff00"), errc::truncated) << "length 2^31-1";
    EXPECT_EQ(error("000000010000000000000017000000000000000100"), errc::trailing_bytes) << "more after an empty one";
    EXPECT_EQ(error("000000010000000100000017000000010000000"
                    "1ffffffff"),
              errc::unexpected_null);
}

TEST(arrays, have_the_element_type_that_the_header_names) {
    constexpr std::string_view one_int2 = "000000010000000000000015000000010000000100000002002a";
    EXPECT_EQ(from_binary<std::vector<std::int64_t>>(one_int2, oids::int2_array), (std::vector<std::int64_t>{42}));
    EXPECT_EQ(from_binary<ints>(one_int2, oids::anyarray), (ints{42}));
    EXPECT_EQ(from_binary<ints>(one_int2, oid{16'384}), (ints{42}));
    EXPECT_EQ(error_of_binary<ints>(one_int2, oids::int4_array), errc::invalid_value);
    EXPECT_EQ(error_of_binary<ints>("00000001000000000000001900000001000000010000000131", oids::text_array),
              errc::type_mismatch);
    EXPECT_EQ(error_of_binary<ints>("0000002a", oids::int4), errc::type_mismatch);
}

TEST(arrays, of_fixed_size_need_that_many_elements) {
    using three = std::array<std::int32_t, 3>;
    EXPECT_EQ(from_text<three>("{1,2,3}"), (three{1, 2, 3}));
    EXPECT_EQ(to_text_form(three{1, 2, 3}), "{1,2,3}");
    EXPECT_EQ(error_of_text<three>("{1,2}", oids::int4_array), errc::value_out_of_range);
    EXPECT_EQ(error_of_text<three>("{1,2,3,4}", oids::int4_array), errc::value_out_of_range);
    EXPECT_EQ(error_of_text<three>("{}", oids::int4_array), errc::value_out_of_range);
}

TEST(arrays, as_parameters_take_the_targets_element_type) {
    const std::vector<std::int64_t> numbers{1, 300};
    EXPECT_EQ(to_hex(numbers, oids::int2_array), "0000000100000000000000150000000200000001000000020001000000020"
                                                 "12c");
    EXPECT_EQ(parameter_format(numbers, oids::int4_array), format::binary);
    EXPECT_EQ(parameter_format(numbers, oids::text_array), format::text);
    EXPECT_EQ(parameter_format(numbers, oid{}), format::text);
    EXPECT_EQ(parameter_format(std::vector<std::string>{"a"}, oids::text_array), format::binary);
    EXPECT_EQ(parameter_format(std::vector<std::string>{"1"}, oids::int4_array), format::text);
    bytes out;
    EXPECT_EQ(encode_binary(std::vector<std::int64_t>{1, 40'000}, oids::int2_array, out), errc::value_out_of_range);
    EXPECT_EQ(encode_text(std::vector<std::string>{std::string(1, '\0')}, out), errc::invalid_encoding);
    EXPECT_TRUE(out.empty());
    EXPECT_EQ(to_text_form(std::span<const std::int64_t>{numbers}), "{1,300}");
    EXPECT_EQ(to_text_form(std::vector<bool>{true, false}), "{t,f}");
    EXPECT_EQ(from_text<std::vector<bool>>("{t,f}"), (std::vector<bool>{true, false}));
    EXPECT_EQ(to_text_form(std::vector<const char*>{"a", nullptr}), "{a,NULL}");
}

TEST(arrays, with_dimensions_that_do_not_match_are_not_sent) {
    bytes out;
    EXPECT_EQ(encode_text(array<int>{{1, 2, 3}, {{2, 1}}}, out), errc::invalid_value);
    EXPECT_EQ(encode_binary(array<int>{{1}, {}}, oids::int4_array, out), errc::invalid_value);
    EXPECT_EQ(encode_binary(array<int>{{1}, {{-1, 1}}}, oids::int4_array, out), errc::invalid_value);
    EXPECT_EQ(encode_text(array<int>{{1}, std::vector<dimension>(7, {1, 1})}, out), errc::invalid_value);
    EXPECT_EQ(encode_text(array<int>{{1}, {{1, std::numeric_limits<std::int32_t>::max()}}}, out), errc::invalid_value);
    EXPECT_TRUE(out.empty());
}

TEST(arrays, the_vectors_of_the_catalogs_are_arrays_from_zero) {
    const auto read = from_text<array<std::int16_t>>("1 2 3", oids::int2vector);
    EXPECT_EQ(read.elements, (std::vector<std::int16_t>{1, 2, 3}));
    EXPECT_EQ(read.dimensions, (std::vector<dimension>{{3, 0}}));
    EXPECT_TRUE(from_text<std::vector<std::int16_t>>("", oids::int2vector).empty());
    // select encode(int2vectorsend('1 2 3'),'hex')
    EXPECT_EQ(
        from_binary<array<std::int16_t>>("000000010000000000000015000000030000000000000002000100000002000200000002"
                                         "0003",
                                         oids::int2vector),
        read);
}

TEST(arrays, what_is_an_array_and_what_is_not) {
    EXPECT_EQ(oid_of<std::vector<std::optional<decimal>>>, oids::numeric_array);
    EXPECT_EQ(oid_of<std::vector<std::byte>>, oids::bytea);
    EXPECT_EQ(oid_of<std::vector<bytes>>, oids::bytea_array);
    EXPECT_FALSE(has_codec<std::vector<std::vector<int>>>) << "array<int> has dimensions";
    EXPECT_FALSE(field_type<std::span<const int>>);
}

}  // namespace
}  // namespace howdah
