// Providers that look at what is there: a value, a function, a variable, a file.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "howdah/auth/callback_credentials.hpp"
#include "howdah/auth/changes.hpp"
#include "howdah/auth/environment_credentials.hpp"
#include "howdah/auth/passfile_credentials.hpp"
#include "howdah/auth/static_credentials.hpp"
#include "howdah/base/error.hpp"
#include "tests/unit/auth/surroundings.hpp"

namespace howdah::test {
namespace {

const credential_request here{.host = "db.example", .port = 5432, .user = "app", .database = "books"};

TEST(static_credentials, give_the_password_until_another_is_set) {
    static_credentials one{secret_string{"first"}};
    EXPECT_EQ(one.password(here).reveal(), "first");
    EXPECT_EQ(one.version(), 0u);
    EXPECT_EQ(one.answers(), answers::at_once);
    one.change(secret_string{"second"});
    EXPECT_EQ(one.password(here).reveal(), "second");
    EXPECT_EQ(one.version(), 1u);
}

TEST(static_credentials, know_their_end_until_another_is_set) {
    static_credentials one{secret_string{"first"}};
    EXPECT_FALSE(one.expiry(here));
    const auto end = std::chrono::system_clock::now() + std::chrono::hours{1};
    one.expires({.ends = end});
    ASSERT_TRUE(one.expiry(here));
    EXPECT_EQ(one.expiry(here)->ends, end);
    EXPECT_EQ(one.expiry(here)->notice, std::chrono::days{1});
    one.change(secret_string{"second"});
    EXPECT_FALSE(one.expiry(here)) << "that was the first one's";
}

TEST(callback_credentials, ask_who_knows_it_for_the_end) {
    callback_credentials one{[](const credential_request&) { return secret_string{"first"}; }};
    EXPECT_FALSE(one.expiry(here));
    const auto end = std::chrono::system_clock::now();
    one.on_expiry([&](const credential_request& r) {
        return credential_expiry{.ends = end, .notice = std::chrono::seconds{r.port}};
    });
    EXPECT_EQ(one.expiry(here)->ends, end);
    EXPECT_EQ(one.expiry(here)->notice, std::chrono::seconds{5432});
}

TEST(callback_credentials, hand_the_request_on_and_wait_unless_told_otherwise) {
    callback_credentials one{[](const credential_request& r) { return secret_string{r.user + '@' + r.host}; }};
    EXPECT_EQ(one.password(here).reveal(), "app@db.example");
    EXPECT_EQ(one.answers(), answers::may_wait);
    one.refused(here);  // nobody listens
    one.changed();
    EXPECT_EQ(one.version(), 1u);
    std::string refused;
    one.on_refused([&](const credential_request& r) { refused = r.user; });
    one.refused(here);
    EXPECT_EQ(refused, "app");
}

TEST(environment_credentials, read_the_variable_at_each_connect) {
    environment_credentials one{"HOWDAH_TEST_PASSWORD"};
    ::unsetenv("HOWDAH_TEST_PASSWORD");
    EXPECT_THROW((void)one.password(here), error);
    ::setenv("HOWDAH_TEST_PASSWORD", "hush", 1);
    EXPECT_EQ(one.password(here).reveal(), "hush");
    ::setenv("HOWDAH_TEST_PASSWORD", "hush2", 1);
    EXPECT_EQ(one.password(here).reveal(), "hush2");
    ::unsetenv("HOWDAH_TEST_PASSWORD");
}

TEST(passfile_credentials, read_the_file_at_each_connect_and_count_changes) {
    const folder_of_files files;
    const auto path = files.write("pass", "other:5432:*:*:no\ndb.example:5432:books:app:first\n");
    passfile_credentials one{path};
    EXPECT_EQ(one.password(here).reveal(), "first");
    EXPECT_EQ(one.password(here).reveal(), "first");
    EXPECT_EQ(one.version(), 0u);
    files.write("pass", "*:*:*:app:second\\:\n");
    EXPECT_EQ(one.password(here).reveal(), "second:");
    EXPECT_EQ(one.version(), 1u);
}

TEST(passfile_credentials, that_others_can_read_or_that_are_not_there_are_an_error) {
    const folder_of_files files;
    const auto path = files.write("pass", "*:*:*:*:hush\n");
    ::chmod(path.c_str(), 0644);
    passfile_credentials one{path}, absent{files.path() + "/absent"};
    EXPECT_THROW((void)one.password(here), error);
    try {
        (void)absent.password(here);
        FAIL();
    } catch (const error& e) {
        EXPECT_NE(std::string{e.what()}.find("/absent"), std::string::npos) << e.what();
    }
}

TEST(passfile_credentials, without_a_line_that_fits_give_none) {
    const folder_of_files files;
    passfile_credentials one{files.write("pass", "other:*:*:*:hush\n")};
    EXPECT_TRUE(one.password(here).empty());
}

TEST(changes, are_counted_for_each_request_by_itself) {
    auth::changes seen;
    auto there = here;
    there.host = "other";
    for (int i = 0; i < 3; ++i) {
        seen.note(here, secret_string{"a"});
        seen.note(there, secret_string{"b"});
    }
    EXPECT_EQ(seen.count(), 0u);
    seen.note(there, secret_string{"c"});
    seen.note(there, secret_string{"b"});
    EXPECT_EQ(seen.count(), 2u);
}

}  // namespace
}  // namespace howdah::test
