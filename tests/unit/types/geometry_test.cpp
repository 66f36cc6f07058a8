#include "howdah/types/geometry.hpp"

#include <cmath>

#include "howdah/types/array.hpp"
#include "tests/unit/types/forms.hpp"

namespace howdah {
namespace {

using namespace tests;

template <class T>
void expect_forms_and_cuts(const server_forms& server) {
    expect_forms<T>(server);
    expect_refused_when_cut<T>(server.binary);
}

TEST(geometry, has_the_servers_forms) {
    // select x::text, encode(point_send(x),'hex'), and so on
    expect_forms_and_cuts<point>({"(1,2)", "3ff00000000000004000000000000000"});
    expect_forms_and_cuts<line>({"{0.5,-1,Infinity}", "3fe0000000000000bff00000000000007ff0000000000000"});
    expect_forms_and_cuts<lseg>({"[(1,2),(3,4)]", "3ff0000000000000400000000000000040080000000000004010000000000000"});
    expect_forms_and_cuts<box>({"(3,4),(1,2)", "400800000000000040100000000000003ff00000000000004000000000000000"});
    expect_forms_and_cuts<circle>({"<(1,2),3>", "3ff000000000000040000000000000004008000000000000"});
    expect_forms_and_cuts<path>(
        {"[(1,2),(3,4)]", "00000000023ff0000000000000400000000000000040080000000000004010000000000000"});
    expect_forms_and_cuts<path>(
        {"((1,2),(3,4))", "01000000023ff0000000000000400000000000000040080000000000004010000000000000"});
    expect_forms_and_cuts<polygon>({"((1,2))", "000000013ff00000000000004000000000000000"});
}

TEST(geometry, keeps_every_double_to_the_last_bit) {
    expect_forms<point>({"(1e-320,1.7976931348623157e+308)", "00000000000007e87fefffffffffffff"});
    expect_forms<point>({"(-0,0.1)", "80000000000000003fb999999999999a"});
    expect_forms<point>({"(NaN,-Infinity)", "7ff8000000000000fff0000000000000"});
    EXPECT_TRUE(std::isnan(from_text<point>("(NaN,1)").x));
}

TEST(geometry, paths_and_polygons_have_points) {
    EXPECT_EQ(error_of_binary<path>("0000000000", oids::path), errc::invalid_value);
    EXPECT_EQ(error_of_binary<path>("00ffffffff", oids::path), errc::invalid_value);
    EXPECT_EQ(error_of_binary<path>("02000000013ff00000000000004000000000000000", oids::path), errc::invalid_value)
        << "neither open nor closed";
    EXPECT_EQ(error_of_binary<polygon>("00000000", oids::polygon), errc::invalid_value);
    EXPECT_EQ(error_of_binary<polygon>("7fffffff", oids::polygon), errc::truncated) << "claims more than there is";
    bytes out;
    EXPECT_EQ(encode_binary(path{}, oids::path, out), errc::value_out_of_range);
    EXPECT_EQ(encode_text(polygon{}, out), errc::value_out_of_range);
    EXPECT_TRUE(out.empty());
}

TEST(geometry, malformed_text_is_refused) {
    for (const auto* text : {"", "(1,2", "(1)", "1,2", "(1,2) ", "(1,2,3)", "(,)", "(a,b)", "(1,1e999)"})
        EXPECT_EQ(error_of_text<point>(text, oids::point), errc::invalid_value) << text;
    for (const auto* text : {"[", "[]", "[(1,2),]", "[(1,2))", "((1,2)]", "[(1,2)]x", "(1,2)"})
        EXPECT_EQ(error_of_text<path>(text, oids::path), errc::invalid_value) << text;
}

TEST(geometry, arrays_of_boxes_are_separated_by_semicolons) {
    // select x, encode(array_send(x),'hex') from (select '{(1,2),(3,4);NULL}'::box[] x) s
    expect_forms<std::vector<std::optional<box>>>({"{(3,4),(1,2);NULL}",
                                                   "00000001000000010000025b0000000200000001000000204008000000000000401"
                                                   "00000000000003ff00000000000004000000000000000"
                                                   "ffffffff"});
}

}  // namespace
}  // namespace howdah
