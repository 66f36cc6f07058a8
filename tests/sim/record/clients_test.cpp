// Clients of other makers run a script against the server, through the recorder, and against the replay of what was
// recorded, with the same output.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/server.hpp"
#include "tests/sim/record/clients.hpp"
#include "tests/sim/record/running.hpp"
#include "tests/sim/temporary_folder.hpp"

namespace howdah::sim {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

testing::server& own_server() {
    static testing::server s{{.auth = testing::auth::scram}};
    static const bool filled = [] {
        s.execute_sql(
            "set role app;"
            "create table sim_pgbench as select id, 'name ' || id as name, 0 as uses from generate_series(1, 100) id");
        return true;
    }();
    (void)filled;
    return s;
}

class clients : public ::testing::TestWithParam<client> {};

INSTANTIATE_TEST_SUITE_P(each, clients, ::testing::ValuesIn(all_clients()),
                         [](const auto& of) { return of.param.name; });

// A server that is stopped while this lives.
class stopped {
public:
    explicit stopped(testing::server& which) : which_{which} { which_.stop(); }
    stopped(const stopped&) = delete;
    stopped& operator=(const stopped&) = delete;
    ~stopped() { which_.start(); }

private:
    testing::server& which_;
};

TEST_P(clients, see_no_difference_between_server_recorder_and_replay) {
    const auto& which = GetParam();
    if (which.command.empty()) GTEST_SKIP() << "not installed: " << which.missing;
    auto& server = own_server();
    const client_target direct{.port = std::to_string(server.port()), .password = server.password()};
    const temporary_folder scratch;
    const std::string users = scratch.path() / "users", cassette = scratch.path() / "cassette";
    testing::write_file(users, "\"app\" \"" + server.password() + "\"\n");

    server.execute_sql("update sim_pgbench set uses = 0");
    const auto expected = output_of(which, direct);
    EXPECT_THAT(expected, Not(HasSubstr("exit status"))) << expected;
    server.execute_sql("update sim_pgbench set uses = 0");

    running_command recorder{{"record", "--listen", "127.0.0.1:0", "--upstream",
                              "host=127.0.0.1 sslmode=disable port=" + direct.port, "--auth", "scram-sha-256",
                              "--users", users, "--cassette", cassette}};
    EXPECT_EQ(output_of(which, {.port = recorder.port(), .password = direct.password}), expected);
    EXPECT_EQ(recorder.stop(), 0) << recorder.errors();
    EXPECT_THAT(recorder.errors(), HasSubstr("recorded"));
    EXPECT_THAT(recorder.errors(), Not(HasSubstr("not recorded")));

    const stopped meanwhile{server};
    running_command replay{{"replay", "--listen", "127.0.0.1:0", "--cassette", cassette}};
    EXPECT_EQ(output_of(which, {.port = replay.port(), .password = direct.password}), expected);
    EXPECT_EQ(replay.stop(), 0) << replay.output() << replay.errors();
}

}  // namespace
}  // namespace howdah::sim
