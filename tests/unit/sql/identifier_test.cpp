#include "howdah/sql/identifier.hpp"

#include <gtest/gtest.h>

#include "howdah/base/error.hpp"

namespace howdah {
namespace {

TEST(identifier, quotes_inside_are_doubled) {
    EXPECT_EQ(quoted_identifier("plain"), "\"plain\"");
    EXPECT_EQ(quoted_identifier("a \"b\"; drop table t"), "\"a \"\"b\"\"; drop table t\"");
}

TEST(identifier, that_is_empty_or_has_a_nul_is_refused) {
    EXPECT_THROW(quoted_identifier(""), error);
    EXPECT_THROW(quoted_identifier(std::string_view{"a\0b", 3}), error);
}

}  // namespace
}  // namespace howdah
