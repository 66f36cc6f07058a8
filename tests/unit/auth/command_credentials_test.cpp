#include "howdah/auth/command_credentials.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "howdah/auth/detail/program.hpp"
#include "howdah/base/error.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/process.hpp"
#include "tests/unit/auth/surroundings.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

const credential_request for_app{.host = "db.example", .port = 5432, .user = "app", .database = "app"};

std::string given_by(const std::string& line) {
    return std::string{command_credentials::by_shell(line)->password(for_app).reveal()};
}

error failure_of(command_credentials& command) {
    try {
        (void)command.password(for_app);
    } catch (const error& e) {
        return e;
    }
    throw std::runtime_error{"no error was thrown"};
}
error failure_of(const std::string& line) { return failure_of(*command_credentials::by_shell(line)); }

TEST(command_credentials, the_line_s_end_is_taken_off_and_nothing_else) {
    EXPECT_EQ(given_by("echo hush"), "hush");
    EXPECT_EQ(given_by("printf hush"), "hush");
    EXPECT_EQ(given_by("printf ' hu sh \\r\\n'"), " hu sh ");
}

TEST(command_credentials, no_shell_reads_the_arguments) {
    command_credentials echo{{"echo", "$HOME; `id`", "*"}};
    EXPECT_EQ(echo.password(for_app).reveal(), "$HOME; `id` *");
}

TEST(command_credentials, a_change_is_counted) {
    const folder_of_files files;
    const auto path = files.write("secret", "first\n");
    command_credentials cat{{"cat", path}};
    EXPECT_EQ(cat.password(for_app).reveal(), "first");
    EXPECT_EQ(cat.version(), 0u);
    files.write("secret", "second\n");
    EXPECT_EQ(cat.password(for_app).reveal(), "second");
    EXPECT_EQ(cat.version(), 1u);
}

TEST(command_credentials, a_failure_shows_what_it_said_and_not_the_password) {
    const auto e = failure_of("echo hush-hush; echo \"vault: hush-hush is sealed\" >&2; exit 3");
    EXPECT_EQ(e.code(), errc::no_credentials);
    EXPECT_THAT(e.what(), HasSubstr("exit status 3"));
    EXPECT_THAT(e.what(), HasSubstr("vault: ******** is sealed"));
    EXPECT_THAT(e.what(), Not(HasSubstr("hush")));
}

TEST(command_credentials, control_characters_of_what_it_said_are_not_shown) {
    EXPECT_THAT(failure_of("printf 'a\\033[31mb\\n\\n' >&2; exit 1").what(), HasSubstr("it said: a?[31mb"));
}

TEST(command_credentials, what_is_no_password_is_an_error) {
    EXPECT_THAT(failure_of("true").what(), HasSubstr("wrote no password"));
    EXPECT_THAT(failure_of("printf 'one\\ntwo\\n'").what(), HasSubstr("more than one line"));
    EXPECT_THAT(failure_of("printf 'one\\000two'").what(), HasSubstr("more than one line"));
    EXPECT_THAT(failure_of("yes").what(), HasSubstr("more than 64 KiB"));
    EXPECT_THAT(failure_of("kill -9 $$").what(), HasSubstr("signal 9"));
    command_credentials absent{{"/nowhere/at-all"}};
    EXPECT_THAT(failure_of(absent).what(), HasSubstr("/nowhere/at-all can't be started: No such file"));
    EXPECT_THROW(command_credentials{{}}, error);
}

TEST(command_credentials, one_that_never_ends_is_killed_with_what_it_has_started) {
    const folder_of_files files;
    const auto path = files.path() + "/children";
    auto command = command_credentials::by_shell("sleep 1000 & echo $! > " + path + "; echo late >&2; sleep 1000");
    command->set_timeout(1s);
    const auto e = failure_of(*command);
    EXPECT_EQ(e.code(), errc::timed_out);
    EXPECT_THAT(e.what(), HasSubstr("it said: late"));
    pid_t child = 0;
    std::ifstream{path} >> child;
    ASSERT_GT(child, 0);
    EXPECT_TRUE(testing::poll_until(testing::from_now(10s), [&] { return !testing::is_alive(child); }));
}

TEST(command_credentials, the_connection_s_deadline_ends_it_too) {
    auto request = for_app;
    request.deadline = std::chrono::steady_clock::now() + 100ms;
    EXPECT_THROW((void)command_credentials::by_shell("sleep 1000")->password(request), error);
}

// Threads that wait for providers block all signals, and a child would inherit that.
TEST(command_credentials, a_child_of_a_thread_that_blocks_signals_does_not) {
    std::string said;
    std::thread{[&] {
        sigset_t all;
        sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
        said = given_by("sed -n 's/^SigBlk:[[:space:]]*//p' /proc/self/status");
    }}.join();
    EXPECT_EQ(said.find_first_not_of('0'), said.npos) << said;
}

TEST(command_credentials, its_input_is_at_its_end) { EXPECT_EQ(given_by("cat; echo done"), "done"); }

}  // namespace
}  // namespace howdah::test
