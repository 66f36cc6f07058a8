#include "howdah/testing/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "howdah/base/error.hpp"
#include "howdah/testing/process.hpp"
#include "tests/testing/psql.hpp"

namespace howdah::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(server, takes_connections_by_tcp_as_app_and_by_socket_as_superuser) {
    server db;
    EXPECT_EQ(psql(db.dsn(), "select current_user || '@' || current_database()").output, "app@app");
    EXPECT_EQ(psql(db.dsn(route::socket), "select current_user").output, "app");
    EXPECT_EQ(psql(db.superuser_dsn(), "select current_user, pg_backend_pid() > 0").output, "postgres|t");
    EXPECT_EQ(db.execute_sql("show fsync; show password_encryption"), "off\nscram-sha-256");
}

TEST(server, app_owns_its_database_and_may_create_in_it) {
    server db;
    EXPECT_EQ(psql(db.dsn(), "create table t(a int); create schema s; insert into t values (1) returning a").output,
              "1");
}

TEST(server, leaves_no_process_and_no_folder_behind) {
    pid_t process = 0;
    std::string folder;
    {
        server db;
        process = db.primary().process_id();
        folder = db.folder();
        EXPECT_TRUE(is_alive(process));
        EXPECT_TRUE(std::filesystem::exists(folder));
    }
    EXPECT_FALSE(is_alive(process));
    EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(server, settings_of_the_options_win_over_its_own) {
    server db{{.max_connections = 17, .settings = {{"fsync", "on"}, {"log_line_prefix", "it's a\\b "}}}};
    EXPECT_EQ(db.execute_sql("show max_connections; show fsync; show log_line_prefix"), "17\non\nit's a\\b ");
}

TEST(server, wrong_setting_shows_the_end_of_the_log) {
    try {
        const server db{{.settings = {{"shared_buffers", "a few"}}}};
        FAIL() << "it started";
    } catch (const error& e) {
        EXPECT_EQ(e.code(), errc::test_server_failed);
        EXPECT_THAT(e.what(), HasSubstr("invalid value for parameter \"shared_buffers\""));
    }
}

TEST(server, version_that_does_not_exist_is_refused_by_name) {
    EXPECT_THROW((server{{.version = 11}}), error);
    EXPECT_THROW((server{{.replicas = 9}}), error);
}

TEST(server, data_and_port_survive_stop_and_start) {
    server db;
    psql(db.dsn(), "create table t as select 7 as a");
    const auto port = db.port();
    for (const auto mode : {stop_mode::smart, stop_mode::fast, stop_mode::immediate}) {
        db.stop(mode);
        EXPECT_FALSE(db.running());
        EXPECT_NE(psql(db.dsn(), "select 1").exit_status, 0);
        db.start();
        EXPECT_EQ(db.port(), port);
        EXPECT_EQ(psql(db.dsn(), "select a from t").output, "7");
    }
    db.restart();
    EXPECT_EQ(psql(db.dsn(), "select a from t").output, "7");
}

TEST(server, crash_leaves_no_backend_and_the_next_start_recovers) {
    server db{{.settings = {{"synchronous_commit", "on"}}}};
    psql(db.dsn(), "create table t as select 7 as a");
    const auto backends = children_of(db.primary().process_id());
    ASSERT_FALSE(backends.empty());
    db.kill9();
    EXPECT_FALSE(db.running());
    for (const pid_t backend : backends) EXPECT_FALSE(is_alive(backend));
    db.start();
    EXPECT_EQ(psql(db.dsn(), "select a from t").output, "7");
    EXPECT_THAT(db.log_text(), HasSubstr("automatic recovery in progress"));
}

TEST(server, terminated_backend_is_told_so) {
    server db;
    outcome victim;
    std::thread client{[&] { victim = psql(db.dsn(), "select pg_sleep(60)"); }};
    std::string process;
    EXPECT_TRUE(poll_until(from_now(20s), [&] {
        process =
            db.execute_sql("select pid from pg_stat_activity where query like '%pg_sleep(60)%' and usename='app'");
        return !process.empty();
    }));
    db.terminate_backend(std::stoi(process));
    client.join();
    EXPECT_NE(victim.exit_status, 0);
    EXPECT_THAT(victim.errors, HasSubstr("terminating connection due to administrator command"));
    EXPECT_THROW(db.terminate_backend(1), error);
}

TEST(server, failing_statement_is_an_error_with_psqls_words) {
    server db;
    try {
        db.execute_sql("select 1; select * from nowhere");
        FAIL() << "no error";
    } catch (const error& e) {
        EXPECT_THAT(e.what(), HasSubstr("relation \"nowhere\" does not exist"));
    }
}

TEST(server, many_started_at_once_do_not_collide) {
    std::vector<std::unique_ptr<server>> all(4);
    {
        std::vector<std::jthread> threads;
        threads.reserve(all.size());
        for (auto& one : all) threads.emplace_back([&one] { one = std::make_unique<server>(); });
    }
    // The threads that started them are gone; the servers live on.
    for (const auto& one : all) EXPECT_EQ(psql(one->dsn(), "select 1").output, "1");
    for (std::size_t i = 1; i < all.size(); ++i) {
        EXPECT_NE(all[0]->port(), all[i]->port());
        EXPECT_NE(all[0]->folder(), all[i]->folder());
        EXPECT_NE(all[0]->password(), all[i]->password());
    }
}

struct password_method {
    const char* name;
    enum auth auth;
    const char* stored;  // how the server keeps the password

    friend std::ostream& operator<<(std::ostream& out, const password_method& m) { return out << m.name; }
};
struct authentication : ::testing::TestWithParam<password_method> {};

TEST_P(authentication, asks_for_the_password_in_its_own_way) {
    server db{{.auth = GetParam().auth}};
    EXPECT_EQ(psql(db.dsn(), "select current_user").output, "app");
    EXPECT_EQ(psql(db.dsn(route::socket), "select current_user").output, "app");
    auto wrong = db.dsn();
    wrong.replace(wrong.find(db.password()), db.password().size(), "wrong");
    const auto refused = psql(wrong, "select 1");
    EXPECT_NE(refused.exit_status, 0);
    EXPECT_THAT(refused.errors, HasSubstr("password authentication failed"));
    EXPECT_THAT(db.execute_sql("select rolpassword from pg_authid where rolname = 'app'"),
                StartsWith(GetParam().stored));
}

INSTANTIATE_TEST_SUITE_P(methods, authentication,
                         ::testing::Values(password_method{"scram", auth::scram, "SCRAM-SHA-256$"},
                                           password_method{"md5", auth::md5, "md5"},
                                           password_method{"password", auth::password, "SCRAM-SHA-256$"}),
                         [](const auto& method) { return std::string{method.param.name}; });

TEST(server, trust_needs_no_password) {
    server db{{.auth = auth::trust}};
    EXPECT_TRUE(db.password().empty());
    EXPECT_EQ(psql(db.dsn(), "select current_user").output, "app");
}

TEST(server, superuser_is_refused_by_tcp) {
    server db{{.auth = auth::trust}};
    const auto refused = psql("postgresql://postgres@127.0.0.1:" + std::to_string(db.port()) + "/app", "select 1");
    EXPECT_THAT(refused.errors, HasSubstr("pg_hba.conf rejects connection"));
}

TEST(server, tls_is_verified_in_full_and_plain_tcp_still_works) {
    server db{{.tls = true}};
    const std::string ssl = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
    EXPECT_THAT(db.dsn(), HasSubstr("sslmode=verify-full&sslrootcert="));
    EXPECT_EQ(psql(db.dsn() + "&channel_binding=require", ssl).output, "t");
    EXPECT_EQ(psql(db.dsn(route::tcp), ssl).output, "f");
    auto by_name = db.dsn();
    by_name.replace(by_name.find("127.0.0.1"), 9, "localhost");
    EXPECT_EQ(psql(by_name, ssl).output, "t");
}

TEST(server, certificate_for_another_name_fails_verify_full) {
    server db{{.tls = true, .tls_names = "DNS:elsewhere.example"}};
    EXPECT_THAT(psql(db.dsn(), "select 1").errors, HasSubstr("elsewhere.example"));
}

TEST(server, client_certificate_lets_app_in_and_nobody_gets_in_without) {
    server db{{.auth = auth::cert}};
    EXPECT_EQ(psql(db.dsn(), "select current_user").output, "app");
    const auto without = db.dsn().substr(0, db.dsn().find("&sslcert"));
    EXPECT_THAT(psql(without + "&sslcert=/nonexistent", "select 1").errors,
                HasSubstr("requires a valid client certificate"));
    EXPECT_NE(psql(db.dsn(route::tcp), "select 1").exit_status, 0);
}

TEST(server, without_tls_has_no_certificates_to_name) {
    const server db;
    EXPECT_THROW(db.ca_file(), error);
    EXPECT_THROW(db.dsn(route::tls), error);
}

TEST(replicas, stream_and_refuse_writes) {
    server db{{.tls = true, .replicas = 2}};
    ASSERT_EQ(db.replica_count(), 2U);
    EXPECT_TRUE(poll_until(from_now(20s), [&] {
        return db.execute_sql("select string_agg(application_name || ' ' || state, ',' order by application_name) "
                              "from pg_stat_replication") == "replica_1 streaming,replica_2 streaming";
    })) << db.execute_sql("select * from pg_stat_replication");
    psql(db.dsn(), "create table t as select 7 as a");
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_TRUE(
            poll_until(from_now(20s), [&] { return psql(db.replica(i).dsn(), "select a from t").output == "7"; }));
        EXPECT_THAT(psql(db.replica(i).dsn(), "insert into t values (1)").errors, HasSubstr("read-only transaction"));
    }
}

TEST(replicas, promoted_one_takes_writes_and_the_other_follows_it) {
    server db{{.replicas = 2}};
    db.kill9();
    db.promote(0);
    EXPECT_EQ(db.replica(0).execute_sql("select pg_is_in_recovery()"), "f");
    EXPECT_EQ(psql(db.replica(0).dsn(), "create table t(a int); insert into t values (8) returning a").output, "8");
    db.replica(1).follow(db.replica(0));
    EXPECT_TRUE(poll_until(from_now(20s), [&] { return psql(db.replica(1).dsn(), "select a from t").output == "8"; }))
        << db.replica(1).log_text();
}

TEST(replicas, catch_up_after_a_restart_of_either_side) {
    server db{{.replicas = 1}};
    db.replica(0).stop();
    psql(db.dsn(), "create table t as select 7 as a");
    db.restart();
    db.replica(0).start();
    EXPECT_TRUE(poll_until(from_now(20s), [&] { return psql(db.replica(0).dsn(), "select a from t").output == "7"; }));
}

}  // namespace
}  // namespace howdah::testing
