#include "howdah/types/composite.hpp"

#include "howdah/types/array.hpp"
#include "howdah/types/describe.hpp"
#include "howdah/types/enums.hpp"
#include "howdah/types/integers.hpp"
#include "howdah/types/text.hpp"
#include "tests/unit/types/forms.hpp"

namespace howdah {
namespace {

struct address {
    std::optional<std::string> street;
    std::int32_t number = 0;
    std::optional<std::string> note;

    friend bool operator==(const address&, const address&) = default;
};

struct nested {
    address home;
    std::vector<std::int32_t> numbers;

    friend bool operator==(const nested&, const nested&) = default;
};

struct two_numbers {
    std::int32_t first = 0;
    std::optional<std::int64_t> second;

    friend bool operator==(const two_numbers&, const two_numbers&) = default;
};

enum class mood { sad, happy, unlabelled };
enum class colour { red, green };
BOOST_DESCRIBE_ENUM(colour, red, green)

class described {
public:
    described() = default;
    described(int first, std::string second) : a{first}, b{std::move(second)} {}
    int a = 0;
    std::string b;

private:
    BOOST_DESCRIBE_CLASS(described, (), (a, b), (), ())
};

constexpr oid made_in_the_database{16'384};

}  // namespace

template <>
struct enum_labels<mood> {
    static constexpr enum_label<mood> values[] = {{mood::sad, "sad"}, {mood::happy, "happy"}};
};

namespace {

using namespace tests;

TEST(composites, have_the_servers_text_form) {
    // create type addr as (street text, no int, note text);
    // select row('a b',1,null)::addr::text, row('q"x,)(\',2,'')::addr::text
    const address plain{"a b", 1, std::nullopt};
    const address quoted{"q\"x,)(\\", 2, ""};
    EXPECT_EQ(to_text_form(plain), R"(("a b",1,))");
    EXPECT_EQ(to_text_form(quoted), R"(("q""x,)(\\",2,""))");
    EXPECT_EQ(from_text<address>(R"(("a b",1,))", made_in_the_database), plain);
    EXPECT_EQ(from_text<address>(R"(("q""x,)(\\",2,""))", made_in_the_database), quoted);
    EXPECT_EQ(from_text<address>("(,7,x)", oids::record), (address{std::nullopt, 7, "x"}));
}

TEST(composites, read_the_binary_form) {
    // select encode(record_send(row('a b',1,null)::addr),'hex')
    constexpr std::string_view binary = "00000003000000190000000361206200000017000000040000000100000019ffffffff";
    EXPECT_EQ(from_binary<address>(binary, made_in_the_database), (address{"a b", 1, std::nullopt}));
    expect_refused_when_cut<address>(binary, made_in_the_database);
    EXPECT_EQ(error_of_binary<address>(binary, oids::text), errc::type_mismatch);
    EXPECT_EQ(error_of_binary<two_numbers>(binary, made_in_the_database), errc::column_count_mismatch);
}

TEST(composites, malformed_binary_is_refused) {
    const auto error = [](std::string_view digits) {
        return error_of_binary<two_numbers>(digits, made_in_the_database);
    };
    EXPECT_EQ(error("ffffffff"), errc::column_count_mismatch) << "-1 columns";
    EXPECT_EQ(error("7fffffff"), errc::column_count_mismatch);
    EXPECT_EQ(error("00000002"
                    "00000017"
                    "fffffffe"),
              errc::invalid_value)
        << "length -2";
    EXPECT_EQ(error("00000002"
                    "00000017"
                    "7fffffff"
                    "00"),
              errc::truncated)
        << "length 2^31-1";
    EXPECT_EQ(error("00000002"
                    "00000017"
                    "ffffffff"
                    "00000017"
                    "ffffffff"),
              errc::unexpected_null);
    EXPECT_EQ(error("00000002"
                    "00000017"
                    "0000000400000001"
                    "00000019"
                    "0000000131"),
              errc::type_mismatch);
}

TEST(composites, malformed_text_is_refused) {
    for (const auto* text : {"", "(", ")", "1,2", "(1,2", "1,2)", "(\"1,2)", "(1,2\\)", "(1,2)x", "(1,2))", "(1,2)(3)"})
        EXPECT_EQ(error_of_text<two_numbers>(text, made_in_the_database), errc::invalid_value) << text;
    for (const auto* text : {"(1)", "(1,2,3)", "(1,2,)"})
        EXPECT_EQ(error_of_text<two_numbers>(text, made_in_the_database), errc::column_count_mismatch) << text;
    EXPECT_EQ(from_text<two_numbers>("(1,2)", made_in_the_database), (two_numbers{1, 2}));
    EXPECT_EQ(error_of_text<two_numbers>("(,2)", made_in_the_database), errc::unexpected_null);
}

TEST(composites, nest_in_composites_and_arrays) {
    const nested value{{"a \"b\"", 1, ""}, {1, 2}};
    const auto text = to_text_form(value);
    EXPECT_EQ(text, R"x(("(""a """"b"""""",1,"""")","{1,2}"))x");
    EXPECT_EQ(from_text<nested>(text, made_in_the_database), value);
    // select array[row('a b',1,null)::addr, null]::text
    using addresses = std::vector<std::optional<address>>;
    const addresses list{address{"a b", 1, std::nullopt}, std::nullopt};
    EXPECT_EQ(to_text_form(list), R"x({"(\"a b\",1,)",NULL})x");
    EXPECT_EQ(from_text<addresses>(R"x({"(\"a b\",1,)",NULL})x", oid{16'385}), list);
}

TEST(composites, are_sent_as_text_and_asked_for_as_their_members_need) {
    EXPECT_EQ(parameter_format(two_numbers{}, made_in_the_database), format::text);
    EXPECT_FALSE(wants_text_result<two_numbers>);
    EXPECT_TRUE(wants_text_result<address>);
    EXPECT_TRUE(wants_text_result<std::vector<nested>>);
    EXPECT_TRUE(types::composite<address>);
    EXPECT_FALSE(types::composite<std::string>);
    EXPECT_FALSE(field_type<address>) << "as a row it is the columns";
    EXPECT_TRUE(parameter_type<address> && field_type<std::optional<address>> && field_type<std::vector<address>>);
}

TEST(enums, go_by_their_labels) {
    EXPECT_EQ(to_text_form(mood::happy), "happy");
    EXPECT_EQ(to_hex(mood::sad, made_in_the_database), "736164");
    EXPECT_EQ(from_text<mood>("sad", made_in_the_database), mood::sad);
    EXPECT_EQ(from_binary<mood>("6861707079", made_in_the_database), mood::happy);
    EXPECT_EQ(from_text<mood>("sad", oids::text), mood::sad);
    EXPECT_EQ(error_of_text<mood>("Sad", made_in_the_database), errc::invalid_value);
    EXPECT_EQ(error_of_binary<mood>("00000000", oids::int4), errc::type_mismatch);
    bytes out;
    EXPECT_EQ(encode_text(mood::unlabelled, out), errc::value_out_of_range);
    // select encode(array_send(array['sad','happy']::mood[]),'hex')
    EXPECT_EQ(from_binary<std::vector<mood>>("0000000100000000000040090000000200000001000000037361640000000568617070"
                                             "79",
                                             oid{16'394}),
              (std::vector{mood::sad, mood::happy}));
    EXPECT_EQ(to_text_form(std::vector{mood::sad}), "{sad}");
}

TEST(enums, described_ones_need_no_more) {
    EXPECT_EQ(to_text_form(colour::green), "green");
    EXPECT_EQ(from_text<colour>("red", made_in_the_database), colour::red);
}

TEST(composites, described_classes_need_no_more) {
    EXPECT_EQ(to_text_form(described{1, "x y"}), R"((1,"x y"))");
    const auto read = from_text<described>("(2,z)", made_in_the_database);
    EXPECT_EQ(read.a, 2);
    EXPECT_EQ(read.b, "z");
    EXPECT_TRUE(wants_text_result<described>);
}

}  // namespace
}  // namespace howdah
