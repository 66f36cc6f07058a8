#include "howdah/observe/statement_text.hpp"

#include <gtest/gtest.h>

namespace howdah {
namespace {

std::string text_of(std::string_view statement) { return normalise(statement).text; }

TEST(normalise, literals_go_and_placeholders_and_names_stay) {
    EXPECT_EQ(text_of("SELECT Name, \"Mail\" FROM users1 WHERE id = 42 AND mail = $1"),
              "select name, \"Mail\" from users1 where id = ? and mail = $1");
    EXPECT_EQ(text_of("select 'it''s', E'a\\'b', e'c', $tag$ d $tag$, $$e$$"), "select ?, ...");
    EXPECT_EQ(text_of("select B'101' || X'1F' || N'n' || U&'u'"), "select ? || ? || ? || ?");
    EXPECT_EQ(text_of("select 'a'\n'b' from t"), "select ? ? from t");
}

TEST(normalise, numbers_go_in_every_spelling) {
    for (const auto* number :
         {"0", "42", "4.2", ".5", "1.", "1e5", "1E+10", "1.5e-7", "0x1F", "1_000", "12345678901234567890"}) {
        const auto text = text_of("select " + std::string{number} + " from t");
        EXPECT_TRUE(text == "select ? from t" || text == "select .? from t") << number << ": " << text;
    }
    EXPECT_EQ(text_of("select 1-2, a1, 3+b"), "select ?-?, a1, ?+b");
    EXPECT_EQ(text_of("select 1e -5"), "select ? -?");
    EXPECT_EQ(text_of("select 0x1e+5"), "select ?+?");
}

TEST(normalise, lists_of_any_length_are_one) {
    EXPECT_EQ(text_of("select * from t where id in (1)"), "select * from t where id in (?)");
    EXPECT_EQ(text_of("select * from t where id in (1,2)"), "select * from t where id in (?, ...)");
    EXPECT_EQ(text_of("select * from t where id in (1, 2, 3 , 'four')"), "select * from t where id in (?, ...)");
    EXPECT_EQ(text_of("select 1, a, 2, 3, b"), "select ?, a, ?, ..., b");
    EXPECT_EQ(normalise("select 1 where x in (1,2)").hash, normalise("SELECT 7\n where X in (5,6,7)").hash);
    EXPECT_NE(normalise("select 1 where x = 1").hash, normalise("select 1 where y = 1").hash);
}

TEST(normalise, comments_and_white_space_become_one_blank) {
    EXPECT_EQ(text_of("  select -- secret\n 1 /* secret /* nested */ */\t\r\nfrom t"), "select ? from t");
}

TEST(normalise, what_is_unterminated_or_wrong_shows_nothing_of_itself) {
    EXPECT_EQ(text_of("select 'secret"), "select ?");
    EXPECT_EQ(text_of("select \"secret"), "select ?");
    EXPECT_EQ(text_of("select $tag$secret"), "select ?");
    EXPECT_EQ(text_of("select 1 /* secret"), "select ?");
    EXPECT_EQ(text_of("select $99999 secret"), "select ?");
    EXPECT_EQ(text_of("select E'secret\\"), "select ?");
    EXPECT_EQ(text_of(""), "");
}

TEST(normalise, long_statement_is_cut_and_says_how_long_it_was) {
    std::string statement = "select";
    while (statement.size() < 10'000'000) statement += " \u00e4\u00f6\u00fc,";
    const auto n = normalise(statement, 100);
    EXPECT_TRUE(n.cut);
    EXPECT_LE(n.text.size(), 100u);
    EXPECT_EQ(n.shown(), n.text + "... (" + std::to_string(statement.size()) + " bytes)");
    EXPECT_NE(static_cast<unsigned char>(n.text.back()) & 0xc0, 0xc0) << "cut in the middle of a character";
    EXPECT_FALSE(normalise("select '" + std::string(10'000'000, 'x') + "'", 100).cut) << "a literal is short";
}

TEST(normalise, fingerprint_is_the_hash_in_hexadecimal) {
    const auto n = normalise("select 1");
    EXPECT_EQ(n.fingerprint().size(), 16u);
    EXPECT_EQ(std::stoull(n.fingerprint(), nullptr, 16), n.hash);
}

}  // namespace
}  // namespace howdah
