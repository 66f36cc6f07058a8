// After a rotation the old password is nowhere: not in the process's memory, not in what it says.

#include <gmock/gmock.h>

#include "howdah/testing/process.hpp"
#include "howdah/testing/server.hpp"
#include "role.hpp"

namespace howdah::test {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

std::string hexadecimal(const std::string& text) {
    std::string out;
    for (const char c : text) {
        out += "0123456789abcdef"[c >> 4];
        out += "0123456789abcdef"[c & 15];
    }
    return out;
}

void rotate(const std::string& dsn, const std::string& superuser, const std::string& old_password) {
    const std::string new_password = "the-new-one-of-" + old_password.substr(0, 3) + "-tomorrow";
    for (const auto* driver : {"blocking", "async"}) {
        const role someone{old_password, superuser};
        const auto ran = testing::run({.arguments = {ROTATED_PASSWORD, driver, dsn, superuser, someone.name(),
                                                     hexadecimal(old_password), hexadecimal(new_password)}},
                                      {}, std::chrono::seconds{60});
        const auto said = ran.output + ran.errors;
        EXPECT_EQ(ran.exit_status, 0) << said;
        EXPECT_THAT(said, Not(HasSubstr(old_password)));
        EXPECT_THAT(said, Not(HasSubstr(new_password)));
        EXPECT_THAT(said, HasSubstr("error: "));
        // While it is in use it is kept for the next connect, and found: so it would be afterwards.
        EXPECT_THAT(said, ContainsRegex("before: old [1-9]")) << driver;
        EXPECT_THAT(said, HasSubstr("after: old 0\nnew ")) << driver;
    }
}

TEST(rotated_password, is_not_in_memory_or_output_after_scram) {
    rotate(dsn(), testing::shared_server().superuser_dsn, "a-rotated-password-of-forty-characters-x");
}

TEST(rotated_password, that_fits_into_a_string_s_own_memory_is_not_left_there) {
    rotate(dsn(), testing::shared_server().superuser_dsn, "short-zebra");
}

TEST(rotated_password, is_not_in_memory_or_output_after_it_went_over_tls_in_clear) {
    static testing::server rds{{.tls = true, .auth = testing::auth::password}};
    rotate(rds.dsn(testing::route::tls), rds.superuser_dsn(), "a-rotated-password-of-forty-characters-y");
}

}  // namespace
}  // namespace howdah::test
