// security_profile=production on a real server: what gets in, what is refused before anything is shown, and that a
// cancel is held to the same.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "howdah/blocking/blocking.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/types/types.hpp"
#include "tests/ways/document.hpp"
#include "tests/ways/logins.hpp"
#include "tests/ways/verdict.hpp"

namespace howdah::ways {
namespace {

using namespace std::chrono_literals;

constexpr const auto &password = methods[1], &md5 = methods[2], &scram = methods[3];

class production : public ::testing::Test, protected logins {
protected:
    static std::string in_production(const std::string& dsn) {
        return cell(connect(dsn + " security_profile=production"));
    }
};

TEST_F(production, takes_verify_full_with_scram_or_a_certificate_and_nothing_weaker) {
    table out{{"way", "standard", "production"}};
    const auto add = [&](const std::string& name, const std::string& dsn) {
        out.add({name, cell(connect(dsn)), in_production(dsn)});
    };
    for (const auto& m : methods) add(std::string{m.name} + ", `verify-full`", over_tls(m));
    for (const auto* mode : {"verify-ca", "require", "prefer", "allow", "disable"})
        add(std::string{"scram-sha-256, `"} + mode + '`', to(scram, std::string{"sslmode="} + mode));
    for (const auto& m : {methods[0], password, md5, scram})
        add(std::string{m.name} + ", unix socket", server.socket_address(m.role) + "password=zebra");
    add("password, no TLS, `allow_cleartext_without_tls`",
        to(password, "sslmode=disable allow_cleartext_without_tls=on"));
    for (const int iterations : {4095, 4096}) {
        set_iterations(iterations);
        add("scram-sha-256, `verify-full`, " + std::to_string(iterations) + " iterations", over_tls(scram));
    }
    expect_documented("production", out.markdown());
}

TEST_F(production, is_turned_on_for_the_process_by_its_environment) {
    ASSERT_EQ(::setenv("HOWDAH_SECURITY_PROFILE", "production", 1), 0);
    const auto weak = connect(to(scram, "sslmode=require security_profile=standard"));
    const auto sound = connect(over_tls(scram));
    ASSERT_EQ(::unsetenv("HOWDAH_SECURITY_PROFILE"), 0);
    EXPECT_EQ(weak.code, errc::below_security_profile) << weak.words;
    EXPECT_NE(weak.words.find("sslmode=require"), std::string::npos) << weak.words;
    EXPECT_EQ(sound.outcome, outcome::tls) << sound.words;
}

TEST_F(production, refusals_of_a_method_say_what_to_do_and_reach_the_server_without_a_password) {
    for (const auto& m : {password, md5}) {
        const auto v = connect(over_tls(m, "security_profile=production"));
        EXPECT_EQ(v.code, errc::below_security_profile) << v.words;
        EXPECT_NE(v.words.find("scram-sha-256"), std::string::npos) << v.words;
    }
    // A server that got a wrong password would have logged it, one that got a right one a session.
    const auto log = server.server().log_text();
    EXPECT_EQ(log.find("authentication failed"), std::string::npos) << log;
}

// A cancel that may not verify the server is not sent: the statement goes on, and the connection is given up.
TEST_F(production, holds_the_connection_that_cancels_to_the_same) {
    const auto dsn = over_tls(scram, "security_profile=production cancel_grace=300ms");
    blocking::connection believed{parse_conninfo(dsn)}, deceived{parse_conninfo(dsn)};
    const auto sleep_on = [](blocking::connection& db) {
        try {
            db.with({.timeout = 100ms}).execute("select pg_sleep(60)");
        } catch (const error& e) {
            return e.code();
        }
        return std::error_code{};
    };
    EXPECT_EQ(sleep_on(believed), errc::timed_out);
    EXPECT_TRUE(believed.open());

    ASSERT_TRUE(server.present(root.issue({.common_name = "other.example", .alternatives = "DNS:other.example"})));
    const auto process = deceived.process_id();
    EXPECT_EQ(sleep_on(deceived), errc::timed_out);
    EXPECT_FALSE(deceived.open());
    blocking::connection admin{parse_conninfo(server.server().superuser_dsn())};
    EXPECT_EQ(admin.fetch_one<std::string>("select state from pg_stat_activity where pid = $1", process), "active");
    EXPECT_TRUE(admin.fetch_one<bool>("select pg_terminate_backend($1)", process));
}

}  // namespace
}  // namespace howdah::ways
