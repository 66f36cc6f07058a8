#include "howdah/base/errc.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace howdah {
namespace {

const std::string no_text = "unknown error";

TEST(errc, every_code_has_a_text_of_its_own) {
    std::set<std::string> texts;
    int code = 1;
    for (; howdah_category().message(code) != no_text; ++code) {
        EXPECT_TRUE(texts.insert(howdah_category().message(code)).second) << howdah_category().message(code);
    }
    // The codes have no gap, so what stopped the loop is the end of the list.
    EXPECT_GT(code, static_cast<int>(errc::invalid_value));
}

TEST(errc, a_number_that_is_no_code_says_so) { EXPECT_EQ(howdah_category().message(1'000'000), no_text); }

TEST(errc, a_code_becomes_an_error_code_of_howdah_s_category) {
    const std::error_code code = errc::timed_out;
    EXPECT_TRUE(code);
    EXPECT_EQ(code.category(), howdah_category());
    EXPECT_STREQ(code.category().name(), "howdah");
    EXPECT_EQ(code, errc::timed_out);
    EXPECT_NE(code, errc::cancelled);
}

TEST(errc, the_same_number_in_another_category_is_another_code) {
    const std::error_code ours = errc::truncated;
    EXPECT_NE(ours, (std::error_code{static_cast<int>(errc::truncated), std::generic_category()}));
}

}  // namespace
}  // namespace howdah
