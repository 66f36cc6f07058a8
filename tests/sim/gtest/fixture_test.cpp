// howdah/sim/gtest/cassette.hpp as its users have it: a program of tests is run with one environment and another.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "howdah/testing/process.hpp"
#include "howdah/testing/shared_server.hpp"
#include "tests/sim/temporary_folder.hpp"

namespace howdah::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class cassette_fixture : public ::testing::Test {
protected:
    struct result {
        int exit_status;
        std::string said;
    };
    /// Runs the user's tests, without a server unless the environment names one.
    result run(std::map<std::string, std::string> environment) {
        environment.try_emplace("CI", "");
        environment.emplace("ORDERS_CASSETTES", folder_.path());
        const auto said = testing::run({.arguments = {CASSETTE_USER}, .environment = std::move(environment)}, {}, 60s);
        return {said.exit_status, said.output + said.errors};
    }
    void record() {
        const auto recorded =
            run({{"HOWDAH_CASSETTE", "record"}, {"HOWDAH_CASSETTE_UPSTREAM", testing::shared_server().dsn}});
        ASSERT_EQ(recorded.exit_status, 0) << recorded.said;
        ASSERT_THAT(recorded.said, HasSubstr("PASSED  ] 2 tests"));
    }
    std::string interactions() {
        std::map<std::string, std::string> files;
        for (const auto& file : std::filesystem::recursive_directory_iterator{folder_.path()})
            if (file.path().extension() == ".json") files[file.path()] = content_of(file.path());
        std::string out;
        for (const auto& [name, content] : files) out.append(name).append(content);
        return out;
    }

    temporary_folder folder_;
};

TEST_F(cassette_fixture, records_a_folder_a_test_and_replays_it_without_the_server) {
    record();
    EXPECT_TRUE(std::filesystem::exists(folder_.path() / "orders.are_counted" / "cassette.json"));
    EXPECT_TRUE(std::filesystem::exists(folder_.path() / "orders.are_put_in_a_transaction" / "cassette.json"));
    const auto replayed = run({{"CI", "1"}});
    EXPECT_EQ(replayed.exit_status, 0) << replayed.said;
    EXPECT_THAT(replayed.said, AllOf(HasSubstr("PASSED  ] 2 tests"), Not(HasSubstr("drift"))));
}

TEST_F(cassette_fixture, records_the_same_again) {
    record();
    const auto first = interactions();
    record();
    EXPECT_EQ(interactions(), first);
}

TEST_F(cassette_fixture, fails_a_test_for_drift_only_where_the_environment_has_ci) {
    record();
    const auto here = run({{"ORDERS_UNCOUNTED", "1"}});
    EXPECT_EQ(here.exit_status, 0) << here.said;
    EXPECT_THAT(here.said, HasSubstr("select count(*) from sim_orders"));
    const auto in_ci = run({{"ORDERS_UNCOUNTED", "1"}, {"CI", "1"}});
    EXPECT_EQ(in_ci.exit_status, 1);
    EXPECT_THAT(in_ci.said,
                AllOf(HasSubstr("select count(*) from sim_orders"),
                      HasSubstr("FAILED  ] orders.are_put_in_a_transaction"), HasSubstr("OK ] orders.are_counted")));
}

TEST_F(cassette_fixture, fails_a_test_that_asks_for_what_was_not_recorded_anywhere) {
    record();
    const auto changed = run({{"ORDERS_MOST", "4"}});
    EXPECT_EQ(changed.exit_status, 1);
    EXPECT_THAT(changed.said, AllOf(HasSubstr("XXR01"), HasSubstr("FAILED  ] orders.are_counted")));
}

TEST_F(cassette_fixture, says_how_to_record_what_is_missing) {
    const auto none = run({});
    EXPECT_EQ(none.exit_status, 1);
    EXPECT_THAT(none.said, HasSubstr("there is no cassette " + (folder_.path() / "orders.are_counted").string() +
                                     ": record it with HOWDAH_CASSETTE=record"));
}

TEST_F(cassette_fixture, a_recording_without_its_server_fails) {
    const auto lost = run({{"HOWDAH_CASSETTE", "record"}});
    EXPECT_EQ(lost.exit_status, 1);
    EXPECT_THAT(lost.said, HasSubstr("nowhere.invalid"));
}

}  // namespace
}  // namespace howdah::sim
