#include "howdah/auth/aws_settings.hpp"

#include <gtest/gtest.h>

#include "howdah/base/error.hpp"
#include "tests/unit/auth/surroundings.hpp"

namespace howdah::test {
namespace {

constexpr const char* credentials_text = "# of nobody\n"
                                         "[default]\n"
                                         "aws_access_key_id = AKIDDEFAULT\n"
                                         "aws_secret_access_key=secret/default=\n"
                                         "\n"
                                         "[ prod ]\r\n"
                                         "aws_access_key_id = AKIDPROD\r\n"
                                         "aws_secret_access_key = secret prod\r\n"
                                         "aws_session_token = token+prod==\r\n"
                                         "; [staging]\n"
                                         "s3 =\n"
                                         "    aws_access_key_id = nested\n"
                                         "[half]\n"
                                         "aws_access_key_id = AKIDHALF\n";

constexpr const char* config_text = "[default]\n"
                                    "region = eu-central-1\n"
                                    "[profile prod]\n"
                                    "region = us-east-2\n"
                                    "[profile half]\n"
                                    "aws_access_key_id = AKIDCONFIG\n"
                                    "aws_secret_access_key = from the config\n";

class aws_settings : public ::testing::Test {
protected:
    folder_of_files files;
    std::map<std::string, std::string> variables{{"HOME", files.path()}};

    void SetUp() override {
        files.write(".aws/credentials", credentials_text);
        files.write(".aws/config", config_text);
    }
    aws_surroundings where(const std::string& profile = {}) const {
        return {.profile = profile, .environment = environment_of(variables)};
    }
};

TEST_F(aws_settings, default_profile_of_the_home_folder_s_file) {
    const auto keys = find_aws_keys(where());
    EXPECT_EQ(keys.access_key_id, "AKIDDEFAULT");
    EXPECT_EQ(keys.secret_access_key.reveal(), "secret/default=");
    EXPECT_TRUE(keys.session_token.empty());
    EXPECT_EQ(find_aws_region(where()), "eu-central-1");
}

TEST_F(aws_settings, named_profile_with_carriage_returns_and_a_session_token) {
    const auto keys = find_aws_keys(where("prod"));
    EXPECT_EQ(keys.access_key_id, "AKIDPROD");
    EXPECT_EQ(keys.secret_access_key.reveal(), "secret prod");
    EXPECT_EQ(keys.session_token.reveal(), "token+prod==");
    EXPECT_EQ(find_aws_region(where("prod")), "us-east-2");
}

TEST_F(aws_settings, profile_of_the_environment) {
    variables["AWS_PROFILE"] = "prod";
    EXPECT_EQ(find_aws_keys(where()).access_key_id, "AKIDPROD");
    EXPECT_EQ(find_aws_region(where()), "us-east-2");
}

TEST_F(aws_settings, keys_of_the_environment_go_before_files_and_a_named_profile_before_both) {
    variables["AWS_ACCESS_KEY_ID"] = "AKIDENV";
    variables["AWS_SECRET_ACCESS_KEY"] = "secret env";
    variables["AWS_SESSION_TOKEN"] = "token env";
    EXPECT_EQ(find_aws_keys(where()).access_key_id, "AKIDENV");
    EXPECT_EQ(find_aws_keys(where()).session_token.reveal(), "token env");
    EXPECT_EQ(find_aws_keys(where("prod")).access_key_id, "AKIDPROD");
}

TEST_F(aws_settings, half_a_pair_of_keys_is_none) {
    variables["AWS_ACCESS_KEY_ID"] = "AKIDENV";
    EXPECT_EQ(find_aws_keys(where()).access_key_id, "AKIDDEFAULT");
    EXPECT_EQ(find_aws_keys(where("half")).secret_access_key.reveal(), "from the config");
}

TEST_F(aws_settings, region_of_the_environment_goes_before_the_profile_s) {
    variables["AWS_DEFAULT_REGION"] = "sa-east-1";
    EXPECT_EQ(find_aws_region(where("prod")), "sa-east-1");
    variables["AWS_REGION"] = "ap-south-1";
    EXPECT_EQ(find_aws_region(where("prod")), "ap-south-1");
}

TEST_F(aws_settings, files_that_the_environment_names) {
    variables["AWS_SHARED_CREDENTIALS_FILE"] =
        files.write("elsewhere", "[default]\naws_access_key_id=AKIDELSE\naws_secret_access_key=x\n");
    variables["AWS_CONFIG_FILE"] = files.write("config", "[default]\nregion=eu-north-1\n");
    EXPECT_EQ(find_aws_keys(where()).access_key_id, "AKIDELSE");
    EXPECT_EQ(find_aws_region(where()), "eu-north-1");
}

TEST_F(aws_settings, what_is_nowhere_is_an_error_that_says_where_was_looked) {
    try {
        (void)find_aws_keys(where("staging"));
        FAIL();
    } catch (const error& e) {
        const std::string said = e.what();
        EXPECT_EQ(e.code(), errc::no_credentials);
        EXPECT_NE(said.find("staging"), said.npos) << said;
        EXPECT_NE(said.find(files.path() + "/.aws/credentials"), said.npos) << said;
        EXPECT_EQ(said.find("AKID"), said.npos) << said;
    }
    EXPECT_THROW((void)find_aws_region(where("staging")), error);
}

TEST_F(aws_settings, file_that_can_t_be_read_is_an_error) {
    variables["AWS_SHARED_CREDENTIALS_FILE"] = files.path();  // a folder
    EXPECT_THROW((void)find_aws_keys(where()), error);
}

}  // namespace
}  // namespace howdah::test
