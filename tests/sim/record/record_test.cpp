// howdah record between psql and a server of its own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "howdah/sim/cassette.hpp"
#include "howdah/testing/certificates.hpp"
#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/server.hpp"
#include "tests/sim/record/running.hpp"
#include "tests/sim/recordings.hpp"
#include "tests/sim/temporary_folder.hpp"
#include "tests/testing/psql.hpp"

namespace howdah::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

testing::server& own_server() {
    static testing::server s{{.tls = true, .auth = testing::auth::scram}};
    return s;
}

// A recorder in front of it, and where it writes.
class record : public ::testing::Test {
protected:
    std::string folder() const { return folder_.path() / "cassette"; }
    std::string file(const char* name) const { return folder_.path() / name; }

    std::vector<std::string> words(const std::string& upstream, std::vector<std::string> more = {}) const {
        more.insert(more.begin(),
                    {"record", "--listen", "127.0.0.1:0", "--upstream", upstream, "--cassette", folder()});
        return more;
    }
    std::string conninfo(const running_command& recorder, const std::string& more = {}) const {
        return "host=127.0.0.1 port=" + recorder.port() + " user=app dbname=app " + more;
    }
    cassette tape() const { return cassette{folder()}; }
    // What a statement was answered, all of its uses.
    std::uint64_t uses(const std::string& sql) const {
        const auto found = tape().find(key_of(sql));
        return found ? found->use_count() : 0;
    }

    testing::server& server = own_server();

private:
    temporary_folder folder_;
};

TEST_F(record, tls_and_scram_with_channel_binding_on_both_sides) {
    const testing::authority root{"root"};
    const auto own = root.issue({.common_name = "localhost", .alternatives = "DNS:localhost"});
    testing::write_file(file("root.crt"), root.certificate_pem());
    testing::write_file(file("own.crt"), own.certificate_pem());
    testing::write_file(file("own.key"), own.key_pem());
    testing::write_file(file("users"), "\"reader\" \"a password\"\n");
    running_command recorder{words(server.dsn(testing::route::tls) + "&channel_binding=require",
                                   {"--auth", "scram-sha-256", "--users", file("users"), "--tls-cert", file("own.crt"),
                                    "--tls-key", file("own.key"), "--require-tls"})};
    const auto to =
        "host=localhost hostaddr=127.0.0.1 port=" + recorder.port() +
        " user=reader dbname=app channel_binding=require sslmode=verify-full sslrootcert=" + file("root.crt");
    const auto said = testing::psql(to + " password='a password'",
                                    "select ssl, current_user from pg_stat_ssl where pid = pg_backend_pid()");
    EXPECT_EQ(said.output, "t|app") << said.errors;
    EXPECT_THAT(testing::psql(to + " password=wrong", "select 1").errors,
                HasSubstr("password authentication failed for user \"reader\""));
    EXPECT_EQ(recorder.stop(), 0) << recorder.errors();
    EXPECT_EQ(uses("select ssl, current_user from pg_stat_ssl where pid = pg_backend_pid()"), 1u);
}

TEST_F(record, a_password_that_is_passed_through_is_the_server_s_to_judge) {
    running_command recorder{
        words("host=127.0.0.1 port=" + std::to_string(server.port()) + " sslmode=require", {"--auth", "pass-through"})};
    const auto right = testing::psql(conninfo(recorder, "password=" + server.password()), "select current_user");
    EXPECT_EQ(right.output, "app") << right.errors;
    EXPECT_THAT(testing::psql(conninfo(recorder, "password=wrong"), "select 1").errors,
                HasSubstr("password authentication failed for user \"app\""));
    EXPECT_EQ(recorder.stop(), 0) << recorder.errors();
}

TEST_F(record, a_client_s_own_settings_reach_the_server) {
    running_command recorder{words(server.dsn())};
    const auto to = conninfo(recorder, "application_name=mine options='-c work_mem=2MB' client_encoding=LATIN1");
    const auto said = testing::psql(to, "show application_name; show work_mem; show client_encoding;"
                                        "select octet_length(convert_to('\xe9', 'UTF8'))");
    EXPECT_EQ(said.output, "mine\n2MB\nLATIN1\n2") << said.errors;
    EXPECT_EQ(recorder.stop(), 0) << recorder.errors();
}

TEST_F(record, a_cancel_request_reaches_the_statement_it_is_meant_for) {
    running_command recorder{words(server.dsn())};
    const auto errors = testing::nameless_file();
    testing::process sleeper{
        {.arguments = {testing::find_psql(), "-X", "-d", conninfo(recorder, "application_name=sleeper"), "-c",
                       "select pg_sleep(300)"},
         .errors = errors.number()}};
    ASSERT_TRUE(testing::poll_until(testing::from_now(30s), [&] {
        return server.execute_sql("select count(*) from pg_stat_activity where application_name = 'sleeper' and "
                                  "wait_event = 'PgSleep'") == "1";
    }));
    sleeper.signal(SIGINT);
    EXPECT_TRUE(sleeper.wait(testing::from_now(30s)));
    EXPECT_THAT(testing::read_all(errors), HasSubstr("canceling statement due to user request"));
    EXPECT_EQ(recorder.stop(SIGINT), 0) << recorder.errors();
    EXPECT_EQ(tape().find(key_of("select pg_sleep(300)"))->use(0)->error.value().code, sqlstate{"57014"});
}

TEST_F(record, a_client_that_dies_in_its_copy_leaves_nothing_on_the_server_and_a_failed_copy_in_the_cassette) {
    server.execute_sql("set role app; create table record_copy (n int)");
    running_command recorder{words(server.dsn())};
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const testing::descriptor theirs{ends[0]}, ours{ends[1]};
    testing::process copier{
        {.arguments = {testing::find_psql(), "-X", "-d", conninfo(recorder, "application_name=copier"), "-c",
                       "copy record_copy from stdin"},
         .input = theirs.number()}};
    std::string rows;
    for (int i = 0; i < 10'000; ++i) rows += std::to_string(i) + '\n';
    testing::write_all(ours, rows);
    ASSERT_TRUE(testing::poll_until(testing::from_now(30s), [&] {
        return server.execute_sql("select count(*) from pg_stat_progress_copy where tuples_processed > 100") == "1";
    }));
    copier.kill();
    EXPECT_TRUE(testing::poll_until(testing::from_now(30s), [&] {
        return server.execute_sql("select count(*) from pg_stat_activity where application_name = 'copier'") == "0";
    }));
    EXPECT_EQ(server.execute_sql("select count(*) from record_copy"), "0");
    EXPECT_EQ(recorder.stop(), 0) << recorder.errors();
    const auto found = tape().find(key_of("copy record_copy from stdin"));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->use(0)->results.at(0).copy.value().how, recorded_copy::ending::failed);
    server.execute_sql("drop table record_copy");
}

TEST_F(record, a_server_that_dies_ends_its_clients_and_not_the_recorder) {
    testing::server mortal{{.auth = testing::auth::trust}};
    running_command recorder{words("host=127.0.0.1 port=" + std::to_string(mortal.port()) + " sslmode=disable")};
    EXPECT_EQ(testing::psql(conninfo(recorder), "select 1").output, "1");
    const auto said = testing::nameless_file();
    testing::process waiting{
        {.arguments = {testing::find_psql(), "-X", "-d", conninfo(recorder), "-c", "select pg_sleep(300)"},
         .errors = said.number()}};
    ASSERT_TRUE(testing::poll_until(testing::from_now(30s), [&] {
        return mortal.execute_sql("select count(*) from pg_stat_activity where wait_event = 'PgSleep'") == "1";
    }));
    mortal.kill9();
    EXPECT_TRUE(waiting.wait(testing::from_now(30s)));
    EXPECT_NE(waiting.exit_status(), 0);
    EXPECT_THAT(testing::psql(conninfo(recorder), "select 1").errors, HasSubstr("recorder: "));
    mortal.start();
    EXPECT_EQ(testing::psql(conninfo(recorder), "select 2").output, "2");
    EXPECT_EQ(recorder.stop(), 0) << recorder.errors();
    EXPECT_THAT(recorder.errors(), HasSubstr("not recorded: a request whose answer did not come"));
    EXPECT_EQ(uses("select 1"), 1u);
    EXPECT_EQ(uses("select 2"), 1u);
}

// All files of a cassette but those that are allowed to differ.
std::map<std::string, std::string> content_of_all(const fs::path& folder) {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator{folder})
        if (entry.is_regular_file() && entry.path().filename() != "timings" && entry.path().filename() != "lock")
            out[fs::relative(entry.path(), folder)] = content_of(entry.path());
    return out;
}

TEST_F(record, two_recordings_of_the_same_are_the_same_bytes) {
    server.execute_sql("set role app; create table record_same as select generate_series(1, 5000) as n");
    std::vector<std::map<std::string, std::string>> made;
    for (int i = 0; i < 2; ++i) {
        running_command recorder{words(server.dsn())};
        const auto said = testing::psql(conninfo(recorder), "select n, repeat('x', 50) from record_same order by n;\n"
                                                            "select 1;\nselect 1;\nselect 2;");
        EXPECT_EQ(said.exit_status, 0) << said.errors;
        EXPECT_EQ(recorder.stop(), 0) << recorder.errors();
        made.push_back(content_of_all(folder()));
        fs::remove_all(folder());
    }
    server.execute_sql("drop table record_same");
    EXPECT_GT(made[0].size(), 3u);
    EXPECT_EQ(made[0].size(), made[1].size());
    for (const auto& [name, text] : made[0]) EXPECT_TRUE(made[1][name] == text) << name;
}

TEST_F(record, secrets_do_not_come_into_the_cassette) {
    running_command recorder{words(server.dsn())};
    const auto said = testing::psql(conninfo(recorder), "alter role app password '" + server.password() + "'");
    EXPECT_EQ(said.exit_status, 0) << said.errors;
    EXPECT_EQ(recorder.stop(), 0) << recorder.errors();
    for (const auto& [name, text] : content_of_all(folder()))
        EXPECT_THAT(text, Not(HasSubstr(server.password()))) << name;
}

TEST_F(record, a_folder_takes_one_recorder_at_a_time) {
    const running_command recorder{words(server.dsn())};
    auto second = words(server.dsn());
    second.insert(second.begin(), HOWDAH_COMMAND);
    const auto said = testing::run({.arguments = std::move(second)}, {}, 30s);
    EXPECT_EQ(said.exit_status, 1);
    EXPECT_THAT(said.errors, HasSubstr(folder()));
}

TEST_F(record, bad_usage_is_refused_before_anything_listens) {
    const auto refused = [&](std::vector<std::string> more) {
        more.insert(more.begin(), {HOWDAH_COMMAND, "record", "--upstream", server.dsn()});
        const auto said = testing::run({.arguments = std::move(more)}, {}, 30s);
        EXPECT_EQ(said.exit_status, 2) << said.errors;
        return said.errors;
    };
    EXPECT_THAT(refused({"--listen", "0.0.0.0:0", "--cassette", folder()}), HasSubstr("this machine only"));
    EXPECT_THAT(refused({"--listen", ":0", "--cassette", folder(), "--auth", "md5"}), HasSubstr("--users"));
    EXPECT_THAT(refused({"--listen", ":0", "--cassette", folder(), "--tls-cert", "x"}), HasSubstr("--tls-key"));
    EXPECT_THAT(refused({"--listen", ":0"}), HasSubstr("--cassette"));
}

TEST_F(record, a_dry_run_relays_and_writes_nothing) {
    running_command relay{{"record", "--listen", "127.0.0.1:0", "--upstream", server.dsn(), "--dry-run"}};
    EXPECT_EQ(testing::psql(conninfo(relay), "select 1").output, "1");
    EXPECT_EQ(relay.stop(), 0) << relay.errors();
    EXPECT_FALSE(fs::exists(folder()));
}

}  // namespace
}  // namespace howdah::sim
