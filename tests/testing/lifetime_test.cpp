#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <string>

#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/folders.hpp"
#include "howdah/testing/process.hpp"
#include "howdah/testing/server.hpp"

namespace howdah::testing {
namespace {

using namespace std::chrono_literals;

/// Another process that owns a server with one replica.
struct owner {
    descriptor output = nameless_file();
    process self{{.arguments = {HOWDAH_SERVER_OWNER}, .output = output.number(), .errors = STDERR_FILENO}};
    pid_t primary = 0, replica = 0;
    std::string folder;

    void wait_until_ready() {
        const bool ready =
            poll_until(from_now(60s), [&] { return read_all(output).ends_with('\n') || !self.running(); });
        ASSERT_TRUE(ready);
        std::istringstream line{read_all(output)};
        ASSERT_TRUE(line >> primary >> replica >> folder);
    }

    bool servers_are_gone() const { return !is_alive(primary) && !is_alive(replica); }
};

TEST(lifetime, server_is_gone_when_its_owner_is_killed) {
    for (const int signal : {SIGKILL, SIGTERM, SIGSEGV}) {
        owner o;
        o.wait_until_ready();
        if (HasFatalFailure()) return;
        EXPECT_TRUE(is_alive(o.primary));
        const auto backends = children_of(o.primary);
        o.self.signal(signal);
        EXPECT_TRUE(poll_until(from_now(20s), [&] { return o.servers_are_gone(); }));
        for (const pid_t backend : backends) EXPECT_TRUE(poll_until(from_now(20s), [&] { return !is_alive(backend); }));
        // Nobody could remove the folder; whoever makes the next one does.
        EXPECT_TRUE(poll_until(from_now(20s), [&] {
            remove_dead_server_folders();
            return !std::filesystem::exists(o.folder);
        }));
    }
}

TEST(lifetime, folder_of_a_living_server_is_never_cleared_away) {
    const server db;
    remove_dead_server_folders();
    EXPECT_TRUE(std::filesystem::exists(db.folder()));
}

TEST(lifetime, forked_child_that_exits_leaves_the_parents_server_alone) {
    auto db = std::make_unique<server>();
    const pid_t child = ::fork();
    if (child == 0) {
        db.reset();  // what exit() does to a static one
        ::_exit(0);
    }
    int status = 1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(db->execute_sql("select 1"), "1");
    EXPECT_TRUE(std::filesystem::exists(db->folder()));
}

TEST(process, that_can_not_be_executed_is_an_error_that_names_it) {
    try {
        const process nothing{{.arguments = {"/nonexistent/program"}}};
        FAIL() << "it started";
    } catch (const std::exception& e) {
        EXPECT_NE(std::string{e.what()}.find("/nonexistent/program"), std::string::npos);
    }
}

TEST(process, over_its_deadline_is_killed) {
    const auto sleep = find_program("sleep");
    EXPECT_THROW(run({.arguments = {sleep, "60"}}, {}, 50ms), std::exception);
    EXPECT_TRUE(children_of(::getpid()).empty());
}

TEST(process, sees_its_input_and_none_of_the_callers_postgresql_variables) {
    ::setenv("PGHOST", "elsewhere", 1);
    const auto said = run(
        {.arguments = {"/bin/sh", "-c", "cat; echo \"$PGHOST,$GIVEN\" >&2; exit 3"}, .environment = {{"GIVEN", "yes"}}},
        "hello", 10s);
    ::unsetenv("PGHOST");
    EXPECT_EQ(said.output, "hello");
    EXPECT_EQ(said.errors, ",yes\n");
    EXPECT_EQ(said.exit_status, 3);
}

}  // namespace
}  // namespace howdah::testing
