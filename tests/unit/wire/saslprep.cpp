#include "howdah/wire/saslprep.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace howdah::wire {
namespace {

std::string prepared(std::string_view password) { return std::string{saslprep(secret_string{password}).reveal()}; }

// RFC 4013, section 3.
TEST(saslprep, soft_hyphen_is_mapped_to_nothing) { EXPECT_EQ(prepared("I\u00adX"), "IX"); }
TEST(saslprep, ascii_is_left_alone) { EXPECT_EQ(prepared("user"), "user"); }
TEST(saslprep, case_is_preserved) { EXPECT_EQ(prepared("USER"), "USER"); }
TEST(saslprep, feminine_ordinal_is_normalised) { EXPECT_EQ(prepared("\u00aa"), "a"); }
TEST(saslprep, roman_numeral_is_normalised) { EXPECT_EQ(prepared("\u2168"), "IX"); }
TEST(saslprep, prohibited_character_leaves_the_password_as_it_is) { EXPECT_EQ(prepared("\x07"), "\x07"); }
TEST(saslprep, mixed_directions_leave_the_password_as_it_is) { EXPECT_EQ(prepared("\u06271"), "\u06271"); }

// PostgreSQL's src/test/authentication/t/002_saslprep.pl and what its saslprep.c does.
TEST(saslprep, ascii_with_a_control_character_is_left_alone) {
    EXPECT_EQ(prepared("foo\x07"
                       "bar"),
              "foo\x07"
              "bar");
}
TEST(saslprep, prohibited_character_beside_others_leaves_all_as_it_is) {
    EXPECT_EQ(prepared("\u00aa\x07"), "\u00aa\x07");
}
TEST(saslprep, other_spaces_become_a_space) { EXPECT_EQ(prepared("a\u00a0b\u3000c"), "a b c"); }
TEST(saslprep, nothing_left_leaves_the_password_as_it_is) { EXPECT_EQ(prepared("\u00ad"), "\u00ad"); }
TEST(saslprep, invalid_utf8_leaves_the_password_as_it_is) { EXPECT_EQ(prepared("ab\xe2\x85"), "ab\xe2\x85"); }
TEST(saslprep, unassigned_character_leaves_the_password_as_it_is) {
    EXPECT_EQ(prepared("\u0221\u00aa"), "\u0221\u00aa");
}
TEST(saslprep, composed_and_decomposed_letters_become_one) { EXPECT_EQ(prepared("u\u0308"), prepared("\u00fc")); }
TEST(saslprep, direction_is_judged_before_normalisation_as_the_server_does) {
    EXPECT_EQ(prepared("\u2135x"), "\u05d0x");
}
TEST(saslprep, ideographs_are_normalised_by_unicode_s_corrigendum_4) {
    EXPECT_EQ(prepared("\U0002f868\U0002f874\U0002f91f\U0002f95f\U0002f9bf"), "\u36fc\u5f53\U000243ab\u7aee\u45d7");
}
TEST(saslprep, longest_expansion_fits) {
    std::string ligatures;
    for (int i = 0; i < 100; ++i) ligatures += "\ufdfa";
    EXPECT_GT(prepared(ligatures).size(), ligatures.size() * 10);
}
TEST(saslprep, empty_password_stays_empty) { EXPECT_EQ(prepared(""), ""); }

}  // namespace
}  // namespace howdah::wire
