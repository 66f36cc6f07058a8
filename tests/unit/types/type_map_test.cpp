#include "howdah/types/type_map.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "forms.hpp"
#include "howdah/types/types.hpp"

namespace howdah::tests {

enum class feeling : std::uint8_t { sad, happy };

}  // namespace howdah::tests

template <>
struct howdah::enum_labels<howdah::tests::feeling> {
    using feeling = howdah::tests::feeling;
    static constexpr enum_label<feeling> values[] = {{feeling::sad, "sad"}, {feeling::happy, "happy"}};
};

namespace howdah::tests {
namespace {

constexpr oid mood_type{20'001};
constexpr oid moods_type{20'002};
constexpr oid positive_type{20'003};
constexpr oid positives_type{20'004};
constexpr oid address_type{20'005};
constexpr oid float_range_type{20'006};
constexpr oid small_positive_type{20'007};
constexpr oid circle_type{20'008};

struct address {
    std::string street;
    int number = 0;
    std::optional<feeling> mood;

    friend bool operator==(const address&, const address&) = default;
};

type_description described(oid type, const char* name, type_kind kind) {
    type_description d;
    d.type = type;
    d.name = name;
    d.kind = kind;
    return d;
}

type_map database() {
    type_map out;
    auto mood = described(mood_type, "mood", type_kind::enumeration);
    mood.array = moods_type;
    out.insert(mood);
    auto moods = described(moods_type, "mood[]", type_kind::base);
    moods.element = mood_type;
    out.insert(moods);
    auto positive = described(positive_type, "positive", type_kind::domain);
    positive.base = oids::int4;
    out.insert(positive);
    auto small = described(small_positive_type, "small_positive", type_kind::domain);
    small.base = positive_type;
    out.insert(small);
    auto positives = described(positives_type, "positive[]", type_kind::base);
    positives.element = positive_type;
    out.insert(positives);
    auto place = described(address_type, "address", type_kind::composite);
    place.attributes = {{"street", oids::text}, {"number", positive_type}, {"mood", mood_type}};
    out.insert(place);
    auto floats = described(float_range_type, "float_range", type_kind::range);
    floats.bound = oids::float8;
    out.insert(floats);
    auto circle = described(circle_type, "circle", type_kind::domain);
    circle.base = circle_type;
    out.insert(circle);
    return out;
}

const type_map& catalog() {
    static const type_map made = database();
    return made;
}

type_ref ref(oid type) { return {type, &catalog()}; }

template <class T>
std::string to_hex_as(const T& value, oid type) {
    bytes out;
    EXPECT_EQ(encode_binary(value, ref(type), out), std::error_code{});
    return hex(out);
}

template <class T>
std::error_code decode_known(std::string_view digits, oid type, T& out) {
    const bytes data = unhex(digits);
    auto in = binary_field(data, type);
    in.known = &catalog();
    return decode(in, out);
}

TEST(type_map, what_a_type_is_made_of_is_found_through_it) {
    EXPECT_EQ(ref(moods_type).element().type, mood_type);
    EXPECT_EQ(ref(small_positive_type).base().type, oids::int4);
    EXPECT_EQ(ref(float_range_type).bound().type, oids::float8);
    EXPECT_EQ(ref(oids::int4_array).element().type, oids::int4) << "built-in types need no catalog";
    EXPECT_EQ(ref(oid{30'000}).element().type, oid{});
    EXPECT_EQ(ref(oid{30'000}).name(), "oid 30000");
    EXPECT_EQ(ref(moods_type).name(), "mood[]");
}

TEST(type_map, a_domain_that_is_its_own_base_does_not_hang) { EXPECT_EQ(ref(circle_type).base().type, circle_type); }

TEST(type_map, a_domain_travels_as_its_base_type) {
    EXPECT_EQ(to_hex_as(7, small_positive_type), "00000007");
    int read = 0;
    EXPECT_EQ(decode_known("00000007", small_positive_type, read), std::error_code{});
    EXPECT_EQ(read, 7);
    EXPECT_EQ(error_of_binary<int>("00000007", small_positive_type), errc::type_mismatch) << "without the catalog";
}

TEST(type_map, an_array_of_a_domain_names_the_domain) {
    const std::vector<int> two{1, 2};
    const auto server = "0000000100000000"
                        "00004e23"
                        "0000000200000001"
                        "0000000400000001"
                        "0000000400000002";
    EXPECT_EQ(parameter_format(two, ref(positives_type)), format::binary);
    EXPECT_EQ(to_hex_as(two, positives_type), server);
    std::vector<int> read;
    EXPECT_EQ(decode_known(server, positives_type, read), std::error_code{});
    EXPECT_EQ(read, two);
}

TEST(type_map, a_composite_names_its_columns_types) {
    const address home{.street = "Ring", .number = 5, .mood = std::nullopt};
    const auto server = "00000003"
                        "00000019"
                        "00000004"
                        "52696e67"
                        "00004e23"
                        "00000004"
                        "00000005"
                        "00004e21"
                        "ffffffff";
    EXPECT_EQ(parameter_format(home, address_type), format::text) << "without the catalog";
    EXPECT_EQ(parameter_format(home, ref(address_type)), format::binary);
    EXPECT_EQ(to_hex_as(home, address_type), server);
    EXPECT_EQ(result_format<address>(ref(address_type)), format::binary);
    EXPECT_EQ(result_format<address>(address_type), format::text);
    address read;
    EXPECT_EQ(decode_known(server, address_type, read), std::error_code{});
    EXPECT_EQ(read, home);
}

struct two_columns {
    int a = 0, b = 0;
};

TEST(type_map, a_composite_of_another_number_of_columns_is_not_sent_in_binary) {
    EXPECT_EQ(parameter_format(two_columns{}, ref(address_type)), format::text);
    bytes out;
    EXPECT_EQ(encode_binary(two_columns{}, ref(address_type), out), errc::parameter_type_mismatch);
    EXPECT_TRUE(out.empty());
}

TEST(type_map, a_range_made_in_the_database_travels_in_binary) {
    const range<double> from{.lower = 1.5, .upper = std::nullopt};
    EXPECT_EQ(parameter_format(from, float_range_type), format::text) << "without the catalog";
    EXPECT_EQ(parameter_format(from, ref(float_range_type)), format::binary);
    EXPECT_EQ(to_hex_as(from, float_range_type), "12"
                                                 "00000008"
                                                 "3ff8000000000000");
    range<double> read;
    EXPECT_EQ(decode_known("12"
                           "00000008"
                           "3ff8000000000000",
                           float_range_type, read),
              std::error_code{});
    EXPECT_EQ(read.lower, 1.5);
}

TEST(type_map, enums_and_their_arrays_become_values) {
    value read;
    EXPECT_EQ(decode_known("736164", mood_type, read), std::error_code{});
    EXPECT_EQ(read.as<std::string>(), "sad");
    field array = text_field("{sad,NULL}", moods_type);
    array.known = &catalog();
    EXPECT_EQ(decode(array, read), std::error_code{});
    const auto* held = read.get_if<value_array>();
    ASSERT_NE(held, nullptr);
    EXPECT_EQ(held->elements.at(0), value{"sad"});
    EXPECT_TRUE(held->elements.at(1).is_null());
}

}  // namespace
}  // namespace howdah::tests
