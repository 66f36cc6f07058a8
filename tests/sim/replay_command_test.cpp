#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include "howdah/blocking/connection.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/testing/certificates.hpp"
#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/process.hpp"
#include "tests/sim/replayed.hpp"
#include "tests/tools/command.hpp"

namespace howdah::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
namespace test = howdah::testing;

/// `howdah replay` of a folder, once it listens.
class replaying {
public:
    replaying(const std::filesystem::path& folder, std::vector<std::string> words) {
        words.insert(words.begin(),
                     {HOWDAH_COMMAND, "replay", "--listen", "127.0.0.1:0", "--cassette", folder.string()});
        command_ = test::process{{.arguments = std::move(words),
                                  .output = output_.number(),
                                  .errors = errors_.number(),
                                  .death_signal = SIGKILL}};
        EXPECT_TRUE(test::poll_until(test::from_now(30s), [&] {
            return output().find("port=") != std::string::npos || !command_.running();
        })) << errors();
    }
    std::string port() const {
        const auto out = output();
        const auto start = out.find("port=") + 5;
        return out.substr(start, out.find('\n', start) - start);
    }
    std::string conninfo() const { return "host=127.0.0.1 user=ada dbname=lovelace sslmode=disable port=" + port(); }
    test::outcome psql(const std::string& sql) const {
        return test::run({.arguments = {test::find_program("psql"), "-XAtq", "-d", conninfo(), "-c", sql}}, {}, 60s);
    }
    int end() {
        command_.signal(SIGTERM);
        EXPECT_TRUE(command_.wait(test::from_now(30s))) << errors();
        return command_.exit_status();
    }
    std::string output() const { return test::read_all(output_); }
    std::string errors() const { return test::read_all(errors_); }

private:
    test::descriptor output_ = test::nameless_file(), errors_ = test::nameless_file();
    test::process command_;
};

class replay_command : public ::testing::Test {
protected:
    replay_command() {
        tape_maker tape{folder_.path() / "tape"};
        tape.add("select n from t", {}, ints({"1", "2"}));
        tape.add("select n from u", {}, ints({"3"}));
    }
    std::filesystem::path tape() const { return folder_.path() / "tape"; }
    temporary_folder folder_;
};

TEST_F(replay_command, answers_psql_and_ends_with_0_if_nothing_has_drifted) {
    replaying server{tape(), {}};
    EXPECT_EQ(server.psql("select n from t").output, "1\n2\n");
    EXPECT_EQ(server.psql("SELECT n FROM u;").output, "3\n");
    EXPECT_EQ(server.end(), 0) << server.output();
    EXPECT_THAT(server.output(), HasSubstr("2 answered from the recording (0 of them repeated)"));
}

TEST_F(replay_command, drift_is_exit_status_3_and_a_report) {
    const auto report = (folder_.path() / "report.xml").string();
    replaying server{tape(), {"--report", report, "--format", "junit"}};
    const auto unmatched = server.psql("select n from v");
    EXPECT_EQ(unmatched.exit_status, 1);
    EXPECT_THAT(unmatched.errors, HasSubstr("nothing recorded answers this request"));
    EXPECT_EQ(server.psql("select n from t").output, "1\n2\n");
    EXPECT_EQ(server.end(), 3);
    const auto xml = content_of(report);
    EXPECT_THAT(xml, HasSubstr("failures=\"2\""));
    EXPECT_THAT(xml, HasSubstr("classname=\"replay.unmatched\" name=\"select n from v"));
    EXPECT_THAT(xml, HasSubstr("classname=\"replay.unused\" name=\"select n from u"));
}

TEST_F(replay_command, loose_lets_what_is_unused_be) {
    replaying server{tape(), {"--loose"}};
    EXPECT_EQ(server.psql("select n from t").output, "1\n2\n");
    EXPECT_EQ(server.end(), 0);
}

TEST_F(replay_command, speaks_tls_and_asks_for_a_password) {
    const test::authority root{"root"};
    const auto mine = root.issue({.common_name = "server", .alternatives = "IP:127.0.0.1"});
    const auto file = [this](const char* name) { return (folder_.path() / name).string(); };
    put(file("ca.crt"), root.certificate_pem());
    put(file("server.crt"), mine.certificate_pem());
    put(file("server.key"), mine.key_pem());
    put(file("users"), "\"ada\" \"pencil\"\n");
    for (const auto* secret : {"server.key", "users"})
        std::filesystem::permissions(file(secret), std::filesystem::perms::owner_read);
    replaying server{tape(),
                     {"--loose", "--auth", "scram-sha-256", "--users", file("users"), "--tls-cert", file("server.crt"),
                      "--tls-key", file("server.key")}};
    auto config = parse_conninfo(
        "host=127.0.0.1 user=ada sslmode=verify-full channel_binding=require password=pencil port=" + server.port() +
        " sslrootcert=" + file("ca.crt"));
    {
        blocking::connection db{config};
        EXPECT_EQ(db.fetch_all<int>("select n from t"), (std::vector{1, 2}));
    }
    config.password = secret_string{"chalk"};
    EXPECT_THROW(blocking::connection{config}, error);
    EXPECT_EQ(server.end(), 0);
}

TEST_F(replay_command, faults_cut_a_connection) {
    put(folder_.path() / "faults.json", R"({"faults": [{"matches": "from t", "on": 2, "cut_after": 20}]})");
    replaying server{tape(), {"--loose", "--faults", (folder_.path() / "faults.json").string()}};
    blocking::connection db{parse_conninfo(server.conninfo())};
    EXPECT_EQ(db.fetch_all<int>("select n from t"), (std::vector{1, 2}));
    try {
        (void)db.fetch_all<int>("select n from t");
        FAIL();
    } catch (const error& e) {
        EXPECT_EQ(e.fate(), fate::unknown);
    }
    EXPECT_FALSE(db.open());
    EXPECT_EQ(server.end(), 0);
}

TEST_F(replay_command, a_cancel_ends_a_wait_and_leaves_the_connection_usable) {
    put(folder_.path() / "faults.json", R"({"faults": [{"matches": "from t", "on": 1, "delay_ms": 60000}]})");
    replaying server{tape(), {"--loose", "--faults", (folder_.path() / "faults.json").string()}};
    blocking::connection db{parse_conninfo(server.conninfo())};
    try {
        (void)db.with({.timeout = 50ms}).fetch_all<int>("select n from t");
        FAIL();
    } catch (const error& e) {
        EXPECT_EQ(e.code(), errc::timed_out) << e.what();
        EXPECT_EQ(e.fate(), fate::rejected) << e.what();
    }
    EXPECT_EQ(db.fetch_all<int>("select n from t"), (std::vector{1, 2}));
    EXPECT_EQ(server.end(), 0);
}

TEST_F(replay_command, a_folder_without_a_manifest_is_an_error) {
    const auto done =
        tools::howdah_command({"replay", "--listen", "127.0.0.1:0", "--cassette", folder_.path().string()});
    EXPECT_EQ(done.exit_status, 1);
    EXPECT_THAT(done.errors, HasSubstr("cassette.json"));
}

}  // namespace
}  // namespace howdah::sim
