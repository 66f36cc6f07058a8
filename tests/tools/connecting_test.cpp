// What query and doctor say of servers that can't be connected to, and what doctor says of one that can.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>
#include <thread>

#include "howdah/testing/descriptor.hpp"
#include "tests/tools/command.hpp"

namespace howdah::tools {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// A TCP socket on a free port of 127.0.0.1.
class local_socket {
public:
    local_socket() : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        if (::bind(number(), reinterpret_cast<sockaddr*>(&at), size) != 0 ||
            ::getsockname(number(), reinterpret_cast<sockaddr*>(&at), &size) != 0)
            throw std::runtime_error{"no port"};
        port_ = ntohs(at.sin_port);
    }
    int number() const { return socket_.number(); }
    std::string dsn() const { return "host=127.0.0.1 user=app password=zebra port=" + std::to_string(port_); }

private:
    testing::descriptor socket_;
    std::uint16_t port_ = 0;
};

/// Answers everybody as a web server does, until it goes.
class http_server {
public:
    http_server() {
        if (::listen(socket_.number(), 8) != 0) throw std::runtime_error{"can't listen"};
        thread_ = std::thread{[this] { serve(); }};
    }
    ~http_server() {
        ::shutdown(socket_.number(), SHUT_RDWR);  // ends accept
        thread_.join();
    }
    std::string dsn() const { return socket_.dsn(); }

private:
    void serve() {
        constexpr std::string_view answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
        for (;;) {
            const testing::descriptor client{::accept(socket_.number(), nullptr, nullptr)};
            if (!client) return;
            std::array<char, 256> request{};
            if (::recv(client.number(), request.data(), request.size(), 0) > 0)
                (void)::send(client.number(), answer.data(), answer.size(), MSG_NOSIGNAL);
            ::shutdown(client.number(), SHUT_WR);
            while (::recv(client.number(), request.data(), request.size(), 0) > 0) continue;
        }
    }
    local_socket socket_;
    std::thread thread_;
};

testing::outcome select_one(const std::string& dsn) { return howdah_command({"query", dsn, "select 1"}); }
testing::outcome doctor(const std::string& dsn) { return howdah_command({"doctor", dsn}); }

TEST(connecting, to_nothing_says_what_was_tried_and_what_to_do) {
    const local_socket nobody;  // bound, not listening
    const auto said = select_one(nobody.dsn());
    EXPECT_EQ(said.exit_status, 1);
    EXPECT_THAT(said.errors, AllOf(HasSubstr("127.0.0.1"), HasSubstr("refused"), Not(HasSubstr("zebra"))));
    const auto seen = doctor(nobody.dsn());
    EXPECT_EQ(seen.exit_status, 1);
    EXPECT_THAT(seen.output, AllOf(ContainsRegex("\nconnect +FAILED"), HasSubstr("  cause "), HasSubstr("  remedy "),
                                   HasSubstr("start the server"), HasSubstr("does not work"), Not(HasSubstr("zebra"))));
}

TEST(connecting, with_a_wrong_password_does_not_show_it) {
    const auto said = select_one(app_with_password("zebra"));
    EXPECT_EQ(said.exit_status, 1);
    EXPECT_THAT(said.errors, AllOf(HasSubstr("28P01"), HasSubstr("app"), Not(HasSubstr("zebra"))));
    const auto seen = doctor(app_with_password("zebra"));
    EXPECT_EQ(seen.exit_status, 1);
    EXPECT_THAT(seen.output + seen.errors,
                AllOf(ContainsRegex("authenticate +FAILED"), HasSubstr("28P01"),
                      HasSubstr("check the user's name and password"), Not(HasSubstr("zebra"))));
}

TEST(connecting, to_a_database_that_is_not_there_names_it) {
    const auto dsn = app() + "&dbname=no_such_database";
    const auto said = select_one(dsn);
    EXPECT_EQ(said.exit_status, 1);
    EXPECT_THAT(said.errors, AllOf(HasSubstr("3D000"), HasSubstr("no_such_database")));
    // TLS stands by then, and is told of.
    EXPECT_THAT(doctor(dsn).output,
                AllOf(HasSubstr("TLSv1.3"), ContainsRegex("authenticate +FAILED"), HasSubstr("create the database")));
}

TEST(connecting, to_a_certificate_for_another_name_names_both) {
    const auto dsn = app() + "&host=another.example&hostaddr=127.0.0.1";
    const auto said = select_one(dsn);
    EXPECT_EQ(said.exit_status, 1);
    EXPECT_THAT(said.errors, AllOf(HasSubstr("another.example"), HasSubstr("localhost")));
    const auto seen = doctor(dsn);
    EXPECT_EQ(seen.exit_status, 1);
    EXPECT_THAT(seen.output,
                AllOf(ContainsRegex("\ntls +FAILED"), HasSubstr("connect by a name that is in the certificate")));
}

TEST(connecting, to_a_web_server_says_that_it_is_no_postgresql) {
    const http_server web;
    for (const auto* sslmode : {" sslmode=disable", " sslmode=require", " sslmode=prefer"}) {
        const auto said = select_one(web.dsn() + sslmode);
        EXPECT_EQ(said.exit_status, 1) << sslmode;
        EXPECT_THAT(said.errors, AllOf(HasSubstr("PostgreSQL"), Not(HasSubstr("zebra")))) << sslmode;
        EXPECT_THAT(doctor(web.dsn() + sslmode).output, HasSubstr("something else listens there")) << sslmode;
    }
}

TEST(connecting, to_who_accepts_and_says_nothing_ends_with_the_timeout) {
    const local_socket silent;
    ASSERT_EQ(::listen(silent.number(), 8), 0);
    const auto said = howdah_command({"query", silent.dsn() + " sslmode=disable", "select 1", "--timeout", "100ms"});
    EXPECT_EQ(said.exit_status, 1);
    EXPECT_THAT(said.errors, AllOf(HasSubstr("connect_timeout"), Not(HasSubstr("zebra"))));
}

TEST(doctor, tells_each_step_of_a_connection_that_works) {
    const auto said = doctor(app());
    EXPECT_EQ(said.exit_status, 0) << said.output << said.errors;
    EXPECT_THAT(said.output,
                AllOf(ContainsRegex("^resolve +ok, "), HasSubstr("127.0.0.1:"), HasSubstr("\nconnect "),
                      HasSubstr("\ntls "), HasSubstr("TLSv1.3"), HasSubstr("chain and name"), HasSubstr("days_left")));
    EXPECT_THAT(said.output,
                AllOf(HasSubstr("scram-sha-256"), ContainsRegex("channel_binding +yes"), ContainsRegex("protocol +3.0"),
                      ContainsRegex("max_connections +100"), ContainsRegex("superuser_reserved_connections +3"),
                      ContainsRegex("reserved_connections +0"), ContainsRegex("free_connections +[1-9]"),
                      ContainsRegex("client_encoding +UTF8"), ContainsRegex("in_recovery +no"),
                      ContainsRegex("pooler +none seen")));
    EXPECT_THAT(said.output, AllOf(HasSubstr("p50_ms"), HasSubstr("p99_ms"), HasSubstr("The connection works.")));
    EXPECT_THAT(said.output, Not(HasSubstr(testing::shared_server().password())));
}

TEST(doctor, has_the_same_as_one_line_of_json) {
    const auto said = howdah_command({"doctor", app(), "--json"});
    EXPECT_EQ(said.exit_status, 0) << said.errors;
    EXPECT_THAT(said.output,
                AllOf(StartsWith("{\"ok\":true,\"steps\":[{\"step\":\"resolve\",\"ok\":true,\"ms\":"),
                      HasSubstr("\"cipher\":\""), HasSubstr("\"days_left\":"), HasSubstr("\"channel_binding\":true"),
                      HasSubstr("\"p99_ms\":"), ContainsRegex("\"warnings\":\\[.*\\]\\}\n$")));
    // The server's own JSON parser is the judge of the form.
    EXPECT_EQ(howdah_command({"query", app(), "select count(*) from jsonb_array_elements($1::jsonb -> 'steps')",
                              said.output, "--format", "json"})
                  .output,
              "[{\"count\":6}]\n");
}

TEST(doctor, warns_of_a_connection_without_tls) {
    const auto said = doctor(testing::shared_server().dsn_by(testing::route::tcp));
    EXPECT_EQ(said.exit_status, 0) << said.errors;
    EXPECT_THAT(said.output, AllOf(HasSubstr("warning: the connection is not encrypted"), Not(HasSubstr("\ntls "))));
}

TEST(doctor, shows_the_security_profile_and_what_production_would_refuse) {
    EXPECT_THAT(doctor(app()).output,
                AllOf(ContainsRegex("security_profile +standard"), Not(HasSubstr("production_would_refuse"))));
    EXPECT_THAT(doctor(app() + "&security_profile=production").output, ContainsRegex("security_profile +production"));
    EXPECT_THAT(doctor(testing::shared_server().dsn_by(testing::route::tcp)).output,
                AllOf(ContainsRegex("security_profile +standard"), HasSubstr("production_would_refuse"),
                      HasSubstr("sslmode=disable")));
    EXPECT_THAT(doctor(testing::shared_server().dsn_by(testing::route::socket)).output,
                Not(HasSubstr("production_would_refuse")));
}

TEST(doctor, refuses_what_the_production_profile_refuses_and_says_why) {
    const auto said = doctor(testing::shared_server().dsn_by(testing::route::tcp) + "&security_profile=production");
    EXPECT_EQ(said.exit_status, 2);
    EXPECT_THAT(said.errors, AllOf(HasSubstr("security_profile=production"), HasSubstr("set sslmode=verify-full")));
}

TEST(doctor, looks_through_a_unix_socket) {
    const auto said = doctor(testing::shared_server().dsn_by(testing::route::socket));
    EXPECT_EQ(said.exit_status, 0) << said.errors;
    EXPECT_THAT(said.output, AllOf(HasSubstr(".s.PGSQL."), Not(HasSubstr("not encrypted"))));
}

TEST(doctor, goes_on_to_the_next_host_and_tells_of_both) {
    const local_socket nobody;
    const auto password = testing::shared_server().password();
    const auto port = std::to_string(testing::shared_server().port());
    const auto gone = nobody.dsn().substr(nobody.dsn().rfind('=') + 1);
    const auto said = doctor("host=127.0.0.1,127.0.0.1 port=" + gone + ',' + port +
                             " user=app dbname=app sslmode=disable password=" + password);
    EXPECT_EQ(said.exit_status, 0) << said.output;
    EXPECT_THAT(said.output, AllOf(ContainsRegex("connect +FAILED"), HasSubstr("The connection works.")));
}

TEST(doctor, refuses_a_connection_string_that_can_not_be_read) {
    EXPECT_EQ(doctor("postgresql://h/?no_such_option=1").exit_status, 2);
    EXPECT_EQ(howdah_command({"doctor"}).exit_status, 2);
}

}  // namespace
}  // namespace howdah::tools
