#include "howdah/base/sqlstate.hpp"

#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <string_view>

#include "howdah/base/generated/sqlstates.hpp"

namespace howdah {
namespace {

static_assert(unique_violation == sqlstate{"23505"});
static_assert(unique_violation.category() == "23");
static_assert(sqlstate{}.empty());
static_assert(!successful_completion.empty());

struct name_of_code {
    sqlstate state;
    std::string_view name;
};

constexpr name_of_code known[] = {
#include "howdah/base/generated/sqlstate_names.inc"
};

TEST(sqlstate, text_that_has_not_five_characters_is_none) {
    for (const auto* text : {"", "2350", "235051"}) {
        EXPECT_TRUE(sqlstate{text}.empty()) << text;
        EXPECT_EQ(sqlstate{text}.text(), "");
        EXPECT_EQ(sqlstate{text}.category(), "");
        EXPECT_EQ(sqlstate{text}.name(), "");
    }
}

TEST(sqlstate, every_known_code_finds_its_name) {
    EXPECT_GT(std::size(known), 250U);
    for (const auto& [state, name] : known) EXPECT_EQ(state.name(), name) << state.text();
}

TEST(sqlstate, names_are_those_of_pl_pgsql) {
    EXPECT_EQ(sqlstate{"40001"}.name(), "serialization_failure");
    EXPECT_EQ(sqlstate{"40P01"}.name(), "deadlock_detected");
    EXPECT_EQ(sqlstate{"57P01"}.name(), "admin_shutdown");
    EXPECT_EQ(sqlstate{"XX000"}.name(), "internal_error");
    EXPECT_EQ(sqlstate{"42P01"}.name(), "undefined_table");
}

TEST(sqlstate, codes_that_only_some_versions_send_have_names) {
    EXPECT_EQ(snapshot_too_old.name(), "snapshot_too_old");        // up to 16
    EXPECT_EQ(transaction_timeout.name(), "transaction_timeout");  // from 17 on
    EXPECT_EQ(file_name_too_long.name(), "file_name_too_long");    // 18
}

TEST(sqlstate, codes_that_share_a_name_are_told_apart_by_their_class) {
    EXPECT_EQ(string_data_right_truncation.text(), "22001");
    EXPECT_EQ(warning_string_data_right_truncation.text(), "01004");
    EXPECT_EQ(warning_string_data_right_truncation.name(), string_data_right_truncation.name());
}

TEST(sqlstate, a_code_before_between_and_behind_the_known_ones_has_no_name) {
    EXPECT_EQ(sqlstate{"!!!!!"}.name(), "");
    EXPECT_EQ(sqlstate{"40P99"}.name(), "");
    EXPECT_EQ(sqlstate{"ZZZZZ"}.name(), "");
}

TEST(sqlstate, an_error_code_compares_with_the_names) {
    const std::error_code code = unique_violation;
    EXPECT_TRUE(code);
    EXPECT_EQ(code, unique_violation);
    EXPECT_NE(code, foreign_key_violation);
    EXPECT_EQ(code.category(), sqlstate_category());
    EXPECT_STREQ(code.category().name(), "sqlstate");
}

TEST(sqlstate, an_error_code_s_message_is_the_name) {
    EXPECT_EQ(make_error_code(unique_violation).message(), "unique_violation");
}

TEST(sqlstate, an_error_code_s_message_of_an_unknown_state_is_its_text) {
    EXPECT_EQ(make_error_code(sqlstate{"ZZ9Z0"}).message(), "SQLSTATE ZZ9Z0");
}

TEST(sqlstate, no_two_known_codes_become_one_error_code) {
    std::map<int, std::string_view> seen;
    for (const auto& [state, name] : known) {
        const auto [at, fresh] = seen.emplace(make_error_code(state).value(), state.text());
        EXPECT_TRUE(fresh) << state.text() << " and " << at->second;
    }
}

TEST(sqlstate, only_successful_completion_is_no_error) {
    for (const auto& [state, name] : known)
        EXPECT_EQ(static_cast<bool>(make_error_code(state)), state != successful_completion) << state.text();
}

TEST(sqlstate, a_state_of_other_characters_is_an_error_and_malformed) {
    for (const auto* text : {"abcde", "2350\x01", "23 05", "\xff\xff\xff\xff\xff"}) {
        EXPECT_TRUE(make_error_code(sqlstate{text}));
        EXPECT_EQ(make_error_code(sqlstate{text}).message(), "malformed SQLSTATE");
    }
}

TEST(sqlstate, none_is_an_error_and_malformed) { EXPECT_TRUE(make_error_code(sqlstate{})); }

}  // namespace
}  // namespace howdah
