#include "howdah/sql/parameters.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "howdah/types/types.hpp"

namespace howdah {
namespace {

using namespace std::string_view_literals;

template <class T>
std::string bound(const T& value, oid target, enum format as) {
    const auto kept = keep_parameters(value);
    bytes out;
    EXPECT_FALSE(append_parameter(kept.views()[0], target, as, out));
    return std::string{as_text(out)};
}

TEST(parameters, value_travels_with_its_length_in_front) {
    EXPECT_EQ(bound(1, oids::int4, format::binary), "\0\0\0\4\0\0\0\1"sv);
    EXPECT_EQ(bound(-12, oids::int4, format::text), "\0\0\0\3-12"sv);
    EXPECT_EQ(bound(std::string{"abc"}, oids::text, format::binary), "\0\0\0\3abc"sv);
    EXPECT_EQ(bound(std::string{}, oids::text, format::binary), "\0\0\0\0"sv);
}

TEST(parameters, null_is_the_length_minus_one) {
    EXPECT_EQ(bound(std::optional<int>{}, oids::int4, format::binary), "\xff\xff\xff\xff"sv);
}

TEST(parameters, int64_fits_a_narrower_type_if_its_value_does) {
    EXPECT_EQ(bound(std::int64_t{5}, oids::int2, format::binary), "\0\0\0\2\0\5"sv);
    const auto kept = keep_parameters(std::int64_t{70'000});
    bytes out;
    EXPECT_EQ(append_parameter(kept.views()[0], oids::int2, format::binary, out), errc::value_out_of_range);
}

TEST(parameters, rvalues_are_kept_and_lvalues_are_viewed) {
    std::string lvalue = "one";
    const auto kept = keep_parameters(lvalue, std::string{"two"}, "three");
    lvalue = "changed";
    const auto views = kept.views();
    EXPECT_EQ(views[0].value, &lvalue);
    EXPECT_EQ(*static_cast<const std::string*>(views[1].value), "two");
    EXPECT_EQ(*static_cast<const std::string_view*>(views[2].value), "three");
}

TEST(parameters, containers_are_moved_in_and_not_copied) {
    std::vector<int> numbers{1, 2, 3};
    const auto* data = numbers.data();
    const auto kept = keep_parameters(std::move(numbers));
    EXPECT_EQ(static_cast<const std::vector<int>*>(kept.views()[0].value)->data(), data);
}

TEST(parameters, error_names_place_and_types_and_never_the_value) {
    const auto kept = keep_parameters(std::string{"s3cret"});
    const auto e = parameter_error(errc::parameter_type_mismatch, 1, kept.views()[0], oids::int4);
    const std::string_view what{e.what()};
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_NE(what.find("$2"), std::string_view::npos) << what;
    EXPECT_NE(what.find("int4"), std::string_view::npos) << what;
    EXPECT_EQ(what.find("s3cret"), std::string_view::npos) << what;
}

}  // namespace
}  // namespace howdah
