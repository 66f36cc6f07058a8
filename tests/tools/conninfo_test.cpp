#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/command.hpp"

namespace howdah::tools {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(conninfo_command, prints_what_was_given_in_libpqs_words_and_hides_the_password) {
    const auto said =
        howdah_command({"conninfo", "--given", "postgresql://app:zebra@db1,db2:5433/books?sslmode=require"});
    EXPECT_EQ(said.exit_status, 0) << said.errors;
    EXPECT_EQ(
        said.output,
        "{\"user\":\"app\",\"password\":\"********\",\"dbname\":\"books\",\"host\":\"db1,db2\",\"port\":\",5433\","
        "\"sslmode\":\"require\"}\n");
}

TEST(conninfo_command, shows_the_password_only_when_asked) {
    EXPECT_THAT(howdah_command({"conninfo", "--given", "--show-password", "password=zebra"}).output,
                HasSubstr("\"zebra\""));
}

TEST(conninfo_command, takes_the_environment_unless_told_not_to) {
    EXPECT_THAT(howdah_command({"conninfo", ""}, {{"PGUSER", "from_environment"}}).output,
                HasSubstr("\"user\":\"from_environment\""));
    EXPECT_THAT(howdah_command({"conninfo", "--no-env", ""}, {{"PGUSER", "from_environment"}}).output,
                AllOf(StartsWith("{"), HasSubstr("\"port\":\"5432\""), Not(HasSubstr("from_environment"))));
}

TEST(conninfo_command, names_the_place_that_it_can_not_read_and_no_value) {
    const auto said = howdah_command({"conninfo", "password=zebra no_such_keyword=1"});
    EXPECT_EQ(said.exit_status, 2);
    EXPECT_EQ(said.output, "");
    EXPECT_THAT(said.errors, AllOf(HasSubstr("unknown keyword at character 16"), Not(HasSubstr("zebra"))));
}

}  // namespace
}  // namespace howdah::tools
