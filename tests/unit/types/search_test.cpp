// Text search: tsvector and tsquery.

#include "howdah/types/tsquery.hpp"
#include "howdah/types/tsvector.hpp"
#include "tests/unit/types/forms.hpp"

namespace howdah {
namespace {

using namespace tests;

// select x, encode(tsvectorsend(x),'hex')
constexpr server_forms vectors[] = {
    {"", "00000000"},
    {"'a':1A,2B,3C,4 'b'", "0000000261000004c00180024003000462000000"},
    {R"('back\\slash':16383A 'it''s' 'two words')",
     "000000036261636b5c736c617368000001ffff6974277300000074776f20776f726473000000"},
};

// select x, encode(tsquerysend(x),'hex')
constexpr server_forms queries[] = {
    {"", "00000000"},
    {"'a' & 'b' | !'c'", "00000006020302010100006300020201000062000100006100"},
    {"'a':*AB <-> ( 'b' | 'c' ) <3> 'd'", "0000000702040003010000640002040001020301000063000100006200010c016100"},
    {"!!'a'", "00000003020102010100006100"},
    {"!( 'a' & 'b' )", "000000040201020201000062000100006100"},
    {"'a' <-> 'b' <-> 'c'", "000000050204000101000063000204000101000062000100006100"},
    {"'a' <-> ( 'b' <-> 'c' )", "000000050204000102040001010000630001000062000100006100"},
    {R"('it''s':D & 'back\\s')", "0000000302020100006261636b5c73000101006974277300"},
    {"'a' | 'b' & 'c'", "0000000502030202010000630001000062000100006100"},
    {"( 'a' | 'b' ) & 'c'", "0000000502020100006300020301000062000100006100"},
    {"!( 'a' <-> 'b' )", "0000000402010204000101000062000100006100"},
    {"'a' <0> 'b'", "000000030204000001000062000100006100"},
    {"'a' <16384> 'b'", "000000030204400001000062000100006100"},
    {"( 'a' | 'b' ) <-> ( 'c' & 'd' | 'e' )",
     "000000090204000102030100006500020201000064000100006300020301000062000100006100"},
};

TEST(tsvectors, have_the_servers_forms) {
    for (const auto& each : vectors) {
        expect_forms<tsvector>(each);
        expect_refused_when_cut<tsvector>(each.binary);
    }
}

TEST(tsvectors, hold_lexemes_with_positions_and_weights) {
    const auto read = from_text<tsvector>("fat:2A,4 rat:12c");
    ASSERT_EQ(read.lexemes.size(), 2U);
    EXPECT_EQ(read.lexemes[0].text, "fat");
    EXPECT_EQ(read.lexemes[0].positions,
              (std::vector<tsvector::position>{{2, lexeme_weight::a}, {4, lexeme_weight::d}}));
    EXPECT_EQ(read.lexemes[1].positions, (std::vector<tsvector::position>{{12, lexeme_weight::c}}));
    EXPECT_EQ(from_text<tsvector>("x:20000").lexemes[0].positions[0].number, tsvector::max_position)
        << "as the server does";
}

TEST(tsvectors, malformed_forms_are_refused) {
    const auto error = [](std::string_view digits) { return error_of_binary<tsvector>(digits, oids::tsvector); };
    EXPECT_EQ(error("ffffffff"), errc::invalid_value);
    EXPECT_EQ(error("7fffffff"), errc::truncated) << "claims more lexemes than there are bytes";
    EXPECT_EQ(error("0000000161000100"), errc::invalid_value) << "256 positions";
    for (const auto* text : {"'a", "'a\\", "a:", "a:0", "a:1,", "a:1x", "''", "a:-1"})
        EXPECT_EQ(error_of_text<tsvector>(text, oids::tsvector), errc::invalid_value) << text;
}

TEST(tsvectors, that_the_server_would_misread_are_not_sent) {
    bytes out;
    EXPECT_EQ(encode_binary(tsvector{{{std::string("a\0b", 3), {}}}}, oids::tsvector, out), errc::invalid_encoding);
    EXPECT_EQ(encode_binary(tsvector{{{"a", {{16'384, lexeme_weight::d}}}}}, oids::tsvector, out),
              errc::value_out_of_range);
    EXPECT_EQ(encode_binary(tsvector{{{"a", std::vector<tsvector::position>(256)}}}, oids::tsvector, out),
              errc::value_out_of_range);
    EXPECT_TRUE(out.empty());
}

TEST(tsqueries, have_the_servers_forms) {
    for (const auto& each : queries) {
        expect_forms<tsquery>(each);
        expect_refused_when_cut<tsquery>(each.binary);
    }
}

TEST(tsqueries, are_built_of_lexemes_and_operators) {
    const auto a = tsquery::lexeme("a");
    const auto b = tsquery::lexeme("b", tsquery::match::prefix, 0b1100);
    const auto c = tsquery::lexeme("it's");
    EXPECT_EQ((a & (b | !c)).to_string(), "'a' & ( 'b':*AB | !'it''s' )");
    EXPECT_EQ(tsquery::followed_by(a, tsquery::followed_by(b, c, 2)).to_string(), "'a' <-> ( 'b':*AB <2> 'it''s' )");
    EXPECT_EQ(a & tsquery{}, a);
    EXPECT_EQ((!tsquery{}) | a, a);
    EXPECT_EQ((a & b).nodes().back().what, tsquery::operation::both) << "the root stands last";
}

TEST(tsqueries, that_match_nothing_are_sent_as_text_since_servers_refuse_the_binary_form) {
    EXPECT_EQ(parameter_format(tsquery{}, oids::tsquery), format::text);
    EXPECT_EQ(parameter_format(tsquery::lexeme("a"), oids::tsquery), format::binary);
    EXPECT_EQ(parameter_format(tsquery::lexeme("a"), oids::text), format::text);
}

TEST(tsqueries, are_read_as_people_write_them) {
    EXPECT_EQ(from_text<tsquery>("a<->b&!(c|d)").to_string(), "'a' <-> 'b' & !( 'c' | 'd' )");
    EXPECT_EQ(from_text<tsquery>("((a))  ").to_string(), "'a'");
    EXPECT_EQ(from_text<tsquery>("fat:ab*d").to_string(), "'fat':*ABD");
}

TEST(tsqueries, malformed_text_is_refused) {
    for (const auto* text : {"a b",         "(a", "a)", "()",  "a &",    "& a",  "a:1", "'a",    "a <",    "a <-",
                             "a <16385> b", "!",  "<a", "a!b", "(a)(b)", "'a'b", ":a",  "a:*bx", "a <-> ", "''"})
        EXPECT_EQ(error_of_text<tsquery>(text, oids::tsquery), errc::invalid_value) << text;
}

TEST(tsqueries, malformed_binary_is_refused) {
    const auto error = [](std::string_view digits) { return error_of_binary<tsquery>(digits, oids::tsquery); };
    EXPECT_EQ(error("ffffffff"), errc::truncated) << "claims more nodes than there are bytes";
    EXPECT_EQ(error("000000020201"), errc::truncated);
    EXPECT_EQ(error("000000010201"), errc::invalid_value) << "nothing there to negate";
    EXPECT_EQ(error("0000000202010201"), errc::invalid_value) << "negates nothing";
    EXPECT_EQ(error("0000000201000061000100006200"), errc::invalid_value) << "two trees";
    EXPECT_EQ(error("000000010300"), errc::invalid_value) << "no such item";
    EXPECT_EQ(error("00000003020501000062000100006100"), errc::invalid_value) << "no such operator";
    EXPECT_EQ(error("0000000101100061"
                    "00"),
              errc::invalid_value)
        << "no such weight";
    EXPECT_EQ(error("000000030204400101000062000100006100"), errc::invalid_value) << "a distance of 16385";
}

TEST(tsqueries, nested_deeper_than_any_stack_are_read_and_written) {
    constexpr std::size_t depth = 1'000'000;
    const std::string text = std::string(depth, '!') + "'a'";
    const auto read = from_text<tsquery>(text);
    EXPECT_EQ(read.nodes().size(), depth + 1);
    EXPECT_EQ(to_text_form(read), text);
    EXPECT_EQ(from_binary<tsquery>(to_hex(read)), read);
    EXPECT_EQ(from_text<tsquery>(std::string(depth, '(') + "a" + std::string(depth, ')')).to_string(), "'a'");
}

}  // namespace
}  // namespace howdah
