#include "howdah/sql/result.hpp"

#include <gtest/gtest.h>

#include "howdah/types/types.hpp"
#include "tests/unit/sql/rows.hpp"

namespace howdah {
namespace {

using namespace rows;

std::error_code append_one(result& r, const bytes& row) { return r.append_rows(frame(row), 1); }

std::error_code appended(const bytes& row) {
    result r;
    r.describe(id_and_name());
    return append_one(r, row);
}

template <class F>
std::optional<error> thrown(F&& f) {
    try {
        f();
    } catch (const error& e) {
        return e;
    }
    return std::nullopt;
}

TEST(result, gives_rows_by_number_name_and_iteration) {
    result r;
    r.describe(id_and_name());
    ASSERT_FALSE(append_one(r, body({"1", "Ada"})));
    ASSERT_FALSE(append_one(r, body({"2", std::nullopt})));
    r.complete({.command_tag = "SELECT 2", .rows_affected = 2});
    ASSERT_EQ(r.size(), 2u);
    EXPECT_EQ(r[0]["id"].as<int>(), 1);
    EXPECT_EQ(r[0][1].as<std::string_view>(), "Ada");
    EXPECT_TRUE(r[1]["name"].is_null());
    EXPECT_EQ(r[1]["name"].as<std::optional<std::string>>(), std::nullopt);
    int sum = 0;
    for (const auto row : r) sum += row["id"].as<int>();
    EXPECT_EQ(sum, 3);
    EXPECT_EQ((*(r.end() - 1))["id"].as<int>(), 2);
    EXPECT_EQ(r.rows_affected(), 2u);
}

TEST(result, keeps_many_runs_while_it_grows) {
    result r;
    r.describe(id_and_name());
    for (int i = 0; i < 1'000; ++i) ASSERT_FALSE(append_one(r, body({std::to_string(i), "n" + std::to_string(i)})));
    for (int i = 0; i < 1'000; ++i) {
        ASSERT_EQ(r[static_cast<std::size_t>(i)]["id"].as<int>(), i);
        ASSERT_EQ(r[static_cast<std::size_t>(i)]["name"].as<std::string>(), "n" + std::to_string(i));
    }
}

TEST(result, row_with_fewer_or_more_columns_is_a_violation) {
    EXPECT_FALSE(appended(body({"1", "Ada"})));
    EXPECT_EQ(appended(body({"1"})), errc::protocol_violation);
    EXPECT_EQ(appended(body({"1", "Ada", "x"})), errc::protocol_violation);
    EXPECT_EQ(appended({}), errc::protocol_violation);
}

TEST(result, length_that_is_negative_and_not_null_is_a_violation) {
    for (const std::int32_t length : {-2, -3, std::numeric_limits<std::int32_t>::min()})
        EXPECT_EQ(appended(with_name_length(length)), errc::protocol_violation) << length;
}

TEST(result, length_beyond_or_short_of_the_row_is_a_violation) {
    for (const std::int32_t length : {-1, 0, 2, 4, std::numeric_limits<std::int32_t>::max()})
        EXPECT_EQ(appended(with_name_length(length)), errc::protocol_violation) << length;
    EXPECT_FALSE(appended(with_name_length(3)));
}

TEST(result, row_cut_at_every_byte_is_a_violation) {
    const auto whole = body({"1", "Ada"});
    for (std::size_t n = 0; n < whole.size(); ++n)
        EXPECT_EQ(appended(bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n))),
                  errc::protocol_violation)
            << n;
}

TEST(result, missing_column_names_those_that_are_there) {
    result r;
    r.describe(id_and_name());
    ASSERT_FALSE(append_one(r, body({"1", "Ada"})));
    const auto by_name = thrown([&] { (void)r[0]["email"]; });
    ASSERT_TRUE(by_name);
    EXPECT_EQ(by_name->code(), errc::column_not_found);
    EXPECT_NE(std::string_view{by_name->what()}.find("id, name"), std::string_view::npos) << by_name->what();
    const auto by_number = thrown([&] { (void)r[0][2]; });
    ASSERT_TRUE(by_number);
    EXPECT_EQ(by_number->code(), errc::column_not_found);
}

TEST(result, decoding_errors_name_the_column_and_never_the_value) {
    result r;
    r.describe(id_and_name());
    ASSERT_FALSE(append_one(r, body({std::nullopt, "s3cret"})));
    for (const auto& e : {thrown([&] { (void)r[0]["name"].as<int>(); }), thrown([&] { (void)r[0]["id"].as<int>(); })}) {
        ASSERT_TRUE(e);
        EXPECT_EQ(std::string_view{e->what()}.find("s3cret"), std::string_view::npos) << e->what();
        EXPECT_NE(std::string_view{e->what()}.find("column \""), std::string_view::npos) << e->what();
        EXPECT_EQ(e->fate(), fate::executed);
    }
}

TEST(result, cleared_result_holds_nothing) {
    result r;
    r.describe(id_and_name());
    ASSERT_FALSE(append_one(r, body({"1", "Ada"})));
    r.clear();
    EXPECT_TRUE(r.empty());
    EXPECT_EQ(r.byte_size(), 0u);
    ASSERT_FALSE(append_one(r, body({"2", "Bob"})));
    EXPECT_EQ(r[0]["id"].as<int>(), 2);
}

}  // namespace
}  // namespace howdah
