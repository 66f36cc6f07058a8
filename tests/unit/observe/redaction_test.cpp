#include "howdah/observe/redaction.hpp"

#include <gtest/gtest.h>

#include "howdah/observe/json_line.hpp"

namespace howdah {
namespace {

TEST(redaction, parameters_are_masked_and_columns_shown_unless_a_rule_fits) {
    const redaction r;
    EXPECT_EQ(r.of_parameter({.statement = "select $1", .position = 1, .type = "int4"}), masking::full);
    EXPECT_EQ(r.of_column({.type = "text", .table = "users", .column = "email"}), masking::none);
}

TEST(redaction, rules_fit_by_position_type_column_and_statement_and_the_last_decides) {
    redaction r;
    r.parameters({.as = masking::none, .type = "int4"})
        .parameters({.as = masking::hash,
                     .position = 2,
                     .statement = "select name from users where id = $1 and x = $2 and y = 5"})
        .columns({.as = masking::partial, .column = "email"})
        .columns({.as = masking::none, .column = "staff.email"})
        .columns({.as = masking::null, .type = "bytea"});
    const std::string_view statement = "SELECT name FROM users WHERE id=$1 and x = $2 and y = 7";
    EXPECT_EQ(r.of_parameter({.statement = statement, .position = 1, .type = "int4"}), masking::none);
    EXPECT_EQ(r.of_parameter({.statement = statement, .position = 1, .type = "text"}), masking::full);
    EXPECT_EQ(
        r.of_parameter(
            {.statement = "select name from users where id = $1 and x = $2 and y = 7", .position = 2, .type = "int4"}),
        masking::hash);
    EXPECT_EQ(r.of_parameter({.statement = "select $2", .position = 2, .type = "text"}), masking::full);
    EXPECT_EQ(r.of_column({.type = "text", .table = "users", .column = "email"}), masking::partial);
    EXPECT_EQ(r.of_column({.type = "text", .table = "staff", .column = "email"}), masking::none);
    EXPECT_EQ(r.of_column({.type = "text", .table = "", .column = "staff.email"}), masking::none);
    EXPECT_EQ(r.of_column({.type = "bytea", .table = "users", .column = "email"}), masking::null);
}

TEST(redaction, column_is_masked_whatever_the_statement_calls_it) {
    redaction r;
    r.columns({.column = "email"}).columns({.column = "users.name"}).columns({.column = "shop.users.note"});
    EXPECT_EQ(r.of_column({.table = "public.users", .column = "e", .attribute = "email"}), masking::full);
    EXPECT_EQ(r.of_column({.table = "public.users", .column = "email", .attribute = "id"}), masking::full);
    EXPECT_EQ(r.of_column({.table = "public.users", .column = "n", .attribute = "name"}), masking::full);
    EXPECT_EQ(r.of_column({.table = "users", .column = "name"}), masking::full);
    EXPECT_EQ(r.of_column({.table = "public.old_users", .column = "name"}), masking::none);
    EXPECT_EQ(r.of_column({.table = "public.users", .column = "name", .attribute = "id"}), masking::none);
    EXPECT_EQ(r.of_column({.table = "shop.users", .column = "note"}), masking::full);
    EXPECT_EQ(r.of_column({.table = "public.users", .column = "note"}), masking::none);
}

TEST(redaction, shows_no_more_than_the_mask_allows) {
    const redaction r;
    EXPECT_EQ(r.show("secret", masking::none), "secret");
    EXPECT_EQ(r.show("secret", masking::full), "***");
    EXPECT_EQ(r.show("secrets", masking::partial), "***") << "too short to show a part of it";
    EXPECT_EQ(r.show("a longer secret!", masking::partial), "a***!");
    EXPECT_EQ(r.show("\u00e4 longer secret\u00f6", masking::partial), "\u00e4***\u00f6");
    EXPECT_EQ(r.show("secret", masking::null), std::nullopt);
    EXPECT_EQ(r.show(std::nullopt, masking::full), std::nullopt) << "NULL is no secret";
}

TEST(redaction, hash_is_the_same_for_one_value_and_key_only) {
    redaction one, other;
    const auto shown = one.show("4111 1111 1111 1111", masking::hash);
    EXPECT_EQ(shown->size(), 16u);
    EXPECT_EQ(one.show("4111 1111 1111 1111", masking::hash), shown);
    EXPECT_NE(one.show("4111 1111 1111 1112", masking::hash), shown);
    EXPECT_NE(other.show("4111 1111 1111 1111", masking::hash), shown) << "guessing is no use without the key";
    one.hash_with(secret_string{"key"});
    other.hash_with(secret_string{"key"});
    EXPECT_EQ(one.show("x", masking::hash), other.show("x", masking::hash));
}

TEST(redaction, masks_have_names) {
    EXPECT_EQ(masking_of("partial"), masking::partial);
    EXPECT_EQ(masking_of("Partial"), std::nullopt);
    EXPECT_EQ(masking_of(""), std::nullopt);
}

TEST(json_line, stays_one_line_whatever_is_written) {
    const auto line = observe::json_line{}
                          .add("text", "a\nb\r\t\"quoted\" \\ \x1b[31m \u2028 \xff \u00e4 \U0001f418")
                          .add("n", 42)
                          .add("yes", true)
                          .add("seconds", 0.25)
                          .add("nan", 0.0 / 0.0)
                          .add_json("list", "[1]")
                          .finish();
    EXPECT_EQ(line,
              "{\"text\":\"a\\nb\\u000d\\u0009\\\"quoted\\\" \\\\ \\u001b[31m \\u2028 \\ufffd \u00e4 \U0001f418\","
              "\"n\":42,\"yes\":true,\"seconds\":0.25,\"nan\":null,\"list\":[1]}");
}

TEST(json_line, time_is_written_by_rfc_3339) {
    EXPECT_EQ(observe::to_rfc3339(0), "1970-01-01T00:00:00.000000Z");
    EXPECT_EQ(observe::to_rfc3339(1'700'000'000'123'456), "2023-11-14T22:13:20.123456Z");
}

}  // namespace
}  // namespace howdah
