#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "surroundings.hpp"
#include "tests/unit/config/given.hpp"

namespace howdah::config {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(uri, every_part_goes_to_its_keyword) {
    EXPECT_EQ(given("postgresql://u:p@h:5433/d?sslmode=require"),
              R"({"user":"u","password":"p","dbname":"d","host":"h","port":"5433","sslmode":"require"})");
}

TEST(uri, both_designators_are_known_and_nothing_may_follow_them) {
    EXPECT_EQ(given("postgresql://"), "{}");
    EXPECT_EQ(given("postgres://"), "{}");
}

TEST(uri, several_hosts_and_ports_are_joined_by_commas) {
    EXPECT_EQ(given("postgresql://a:1,b,c:3/d"), R"({"dbname":"d","host":"a,b,c","port":"1,,3"})");
}

TEST(uri, brackets_of_ipv6_addresses_are_taken_off) {
    EXPECT_EQ(given("postgresql://[::1]:5433,[fe80::1%25eth0]/d"),
              R"({"dbname":"d","host":"::1,fe80::1%eth0","port":"5433,"})");
}

TEST(uri, a_socket_folder_is_percent_encoded_or_a_parameter) {
    EXPECT_EQ(given("postgresql://%2Fvar%2Frun/d"), R"({"dbname":"d","host":"/var/run"})");
    EXPECT_EQ(given("postgresql:///d?host=/var/run"), R"({"dbname":"d","host":"/var/run"})");
}

TEST(uri, empty_parts_are_left_unsaid) {
    EXPECT_EQ(given("postgresql://:@/?user="), R"({"user":""})");
    EXPECT_EQ(given("postgresql://@h/"), R"({"host":"h"})");
}

TEST(uri, a_password_keeps_its_colons_and_decodes_its_percents) {
    EXPECT_EQ(given("postgresql://u:a:b%40%2f%3A@h"), R"({"user":"u","password":"a:b@/:","host":"h"})");
}

TEST(uri, the_first_at_sign_ends_the_credentials_even_in_the_query) {
    EXPECT_EQ(given("postgresql://h?user=a@b"), R"({"user":"h?user=a","host":"b"})");
}

TEST(uri, a_parameter_replaces_what_the_uri_said_before) {
    EXPECT_EQ(given("postgresql://u@h/d?dbname=e&user=v"), R"({"user":"v","dbname":"e","host":"h"})");
}

TEST(uri, jdbc_spelling_of_ssl_means_sslmode_require) {
    EXPECT_EQ(given("postgresql://h?ssl=true"), R"({"host":"h","sslmode":"require"})");
    EXPECT_TRUE(error_of("postgresql://h?ssl=false"));
}

TEST(uri, requiressl_becomes_sslmode) {
    EXPECT_EQ(given("postgresql://h?requiressl=1"), R"({"host":"h","sslmode":"require"})");
    EXPECT_EQ(given("postgresql://h?requiressl=0"), R"({"host":"h","sslmode":"prefer"})");
}

TEST(uri, spaces_around_a_part_are_dropped_and_inside_refused) {
    EXPECT_EQ(given("postgresql:// h /d? user = u "), R"({"user":"u","dbname":"d","host":"h"})");
    EXPECT_EQ(given("postgresql://h%20/d"), R"({"dbname":"d","host":"h "})");
    EXPECT_TRUE(error_of("postgresql://h/a b"));
}

struct bad_uri {
    const char* text;
    const char* words;
};

TEST(uri, what_cant_be_read_is_refused_with_the_place_and_a_remedy) {
    const bad_uri cases[] = {{"postgresql://[::1", "closes the IPv6 address that begins at character 14"},
                             {"postgresql://[]", "IPv6 address is empty at character 14"},
                             {"postgresql://[::1]x", "at character 19"},
                             {"postgresql://h/%", "%25"},
                             {"postgresql://h/%4", "hexadecimal"},
                             {"postgresql://h/%g0", "hexadecimal"},
                             {"postgresql://h/a%00", "NUL"},
                             {"postgresql://h?user", "missing \"=\""},
                             {"postgresql://h?&", "missing \"=\""},
                             {"postgresql://h?user==x", "second \"=\""},
                             {"postgresql://h?hosst=x", "\"hosst\" at character 16; did you mean \"host\"?"},
                             {"postgresql://h?username=x", "did you mean \"user\"?"},
                             {"POSTGRESQL://h", "begins with postgresql://"},
                             {" postgresql://h", "without spaces before it"},
                             {"mysql://u@h/d?a=b", "begins with postgresql://"}};
    for (const auto& [text, words] : cases) {
        const auto failed = error_of(text);
        ASSERT_TRUE(failed) << text;
        EXPECT_EQ(failed->code(), errc::invalid_conninfo);
        EXPECT_THAT(failed->what(), HasSubstr(words));
    }
}

TEST(uri, no_error_shows_a_piece_of_the_password) {
    for (const auto* text :
         {"postgresql://u:s3cr3t%@h/d", "postgresql://u:s3cr3t%00@h", "postgresql://u:s3c r3t@h",
          "postgresql://u:x/s3cr3t?y@h/d", "postgresql://u:x?s3cr3t/y@h", "postgresql://u:x/y?s3cr3t=z@h",
          "postgresql://h?password=x&s3cr3t=y", "postgresql://u:[s3cr3t/x@h",
          "postgresql://h?password=s3cr3t=", "postgresql://h?password=s3cr3t&b"}) {
        const auto failed = error_of(text);
        if (!failed) continue;  // read in another way than meant, as libpq does
        EXPECT_THAT(failed->what(), Not(HasSubstr("s3c"))) << text;
    }
}

TEST_F(surroundings, a_password_with_a_slash_does_not_show_as_a_port) {
    const auto failed = thrown_by([&] { parse("postgresql://u:s3cr3t/x@h/d"); });
    ASSERT_TRUE(failed);
    EXPECT_THAT(failed->what(), Not(HasSubstr("s3cr3t")));
    EXPECT_THAT(failed->what(), HasSubstr("%2F"));
}

}  // namespace
}  // namespace howdah::config
