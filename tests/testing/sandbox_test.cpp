#include "howdah/testing/sandbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "howdah/testing/process.hpp"
#include "tests/testing/psql.hpp"

namespace howdah::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

outcome howdah_command(std::vector<std::string> words) {
    words.insert(words.begin(), HOWDAH_COMMAND);
    return run({.arguments = std::move(words)}, {}, 120s);
}

/// A sandbox that the command has started, stopped at the latest with the test.
struct started {
    explicit started(std::vector<std::string> words) {
        words.insert(words.begin(), {"sandbox", "start", "--json"});
        const auto said = howdah_command(words);
        if (said.exit_status != 0) throw std::runtime_error{said.errors};
        address = server_address::from_json(said.output);
        output = said.output;
    }
    ~started() { howdah_command({"sandbox", "stop", address.dir}); }

    std::string id() const { return std::filesystem::path{address.dir}.filename(); }
    /// As list_sandboxes sees it; empty once it is gone.
    std::vector<sandbox> listed() const {
        auto all = list_sandboxes();
        std::erase_if(all, [&](const sandbox& s) { return s.id != id(); });
        return all;
    }

    server_address address;
    std::string output;
};

TEST(sandbox_command, prints_one_line_of_json_and_lives_on) {
    const started box{{"--tls", "--replicas", "1"}};
    EXPECT_EQ(box.output, box.address.to_json() + "\n");
    EXPECT_EQ(psql(box.address.dsn, "select ssl from pg_stat_ssl where pid = pg_backend_pid()").output, "t");
    EXPECT_EQ(psql(box.address.superuser_dsn, "select current_user").output, "postgres");
    ASSERT_EQ(box.address.replicas.size(), 1U);
    EXPECT_EQ(psql(box.address.replicas[0], "select pg_is_in_recovery()").output, "t");
    EXPECT_EQ(box.address.ca, box.address.dir + "/ca.crt");
    EXPECT_THAT(howdah_command({"sandbox", "list"}).output, HasSubstr(box.id()));
    EXPECT_THAT(howdah_command({"sandbox", "list", "--json"}).output, HasSubstr(box.address.dsn));
}

TEST(sandbox_command, without_tls_has_no_ca) {
    const started box{{"--auth", "trust"}};
    EXPECT_THAT(box.output, HasSubstr(R"("replicas":[],"ca":null})"));
    EXPECT_EQ(psql(box.address.dsn, "select 1").output, "1");
}

TEST(sandbox_command, stops_by_id_and_removes_everything) {
    const started box{{}};
    const auto listed = box.listed();
    ASSERT_EQ(listed.size(), 1U);
    const auto stopped = howdah_command({"sandbox", "stop", box.id()});
    EXPECT_EQ(stopped.exit_status, 0) << stopped.errors;
    EXPECT_EQ(stopped.output, "stopped " + box.id() + "\n");
    EXPECT_FALSE(is_alive(listed[0].supervisor));
    EXPECT_FALSE(std::filesystem::exists(box.address.dir));
    EXPECT_NE(psql(box.address.dsn, "select 1").exit_status, 0);
    const auto again = howdah_command({"sandbox", "stop", box.id()});
    EXPECT_EQ(again.exit_status, 1);
    EXPECT_THAT(again.errors, StartsWith("howdah: no sandbox " + box.id()));
}

TEST(sandbox_command, ends_with_its_owner) {
    process owner{{.arguments = {find_program("sleep"), "600"}}};
    const started box{{"--owner", std::to_string(owner.id())}};
    EXPECT_EQ(psql(box.address.dsn, "select 1").output, "1");
    owner.kill();
    EXPECT_TRUE(poll_until(from_now(20s), [&] { return !std::filesystem::exists(box.address.dir); }));
    EXPECT_TRUE(box.listed().empty());
}

TEST(sandbox_command, dead_supervisor_takes_the_server_along_and_list_clears_away) {
    const started box{{}};
    const auto listed = box.listed();
    ASSERT_EQ(listed.size(), 1U);
    ASSERT_EQ(::kill(listed[0].supervisor, SIGKILL), 0);
    EXPECT_TRUE(poll_until(from_now(20s), [&] { return psql(box.address.dsn, "select 1").exit_status != 0; }));
    EXPECT_TRUE(
        poll_until(from_now(20s), [&] { return box.listed().empty() && !std::filesystem::exists(box.address.dir); }));
}

TEST(sandbox_command, two_starts_at_once_do_not_collide) {
    std::vector<std::unique_ptr<started>> boxes(3);
    {
        std::vector<std::jthread> threads;
        threads.reserve(boxes.size());
        for (auto& box : boxes)
            threads.emplace_back([&box] { box = std::make_unique<started>(std::vector<std::string>{}); });
    }
    for (const auto& box : boxes) EXPECT_EQ(psql(box->address.dsn, "select 1").output, "1");
}

TEST(sandbox_command, keeps_no_pipe_of_its_caller_open) {
    // A shell that waits for the end of the output would hang otherwise.
    const auto said = run(
        {.arguments = {"/bin/sh", "-c", std::string{HOWDAH_COMMAND} + " sandbox start --json 2>&1 | cat"}}, {}, 60s);
    const auto address = server_address::from_json(said.output);
    EXPECT_EQ(howdah_command({"sandbox", "stop", address.dir}).exit_status, 0);
}

TEST(sandbox_command, bad_usage_exits_with_2) {
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{},
                                               {"sandbox"},
                                               {"nonsense"},
                                               {"sandbox", "start", "--version", "11"},
                                               {"sandbox", "start", "--auth", "wish"},
                                               {"sandbox", "start", "--replicas", "nine"},
                                               {"sandbox", "start", "--owner", "0"},
                                               {"sandbox", "start", "--set", "novalue"},
                                               {"sandbox", "stop", "--all", "x"}}) {
        EXPECT_EQ(howdah_command(words).exit_status, 2) << ::testing::PrintToString(words);
    }
}

TEST(sandbox_command, failure_exits_with_1_and_says_why) {
    const auto said = howdah_command({"sandbox", "start", "--set", "shared_buffers=wrong"});
    EXPECT_EQ(said.exit_status, 1);
    EXPECT_TRUE(said.output.empty());
    EXPECT_THAT(said.errors, StartsWith("howdah: PostgreSQL ended instead of starting"));
    EXPECT_THAT(said.errors, HasSubstr("shared_buffers"));
    const auto no_owner = howdah_command({"sandbox", "start", "--owner", "4194304"});
    EXPECT_EQ(no_owner.exit_status, 1);
    EXPECT_THAT(no_owner.errors, HasSubstr("the owner, process 4194304"));
}

TEST(command, help_and_version_are_no_errors) {
    EXPECT_THAT(howdah_command({"--version"}).output, StartsWith("howdah "));
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"--help"}, {"sandbox", "--help"}, {"sandbox", "start", "--help"}, {"completion", "--help"}}) {
        const auto said = howdah_command(words);
        EXPECT_EQ(said.exit_status, 0);
        EXPECT_THAT(said.output, HasSubstr("Examples:\n")) << ::testing::PrintToString(words);
    }
}

/// What bash offers behind `words`, the last of which is being typed.
std::string offered(const std::string& words, const std::string& count) {
    const std::string script = std::string{"source <("} + HOWDAH_COMMAND + " completion bash); COMP_WORDS=(" + words +
                               "); COMP_CWORD=" + count + "; _howdah; echo \"${COMPREPLY[*]}\"";
    const auto said = run({.arguments = {find_program("bash"), "-c", script}}, {}, 10s);
    return said.output + said.errors;
}

TEST(completion_command, bash_offers_commands_options_and_values) {
    EXPECT_EQ(offered("howdah sandbox sta", "2"), "start\n");
    EXPECT_EQ(offered("howdah sandbox start --au", "3"), "--auth\n");
    EXPECT_EQ(offered("howdah sandbox start --auth s", "4"), "scram\n");
    EXPECT_EQ(offered("howdah sandbox start --owner s", "4"), "\n");
    EXPECT_EQ(offered("howdah completion z", "2"), "zsh\n");
}

TEST(completion_command, knows_three_shells) {
    EXPECT_THAT(howdah_command({"completion", "zsh"}).output, StartsWith("#compdef howdah\n"));
    EXPECT_THAT(howdah_command({"completion", "fish"}).output, HasSubstr("complete -c howdah"));
    EXPECT_EQ(howdah_command({"completion", "tcsh"}).exit_status, 2);
}

}  // namespace
}  // namespace howdah::testing
