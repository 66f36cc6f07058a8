#include "howdah/core/credentials.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace howdah::core {
namespace {

constexpr const char* host = "db:5432";

// What it is asked by hand.
class silent_provider final : public credential_provider {
    secret_string password(const credential_request&) override { return {}; }
};

struct password_rotation : ::testing::Test {
    proven_passwords proven;
    password_choice choice;

    void begin() {
        choice.begin(std::make_shared<silent_provider>(),
                     {.host = "db", .port = 5432, .user = "app", .database = "app"}, host);
    }
    // Answers what is asked; what is tried then.
    std::string give(const char* password) {
        choice.given(secret_string{password}, proven);
        return tried();
    }
    std::string tried() const { return choice.over() ? "over" : std::string{choice.password().reveal()}; }
    // The server says no; what is tried then.
    std::string refuse() {
        (void)choice.refused(proven);
        return choice.question() != nullptr ? "asked" : tried();
    }
    void has_worked(const char* password) { proven.keep(host, secret_string{password}); }
};

TEST_F(password_rotation, password_that_works_is_proven) {
    begin();
    ASSERT_NE(choice.question(), nullptr);
    EXPECT_EQ(choice.question()->why, credential_question::occasion::connecting);
    EXPECT_EQ(give("new"), "new");
    EXPECT_EQ(choice.question(), nullptr);
    choice.accepted(proven);
    EXPECT_EQ(proven.find(host), secret_string{"new"});
}

TEST_F(password_rotation, refused_password_is_asked_for_again_and_not_sent_twice) {
    begin();
    give("wrong");
    EXPECT_EQ(refuse(), "asked");
    EXPECT_EQ(choice.question()->why, credential_question::occasion::refused);
    EXPECT_EQ(give("wrong"), "over");
}

TEST_F(password_rotation, another_password_is_tried_once) {
    begin();
    give("old");
    refuse();
    EXPECT_EQ(give("new"), "new");
    EXPECT_EQ(refuse(), "over");
}

TEST_F(password_rotation, while_the_server_has_the_old_one_the_one_that_worked_is_tried) {
    has_worked("old");
    begin();
    give("new");
    refuse();
    EXPECT_EQ(give("new"), "old");
    choice.accepted(proven);
    EXPECT_EQ(proven.find(host), secret_string{"old"});
}

// The server changed between the two attempts.
TEST_F(password_rotation, when_the_old_one_has_just_ended_the_new_one_is_tried_again) {
    has_worked("old");
    begin();
    give("new");
    refuse();
    give("new");
    EXPECT_EQ(refuse(), "new");
    EXPECT_EQ(proven.find(host), std::nullopt);
    choice.accepted(proven);
    EXPECT_EQ(proven.find(host), secret_string{"new"});
}

TEST_F(password_rotation, it_comes_to_an_end) {
    has_worked("old");
    begin();
    give("newer");
    refuse();
    EXPECT_EQ(give("newest"), "newest");
    EXPECT_EQ(refuse(), "old");
    EXPECT_EQ(refuse(), "newest");
    EXPECT_EQ(refuse(), "over");
    EXPECT_FALSE(choice.refused(proven));
}

TEST_F(password_rotation, one_that_worked_and_is_refused_is_forgotten) {
    has_worked("old");
    begin();
    give("old");
    refuse();
    EXPECT_EQ(proven.find(host), std::nullopt);
    EXPECT_EQ(give("old"), "over");
}

TEST_F(password_rotation, provider_that_fails_at_first_ends_it_and_after_a_refusal_does_not) {
    has_worked("old");
    begin();
    EXPECT_FALSE(choice.not_given(proven));
    EXPECT_TRUE(choice.over());
    begin();
    give("new");
    refuse();
    EXPECT_TRUE(choice.not_given(proven));
    EXPECT_EQ(tried(), "old");
}

TEST_F(password_rotation, another_host_s_password_is_none_of_its) {
    proven.keep("other:5432", secret_string{"other"});
    begin();
    give("new");
    refuse();
    EXPECT_EQ(give("new"), "over");
}

}  // namespace
}  // namespace howdah::core
