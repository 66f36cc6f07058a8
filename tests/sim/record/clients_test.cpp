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

TEST_P(clients, see_no_difference_between_server_and_recorder) {
    const auto& which = GetParam();
    if (which.command.empty()) GTEST_SKIP() << "not installed: " << which.missing;
    auto& server = own_server();
    const client_target direct{.port = std::to_string(server.port()), .password = server.password()};
    const temporary_folder scratch;
    testing::write_file((scratch.path() / "users"), "\"app\" \"" + server.password() + "\"\n");

    server.execute_sql("update sim_pgbench set uses = 0");
    const auto expected = output_of(which, direct);
    EXPECT_THAT(expected, Not(HasSubstr("exit status"))) << expected;
    server.execute_sql("update sim_pgbench set uses = 0");

    running_command recorder{{"record", "--listen", "127.0.0.1:0", "--upstream",
                              "host=127.0.0.1 sslmode=disable port=" + direct.port, "--auth", "scram-sha-256",
                              "--users", (scratch.path() / "users"), "--cassette", scratch.path() / "cassette"}};
    EXPECT_EQ(output_of(which, {.port = recorder.port(), .password = direct.password}), expected);
    EXPECT_EQ(recorder.stop(), 0) << recorder.errors();
    EXPECT_THAT(recorder.errors(), HasSubstr("recorded"));
    EXPECT_THAT(recorder.errors(), Not(HasSubstr("not recorded"))) << recorder.errors();
}

}  // namespace
}  // namespace howdah::sim
