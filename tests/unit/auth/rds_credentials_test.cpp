#include "howdah/auth/rds_credentials.hpp"

#include <gtest/gtest.h>

#include "howdah/base/error.hpp"
#include "tests/unit/auth/moment.hpp"
#include "tests/unit/auth/surroundings.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;

const auto start = moment("2026-11-25T22:00:00Z");
const credential_request instance{.host = "db.example", .port = 5432, .user = "app", .database = "app"};

aws_keys some_keys() { return {.access_key_id = "AKID", .secret_access_key = secret_string{"s"}, .session_token = {}}; }

std::shared_ptr<rds_credentials> with_keys() {
    auto out = std::make_shared<rds_credentials>("eu-central-1");
    out->use_keys(some_keys());
    return out;
}

TEST(rds_credentials, token_is_the_signer_s_for_host_port_and_user) {
    EXPECT_EQ(
        with_keys()->token(instance, start),
        rds_token({.host = "db.example", .port = 5432, .user = "app", .region = "eu-central-1"}, some_keys(), start));
}

TEST(rds_credentials, token_is_kept_until_its_margin_and_then_made_anew) {
    const auto rds = with_keys();
    const auto first = rds->token(instance, start);
    EXPECT_EQ(rds->token(instance, start + 779s), first);
    const auto second = rds->token(instance, start + 780s);
    EXPECT_FALSE(second == first);
    EXPECT_EQ(rds->token(instance, start + 780s + 779s), second);
}

TEST(rds_credentials, token_s_end_is_known_and_never_near_when_it_is_given) {
    const auto rds = with_keys();
    EXPECT_FALSE(rds->expiry(instance)) << "there is none yet";
    (void)rds->token(instance, start);
    EXPECT_EQ(rds->expiry(instance)->ends, start + 900s);
    EXPECT_EQ(rds->expiry(instance)->notice, rds->margin);
    (void)rds->token(instance, start + 780s);
    EXPECT_EQ(rds->expiry(instance)->ends, start + 780s + 900s);
    rds->refused(instance);
    EXPECT_FALSE(rds->expiry(instance));
}

TEST(rds_credentials, token_from_the_future_is_not_used_when_the_clock_goes_back) {
    const auto rds = with_keys();
    const auto later = rds->token(instance, start + 1h);
    EXPECT_FALSE(rds->token(instance, start) == later);
}

TEST(rds_credentials, refused_token_is_made_anew_with_keys_that_are_asked_for_again) {
    rds_credentials rds{"eu-central-1"};
    int asked = 0;
    rds.refresh_keys_by([&] {
        ++asked;
        auto keys = some_keys();
        keys.session_token = secret_string{std::to_string(asked)};
        return keys;
    });
    const auto first = rds.token(instance, start);
    EXPECT_EQ(rds.token(instance, start), first);
    EXPECT_EQ(asked, 1);
    rds.refused(instance);
    EXPECT_FALSE(rds.token(instance, start) == first);
    EXPECT_EQ(asked, 2);
}

TEST(rds_credentials, each_host_has_its_own) {
    const auto rds = with_keys();
    auto other = instance;
    other.host = "other.example";
    EXPECT_FALSE(rds->token(instance, start) == rds->token(other, start));
}

TEST(rds_credentials, keys_and_region_of_the_environment_are_looked_up_at_each_token) {
    std::map<std::string, std::string> variables{
        {"AWS_ACCESS_KEY_ID", "AKID"}, {"AWS_SECRET_ACCESS_KEY", "s"}, {"AWS_REGION", "eu-central-1"}};
    rds_credentials rds;
    rds.use_environment([&](std::string_view name) { return environment_of(variables)(name); });
    EXPECT_EQ(rds.token(instance, start), with_keys()->token(instance, start));
    variables["AWS_REGION"] = "eu-north-1";
    EXPECT_NE(rds.token(instance, start + 1h).reveal().find("eu-north-1"), std::string_view::npos);
}

TEST(rds_credentials, are_for_tls_only_and_replace_no_connection) {
    EXPECT_EQ(with_keys()->needed_channel(), needed_channel::tls);
    EXPECT_EQ(with_keys()->version(), 0u);
    connection_config config;
    config.hosts = {{.host = "db.example", .hostaddr = {}}};
    config.credentials = with_keys();
    config.validate();
    config.ssl_mode = ssl_mode::disable;
    EXPECT_THROW(config.validate(), error);
    config.ssl_mode = ssl_mode::verify_full;
    config.hosts = {{.host = "/run/postgresql", .hostaddr = {}}};
    EXPECT_THROW(config.validate(), error);
}

}  // namespace
}  // namespace howdah::test
