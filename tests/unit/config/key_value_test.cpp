#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "surroundings.hpp"
#include "tests/unit/config/given.hpp"

namespace howdah::config {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(key_value, blanks_may_stand_around_the_equals_sign_and_between_pairs) {
    EXPECT_EQ(given(" host = h \n\tuser=u\v\f\r"), R"({"user":"u","host":"h"})");
    EXPECT_EQ(given(""), "{}");
    EXPECT_EQ(given("  \t "), "{}");
}

TEST(key_value, quotes_hold_blanks_and_backslashes_take_the_next_character) {
    EXPECT_EQ(given(R"(password='a b\'c\\' user=a\ b)"), R"({"user":"a b","password":"a b'c\\"})");
    EXPECT_EQ(given("host=''"), R"({"host":""})");
}

TEST(key_value, a_bare_backslash_at_the_end_is_dropped) { EXPECT_EQ(given("host=a\\"), R"({"host":"a"})"); }

TEST(key_value, a_quote_inside_a_bare_value_is_an_ordinary_character) {
    EXPECT_EQ(given("host=a'b"), R"({"host":"a'b"})");
}

TEST(key_value, an_empty_bare_value_takes_the_next_word) {
    EXPECT_EQ(given("host= user=x"), R"({"host":"user=x"})");
    EXPECT_EQ(given("host="), R"({"host":""})");
}

TEST(key_value, the_last_of_two_values_holds) { EXPECT_EQ(given("host=a host=b"), R"({"host":"b"})"); }

TEST(key_value, requiressl_becomes_sslmode) {
    EXPECT_EQ(given("requiressl=1"), R"({"sslmode":"require"})");
    EXPECT_EQ(given("requiressl="), R"({"sslmode":"prefer"})");
}

TEST(key_value, a_missing_equals_sign_is_refused_with_its_place) {
    const auto failed = error_of("host=h user");
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->code(), errc::invalid_conninfo);
    EXPECT_THAT(failed->what(), HasSubstr("missing \"=\" behind the keyword at character 8"));
}

TEST(key_value, an_open_quote_is_refused_with_the_place_where_it_began) {
    for (const auto* text : {"user=u host='x", "user=u host='x\\'", "user=u host='x\\"}) {
        const auto failed = error_of(text);
        ASSERT_TRUE(failed) << text;
        EXPECT_THAT(failed->what(), HasSubstr("at character 13"));
    }
}

TEST(key_value, an_unknown_keyword_is_named_with_the_nearest_known_one) {
    EXPECT_THAT(error_of("sslmod=require")->what(), HasSubstr("\"sslmod\" at character 1; did you mean \"sslmode\"?"));
    EXPECT_THAT(error_of("Host=h")->what(), HasSubstr("did you mean \"host\"?"));
    EXPECT_THAT(error_of("database=d")->what(), HasSubstr("did you mean \"dbname\"?"));
    EXPECT_THAT(error_of("statement_timeout=1")->what(), HasSubstr("did you mean \"query_timeout\"?"));
    EXPECT_TRUE(error_of("=x"));
    EXPECT_TRUE(error_of("tty=x"));
    EXPECT_TRUE(error_of("authtype=x"));
}

TEST(key_value, a_nul_is_refused) {
    using namespace std::string_view_literals;
    EXPECT_THAT(error_of("user=a\0b"sv)->what(), HasSubstr("NUL at character 7"));
}

TEST(key_value, no_error_shows_a_piece_of_the_password) {
    for (const auto* text :
         {"password=a s3cr3t", "password=a s3cr3t=b", "password='s3cr3t", "password=s3cr3t hos=t",
          "password=a\\ b s3cr3t=1 user=x", "sslpassword=x s3cr3t=y", "oauth_client_secret=x s3cr3t=y"}) {
        const auto failed = error_of(text);
        ASSERT_TRUE(failed) << text;
        EXPECT_THAT(failed->what(), Not(HasSubstr("s3cr3t"))) << text;
    }
}

TEST(transport, record_and_replay_keep_what_stands_behind_the_scheme) {
    const auto recorded = parse_conninfo("record:/tmp/c?upstream=postgresql://u:p@h/d");
    EXPECT_EQ(recorded.transport, "record");
    EXPECT_EQ(recorded.transport_argument, "/tmp/c?upstream=postgresql://u:p@h/d");
    EXPECT_TRUE(recorded.hosts.empty());
    const auto replayed = parse_conninfo("replay:cassettes/users");
    EXPECT_EQ(replayed.transport, "replay");
    EXPECT_EQ(replayed.transport_argument, "cassettes/users");
    EXPECT_NO_THROW(replayed.validate());
}

TEST(transport, a_scheme_without_a_folder_is_refused) {
    EXPECT_THAT(error_of("replay:")->what(), HasSubstr("replay:FOLDER"));
    EXPECT_TRUE(error_of("record:?upstream=x"));
}

}  // namespace
}  // namespace howdah::config
