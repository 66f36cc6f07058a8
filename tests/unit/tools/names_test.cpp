#include "howdah/tools/names.hpp"

#include <gtest/gtest.h>

namespace howdah::tools {
namespace {

using names = std::vector<std::string>;

TEST(names, without_quotes_are_folded_as_the_server_does) {
    EXPECT_EQ(read_names("Shop.Book_1$", '.'), (names{"shop", "book_1$"}));
    EXPECT_EQ(read_names("straße", '.'), names{"straße"});
}

TEST(names, in_quotes_are_as_they_are) {
    EXPECT_EQ(read_names(R"("Odd.Name"."say ""hi""")", '.'), (names{"Odd.Name", "say \"hi\""}));
    EXPECT_EQ(read_names(R"( a, "B c" ,d )", ','), (names{"a", "B c", "d"}));
}

TEST(names, that_sql_would_not_read_are_none) {
    for (const auto* text : {"", " ", ".", "a.", ".a", "a..b", "1a", "a-b", "a b", "\"", "\"a", "\"\"", "select 1",
                             "a; drop table b", "a\"b\"", "(a)"})
        EXPECT_EQ(read_names(text, '.'), std::nullopt) << text;
}

}  // namespace
}  // namespace howdah::tools
