// Two branches that recorded each their own merge in git, without a hand's help.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "howdah/sim/cassette.hpp"
#include "howdah/testing/process.hpp"
#include "recordings.hpp"
#include "temporary_folder.hpp"

namespace howdah::sim {
namespace {

class repository {
public:
    explicit repository(std::filesystem::path folder) : folder_{std::move(folder)} {
        git({"init", "-q", "-b", "main"});
    }

    void git(const std::vector<std::string>& words) const {
        std::vector<std::string> arguments{"/usr/bin/env", "git",           "-C", folder_.string(),
                                           "-c",           "user.name=Ada", "-c", "user.email=ada@example.org"};
        arguments.insert(arguments.end(), words.begin(), words.end());
        const auto done = testing::run({.arguments = arguments, .environment = {{"GIT_CONFIG_GLOBAL", "/dev/null"}}},
                                       {}, std::chrono::seconds{30});
        ASSERT_EQ(done.exit_status, 0) << words.front() << ": " << done.output << done.errors;
    }

    void commit(const char* what) const {
        git({"add", "-A"});
        git({"commit", "-q", "-m", what});
    }

private:
    std::filesystem::path folder_;
};

void record_statements(const std::filesystem::path& folder, const std::vector<std::string_view>& statements) {
    cassette_writer tape{folder};
    tape.set_server("15.14", {{"TimeZone", "UTC"}});
    const auto session = tape.begin_session();
    for (const auto sql : statements) {
        tape.describe(key_of(sql).statement, {});
        tape.add(session, key_of(sql), selected({sql}));
    }
    tape.save();
}

TEST(merge, two_branches_of_recordings_become_one) {
    const temporary_folder dir;
    const auto tape_folder = dir.path() / "cassette";
    const repository repo{dir.path()};
    record_statements(tape_folder, {"select a", "select b", "select c"});
    repo.commit("recorded");
    repo.git({"checkout", "-q", "-b", "left"});
    record_statements(tape_folder, {"select a", "select from_left", "select b"});
    repo.commit("left");
    repo.git({"checkout", "-q", "-b", "right", "main"});
    record_statements(tape_folder, {"select a", "select from_right", "select c", "select d"});
    repo.commit("right");
    repo.git({"merge", "-q", "--no-edit", "left"});

    const cassette tape{tape_folder};
    EXPECT_EQ(tape.size(), 6u);
    for (const auto* sql : {"select a", "select b", "select c", "select d", "select from_left", "select from_right"}) {
        const auto found = tape.find(key_of(sql));
        ASSERT_TRUE(found) << sql;
        EXPECT_EQ(only_value(*found->use(0)), sql);
        EXPECT_TRUE(tape.facts(key_of(sql).statement)) << sql;
    }
    EXPECT_FALSE(tape.order().empty());
}

}  // namespace
}  // namespace howdah::sim
