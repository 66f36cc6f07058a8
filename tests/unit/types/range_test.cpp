#include "howdah/types/range.hpp"

#include "howdah/types/array.hpp"
#include "howdah/types/datetime.hpp"
#include "howdah/types/integers.hpp"
#include "howdah/types/numeric.hpp"
#include "howdah/types/text.hpp"
#include "tests/unit/types/forms.hpp"

namespace howdah {
namespace {

using namespace tests;
using int_range = range<std::int32_t>;

// select x::text, encode(range_send(x),'hex') from (select $q$...$q$::int4range x) s
constexpr server_forms int_ranges[] = {
    {"[1,5)", "0200000004000000010000000400000005"},
    {"(,)", "18"},
    {"empty", "01"},
    {"[3,)", "120000000400000003"},
    {"(,7)", "080000000400000007"},
};

TEST(ranges, have_the_servers_forms) {
    for (const auto& each : int_ranges) {
        expect_forms<int_range>(each);
        expect_refused_when_cut<int_range>(each.binary);
    }
    expect_forms<range<decimal>>({"(1.5,2.5]", "040000000c0002000000000001000113880000000c000200000000000100021388"});
    expect_forms<range<timestamp>>(
        {R"x(["2024-01-01 00:00:00","2024-02-01 00:00:00"))x", "02000000080002b0d5d4e94000000000080002b34571fde000"});
}

TEST(ranges, malformed_binary_is_refused) {
    const auto error = [](std::string_view digits) { return error_of_binary<int_range>(digits, oids::int4range); };
    EXPECT_EQ(error("20"), errc::invalid_value) << "an unknown flag";
    EXPECT_EQ(error("02ffffffff"), errc::invalid_value) << "a bound of length -1";
    EXPECT_EQ(error("027fffffff00"), errc::truncated);
    EXPECT_EQ(error("0100000004"), errc::trailing_bytes) << "empty, with a bound";
    EXPECT_EQ(error("12000000020001"), errc::truncated) << "an int4 of 2 bytes";
    EXPECT_EQ(error_of_binary<int_range>("01", oids::int4), errc::type_mismatch);
    EXPECT_EQ(error_of_binary<int_range>("01", oid{16'384}), errc::type_mismatch);
}

TEST(ranges, malformed_text_is_refused) {
    for (const auto* text : {"", "[", "[]", "[,", ",]", "1,2", "[1,2", "1,2]", "[1 2]", "[1,2]]", "[1,2,3]", "[\"1,2]",
                             "Empty", "[1,x]", "[1,2)x"})
        EXPECT_EQ(error_of_text<int_range>(text, oids::int4range), errc::invalid_value) << text;
}

TEST(ranges, of_a_type_made_in_the_database_are_read_as_text) {
    EXPECT_EQ(from_text<range<std::string>>(R"x(["a ""b",c\)d])x", oid{16'384}),
              (range<std::string>{"a \"b", "c)d", bound::inclusive, bound::inclusive}));
    EXPECT_EQ(to_text_form(range<std::string>{"a \"b", ""}), R"x(["a ""b",""))x");
    EXPECT_EQ(result_format<int_range>(oid{16'384}), format::text);
    EXPECT_EQ(result_format<int_range>(oids::int4range), format::binary);
    EXPECT_EQ(parameter_format(int_range{}, oid{16'384}), format::text);
}

TEST(ranges, nest_in_arrays) {
    EXPECT_EQ(oid_of<std::vector<int_range>>, oids::int4range_array);
    EXPECT_EQ(from_text<std::vector<int_range>>(R"x({"[1,5)",empty})x"),
              (std::vector<int_range>{{1, 5}, int_range::empty()}));
}

}  // namespace
}  // namespace howdah
