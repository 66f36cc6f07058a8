// `howdah cluster status` on a real cluster.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/process.hpp"
#include "tests/cluster/shared_cluster.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

testing::outcome status(std::vector<std::string> words) {
    words.insert(words.begin(), {HOWDAH_COMMAND, "cluster", "status"});
    return testing::run({.arguments = std::move(words)}, {}, 60s);
}

// One server for all of it: to start one with two replicas takes longer than what is looked at.
TEST(cluster_status, tells_role_lag_and_latency_of_each_node_and_what_is_wrong_with_one_that_is_gone) {
    auto& s = shared_cluster();
    s.replica(0).execute_sql("select pg_wal_replay_pause()");
    s.execute_sql("create table lagging as select generate_series(1, 10000) as a");
    EXPECT_TRUE(testing::poll_until(testing::from_now(20s), [&] {
        return s.replica(1).execute_sql("select to_regclass('lagging') is not null") == "t";
    }));

    const auto table = status({cluster_dsn(s)});
    EXPECT_EQ(table.exit_status, 0) << table.errors;
    EXPECT_THAT(table.output,
                AllOf(ContainsRegex(name_of(s.primary()) + " +primary +1 +[0-9A-F]+/[0-9A-F]+ +- +[0-9.]+ ms"),
                      ContainsRegex(name_of(s.replica(0)) + " +replica .* kB, "),
                      ContainsRegex(name_of(s.replica(1)) + " +replica .* 0 B, 0.000 ms")));

    const auto json = status({cluster_dsn(s), "--json"});
    EXPECT_THAT(json.output, AllOf(HasSubstr("{\"nodes\":[{\"name\":\"" + name_of(s.primary()) +
                                             "\",\"role\":\"primary\",\"lag_bytes\":null"),
                                   HasSubstr("\"role\":\"replica\",\"lag_bytes\":0,\"lag_ms\":0,")));

    testing::descriptor output = testing::nameless_file();
    testing::process watching{
        {.arguments = {HOWDAH_COMMAND, "cluster", "status", cluster_dsn(s), "--watch"}, .output = output.number()}};
    const auto looks = [&] {
        const auto text = testing::read_all(output);
        std::size_t n = 0;
        for (auto at = text.find("round trips"); at != std::string::npos; at = text.find("round trips", at + 1)) ++n;
        return n;
    };
    EXPECT_TRUE(testing::poll_until(testing::from_now(20s), [&] { return looks() >= 2; }));
    watching.signal(SIGINT);
    EXPECT_TRUE(watching.wait(testing::from_now(20s)));
    EXPECT_EQ(watching.exit_status(), 0);

    s.stop();
    const auto without = status({cluster_dsn(s)});
    EXPECT_EQ(without.exit_status, 1) << "there is no primary";
    EXPECT_THAT(without.output, ContainsRegex(name_of(s.primary()) + " +unknown .*refused"));
    EXPECT_EQ(status({}).exit_status, 2);
}

}  // namespace
}  // namespace howdah::test
