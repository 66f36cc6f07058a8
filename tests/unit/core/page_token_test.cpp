#include "howdah/core/page_token.hpp"

#include <gtest/gtest.h>

#include "howdah/base/error.hpp"

namespace howdah::core {
namespace {

using values = std::vector<std::string>;

const page_tokens tokens{secret_string{"0123456789abcdef"}};

TEST(page_token, gives_back_what_it_was_made_of) {
    for (const auto& v : {values{}, values{""}, values{"Ada", "7"}, values{std::string(1'000, 'x'), "a\nb", "\"'"}}) {
        const auto token = tokens.make(42, v);
        EXPECT_EQ(token.find_first_of("+/= "), std::string::npos) << "it goes into a URL as it is";
        EXPECT_EQ(tokens.read(42, token), v);
    }
}

TEST(page_token, changed_in_any_letter_is_refused) {
    const auto token = tokens.make(42, {"Ada", "7"});
    for (std::size_t i = 0; i < token.size(); ++i) {
        for (const char other : {'A', 'x', '-', '_', '0', '=', '+', ' '}) {
            auto changed = token;
            changed[i] = other;
            if (changed != token) {
                EXPECT_EQ(tokens.read(42, changed), std::nullopt) << changed;
            }
        }
        EXPECT_EQ(tokens.read(42, token.substr(0, i)), std::nullopt) << i;
    }
    EXPECT_EQ(tokens.read(42, token + "A"), std::nullopt);
    EXPECT_EQ(tokens.read(42, token + "="), std::nullopt);
}

TEST(page_token, of_another_statement_or_key_is_refused) {
    const auto token = tokens.make(42, {"Ada"});
    EXPECT_EQ(tokens.read(43, token), std::nullopt);
    EXPECT_EQ(page_tokens{secret_string{"another-key-of-16"}}.read(42, token), std::nullopt);
}

TEST(page_token, key_that_is_short_is_refused) { EXPECT_THROW(page_tokens{secret_string{"0123456789abcde"}}, error); }

}  // namespace
}  // namespace howdah::core
