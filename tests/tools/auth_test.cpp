#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/command.hpp"
#include "tests/unit/auth/generated/rds_tokens.hpp"
#include "tests/unit/auth/surroundings.hpp"

namespace howdah::tools {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> words_of(const test::rds_case& c) {
    return {"auth",   "rds-token", "--host",   c.host,   "--port", std::to_string(c.port),
            "--user", c.user,      "--region", c.region, "--time", c.time};
}

TEST(auth, rds_token_is_what_aws_s_own_signer_makes) {
    for (const auto& c : test::rds_cases) {
        const auto said = howdah_command(
            words_of(c),
            {{"AWS_ACCESS_KEY_ID", c.key_id}, {"AWS_SECRET_ACCESS_KEY", c.secret}, {"AWS_SESSION_TOKEN", c.session}});
        EXPECT_EQ(said.exit_status, 0) << said.errors;
        EXPECT_EQ(said.output, std::string{c.token} + '\n') << c.name;
    }
}

TEST(auth, rds_token_takes_keys_and_region_from_a_profile) {
    const auto& c = test::rds_cases[1];
    const test::folder_of_files files;
    const std::map<std::string, std::string> environment{
        {"AWS_ACCESS_KEY_ID", "AKIDOTHER"},
        {"AWS_SECRET_ACCESS_KEY", "other"},
        {"AWS_REGION", ""},
        {"AWS_DEFAULT_REGION", ""},
        {"AWS_SHARED_CREDENTIALS_FILE", files.write("credentials", "[p]\naws_access_key_id = " + std::string{c.key_id} +
                                                                       "\naws_secret_access_key = " + c.secret +
                                                                       "\naws_session_token = " + c.session + "\n")},
        {"AWS_CONFIG_FILE", files.write("config", "[profile p]\nregion = " + std::string{c.region} + "\n")}};
    const auto said = howdah_command(
        {"auth", "rds-token", "--host", c.host, "--user", c.user, "--time", c.time, "--profile", "p"}, environment);
    EXPECT_EQ(said.output, std::string{c.token} + '\n') << said.errors;
}

TEST(auth, rds_token_without_keys_says_where_it_looked) {
    const auto said = howdah_command(words_of(test::rds_cases[0]), {{"AWS_ACCESS_KEY_ID", ""},
                                                                    {"AWS_SECRET_ACCESS_KEY", ""},
                                                                    {"AWS_SHARED_CREDENTIALS_FILE", "/nowhere/keys"},
                                                                    {"AWS_CONFIG_FILE", "/nowhere/config"}});
    EXPECT_EQ(said.exit_status, 1);
    EXPECT_EQ(said.output, "");
    EXPECT_THAT(said.errors, HasSubstr("/nowhere/keys"));
}

TEST(auth, rds_token_of_a_time_that_is_none_is_bad_usage) {
    for (const auto* time : {"yesterday", "2026-02-30T00:00:00Z", "2026-11-25T24:00:00Z", "2026-11-25T22:00:00"}) {
        auto words = words_of(test::rds_cases[0]);
        words.back() = time;
        EXPECT_EQ(howdah_command(words, {{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "hush"}}).exit_status, 2)
            << time;
    }
    EXPECT_EQ(howdah_command({"auth", "rds-token", "--host", "h"}).exit_status, 2);
    EXPECT_EQ(howdah_command({"auth"}).exit_status, 2);
}

}  // namespace
}  // namespace howdah::tools
