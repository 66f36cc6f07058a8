#include "howdah/config/passfile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "howdah/config/detail/resolve.hpp"
#include "surroundings.hpp"

namespace howdah::config {
namespace {

using testing::HasSubstr;

std::string found(std::string_view text, passfile_key key = {"h", "5432", "d", "u"}) {
    const auto password = find_password(text, key);
    return password ? std::string{password->reveal()} : "(none)";
}

TEST(passfile, the_first_line_that_fits_gives_the_password) {
    EXPECT_EQ(found("x:5432:d:u:no\nh:5432:d:u:first\nh:5432:d:u:second\n"), "first");
    EXPECT_EQ(found("h:5432:d:u:p"), "p");
    EXPECT_EQ(found("h:5432:d:u:"), "");
}

TEST(passfile, every_field_must_fit) {
    EXPECT_EQ(found("x:5432:d:u:p\nh:1:d:u:p\nh:5432:x:u:p\nh:5432:d:x:p\n"), "(none)");
    EXPECT_EQ(found("hh:5432:d:u:p\nh:5432:d\n:::::\n\nh\n*:*:*:*\n"), "(none)");
}

TEST(passfile, stars_fit_anything_but_only_alone) {
    EXPECT_EQ(found("*:*:*:*:p"), "p");
    EXPECT_EQ(found("h*:*:*:*:p"), "(none)");
}

TEST(passfile, escapes_hold_colons_and_backslashes) {
    EXPECT_EQ(found(R"(a\:b:1:c\\d:\*:p\:\\q:rest)", {"a:b", "1", R"(c\d)", "*"}), R"(p:\q)");
    EXPECT_EQ(found(R"(h:5432:d:u:p\)"), R"(p\)");
    EXPECT_EQ(found(R"(\:5432:d:u:p)"), "(none)");
}

TEST(passfile, comments_and_line_endings_are_skipped) { EXPECT_EQ(found("#h:5432:d:u:no\r\nh:5432:d:u:p\r\n"), "p"); }

TEST(passfile, an_ipv6_address_is_escaped) { EXPECT_EQ(found(R"(\:\:1:*:*:*:p)", {"::1", "1", "d", "u"}), "p"); }

using passfile_test = surroundings;

TEST_F(passfile_test, each_host_has_its_own_password) {
    write(".pgpass", "a:1:*:*:pa\nb:*:*:*:pb\n");
    const auto config = parse("host=a,x,b port=1,2,3 user=u");
    ASSERT_EQ(config.host_passwords.size(), 3u);
    EXPECT_TRUE(config.password.empty());
    EXPECT_EQ(config.host_passwords[0].reveal(), "pa");
    EXPECT_TRUE(config.host_passwords[1].empty());
    EXPECT_EQ(config.host_passwords[2].reveal(), "pb");
    EXPECT_EQ(config.passfile, home + "/.pgpass");
}

TEST_F(passfile_test, a_given_password_wins) {
    write(".pgpass", "*:*:*:*:p\n");
    const auto config = parse("host=a password=q");
    EXPECT_EQ(config.password.reveal(), "q");
    EXPECT_TRUE(config.host_passwords.empty());
    EXPECT_EQ(parse("host=a password=''").host_passwords.at(0).reveal(), "p");
}

TEST_F(passfile_test, the_local_socket_is_looked_up_as_localhost) {
    write(".pgpass", "localhost:*:*:*:p\n");
    EXPECT_EQ(parse("").host_passwords.at(0).reveal(), "p");
    EXPECT_EQ(parse("host=" + std::string{default_host()}).host_passwords.at(0).reveal(), "p");
    EXPECT_TRUE(parse("host=/elsewhere").host_passwords.empty());
}

TEST_F(passfile_test, the_address_is_looked_up_where_there_is_no_name) {
    write(".pgpass", "10.0.0.1:*:*:*:p\n");
    EXPECT_EQ(parse("hostaddr=10.0.0.1").host_passwords.at(0).reveal(), "p");
    EXPECT_TRUE(parse("host=h hostaddr=10.0.0.1").host_passwords.empty());
}

TEST_F(passfile_test, the_file_is_named_by_keyword_or_variable) {
    variables["PGPASSFILE"] = write("a", "*:*:*:*:pa\n");
    EXPECT_EQ(parse("").host_passwords.at(0).reveal(), "pa");
    EXPECT_EQ(parse("passfile=" + write("b", "*:*:*:*:pb\n")).host_passwords.at(0).reveal(), "pb");
    options.use_passfile = false;
    EXPECT_TRUE(parse("").host_passwords.empty());
}

TEST_F(passfile_test, a_file_that_others_may_use_is_ignored_and_that_is_said) {
    for (const unsigned mode : {0644u, 0620u, 0601u, 0660u}) {
        write(".pgpass", "*:*:*:*:p\n", mode);
        const auto config = parse("");
        EXPECT_TRUE(config.host_passwords.empty()) << mode;
        EXPECT_THAT(config.passfile_problem, HasSubstr("chmod 0600"));
    }
    write(".pgpass", "*:*:*:*:p\n", 0400);
    EXPECT_EQ(parse("").host_passwords.size(), 1u);
}

TEST_F(passfile_test, what_is_no_plain_file_is_ignored_and_that_is_said) {
    const auto fifo = home + "/fifo";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    EXPECT_THAT(parse("passfile=" + fifo).passfile_problem, HasSubstr("not a plain file"));
    EXPECT_THAT(parse("passfile=" + home).passfile_problem, HasSubstr("not a plain file"));
}

TEST_F(passfile_test, a_missing_file_is_a_problem_only_if_it_was_named) {
    EXPECT_EQ(parse("").passfile_problem, "");
    EXPECT_THAT(parse("passfile=" + home + "/none").passfile_problem, HasSubstr("does not exist"));
}

TEST_F(passfile_test, the_found_password_is_masked_in_json) {
    write(".pgpass", "*:*:*:*:s3cr3t\n");
    const auto info = resolve_conninfo("host=h", options);
    EXPECT_THAT(conninfo_json(info), HasSubstr(R"("password":"********")"));
    EXPECT_THAT(conninfo_json(info, {.show_password = true}), HasSubstr(R"("password":"s3cr3t")"));
}

}  // namespace
}  // namespace howdah::config
