#include "howdah/wire/md5.hpp"

#include <gtest/gtest.h>

namespace howdah::wire {
namespace {

TEST(md5, response_is_the_one_that_postgresql_computes) {
    // PostgreSQL 15: select 'md5' || md5(md5('secret' || 'app')::bytea || '\x01020304')
    const auto response = md5_response("app", secret_string{"secret"}, as_bytes("\x01\x02\x03\x04"));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->reveal(), "md5911f527656472583a006e7727877b33e");
}

TEST(md5, salt_may_hold_any_byte) {
    const auto response = md5_response("app", secret_string{"secret"}, as_bytes(std::string_view{"\0\xff\0\x80", 4}));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->reveal(), "md53c80fcc350df98a6a0b374dcd5aeccd3");
}

}  // namespace
}  // namespace howdah::wire
