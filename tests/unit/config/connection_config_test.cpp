#include "howdah/config/connection_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "surroundings.hpp"

namespace howdah::config {
namespace {

using testing::HasSubstr;

connection_config sound() {
    connection_config c;
    c.hosts = {{.host = "db", .hostaddr = {}, .port = 5432}};
    c.username = "u";
    c.database = "d";
    return c;
}

TEST(endpoint, shows_as_people_write_it) {
    EXPECT_EQ((endpoint{.host = "db.example", .hostaddr = {}, .port = 5432}.to_string()), "db.example:5432");
    EXPECT_EQ((endpoint{.host = "::1", .hostaddr = {}, .port = 5433}.to_string()), "[::1]:5433");
    EXPECT_EQ((endpoint{.host = {}, .hostaddr = "::1", .port = 5433}.to_string()), "[::1]:5433");
    EXPECT_EQ((endpoint{.host = "db", .hostaddr = "10.0.0.1", .port = 1}.to_string()), "db:1 (at 10.0.0.1)");
    EXPECT_EQ((endpoint{.host = "/run/postgresql", .hostaddr = {}, .port = 5432}.to_string()),
              "/run/postgresql/.s.PGSQL.5432");
}

TEST(endpoint, a_folder_with_an_address_is_no_socket) {
    EXPECT_TRUE((endpoint{.host = "@abstract", .hostaddr = {}, .port = 1}.is_unix_socket()));
    EXPECT_FALSE((endpoint{.host = "/tmp", .hostaddr = "10.0.0.1", .port = 1}.is_unix_socket()));
    EXPECT_FALSE((endpoint{.host = {}, .hostaddr = {}, .port = 1}.is_unix_socket()));
}

TEST(connection_config, a_sound_one_passes) { EXPECT_NO_THROW(sound().validate()); }

struct broken {
    const char* words;
    std::function<void(connection_config&)> change;
};

TEST(connection_config, each_broken_option_is_refused_by_name) {
    using namespace std::chrono_literals;
    using config = connection_config;
    const broken cases[] = {
        {"host", [](config& c) { c.hosts.clear(); }},
        {"no name and no address", [](config& c) { c.hosts[0].host.clear(); }},
        {"port", [](config& c) { c.hosts[0].port = 0; }},
        {"host has a NUL", [](config& c) { c.hosts[0].host.push_back('\0'); }},
        {"user has a NUL", [](config& c) { c.username.push_back('\0'); }},
        {"dbname has a NUL", [](config& c) { c.database.push_back('\0'); }},
        {"password has a NUL", [](config& c) { c.password = secret_string{std::string_view{"a\0b", 3}}; }},
        {"options has a NUL", [](config& c) { c.options.push_back('\0'); }},
        {"application_name has a NUL", [](config& c) { c.application_name.push_back('\0'); }},
        {"server_settings", [](config& c) { c.server_settings[""] = "x"; }},
        {"server_settings: geqo", [](config& c) { c.server_settings["geqo"].push_back('\0'); }},
        {"host_passwords", [](config& c) { c.host_passwords.resize(2); }},
        {"min_protocol_version", [](config& c) { c.min_protocol_version = protocol_version::v3_2; }},
        {"sslrootcert=system", [](config& c) { c.ssl_root_cert = "system"; }},
        {"sslnegotiation=direct", [](config& c) { c.ssl_negotiation = ssl_negotiation::direct; }},
        {"channel_binding",
         [](config& c) {
             c.channel_binding = channel_binding::require;
             c.ssl_mode = ssl_mode::disable;
         }},
        {"ssl_min_protocol_version",
         [](config& c) {
             c.ssl_min_protocol_version = tls_version::tls1_3;
             c.ssl_max_protocol_version = tls_version::tls1_2;
         }},
        {"connect_timeout", [](config& c) { c.connect_timeout = -1ms; }},
        {"query_timeout", [](config& c) { c.query_timeout = -1ms; }},
        {"cancel_grace", [](config& c) { c.cancel_grace = -1ms; }},
        {"tcp_user_timeout", [](config& c) { c.tcp_user_timeout = -1ms; }},
        {"keepalives_idle", [](config& c) { c.keepalives_idle = -1s; }},
        {"scram_iteration_limit", [](config& c) { c.scram_iteration_limit = 0; }},
        {"max_result_bytes", [](config& c) { c.max_result_bytes = 0; }},
        {"max_message_bytes", [](config& c) { c.max_message_bytes = 100; }},
        {"pipeline_depth", [](config& c) { c.pipeline_depth = 0; }},
        {"pipeline_bytes", [](config& c) { c.pipeline_bytes = 0; }},
    };
    for (const auto& [words, change] : cases) {
        auto c = sound();
        change(c);
        const auto failed = thrown_by([&] { c.validate(); });
        ASSERT_TRUE(failed) << words;
        EXPECT_EQ(failed->code(), errc::invalid_option);
        EXPECT_THAT(failed->what(), HasSubstr(words));
    }
}

connection_config in_production() {
    auto c = sound();
    c.security_profile = security_profile::production;
    c.ssl_mode = ssl_mode::verify_full;
    return c;
}

TEST(security_profile, production_takes_verify_full_and_no_weaker_mode) {
    EXPECT_NO_THROW(in_production().validate());
    for (const auto mode :
         {ssl_mode::disable, ssl_mode::allow, ssl_mode::prefer, ssl_mode::require, ssl_mode::verify_ca}) {
        auto c = in_production();
        c.ssl_mode = mode;
        const auto failed = thrown_by([&] { c.validate(); });
        ASSERT_TRUE(failed);
        EXPECT_EQ(failed->code(), errc::below_security_profile);
        EXPECT_THAT(failed->what(), HasSubstr("security_profile=production"));
        EXPECT_THAT(failed->what(), HasSubstr("db:5432"));
        EXPECT_THAT(failed->what(), HasSubstr("set sslmode=verify-full"));
        c.security_profile = security_profile::standard;
        EXPECT_NO_THROW(c.validate());
    }
}

TEST(security_profile, production_exempts_unix_sockets_and_looks_at_each_host) {
    auto c = in_production();
    c.ssl_mode = ssl_mode::disable;
    c.allow_cleartext_without_tls = true;
    c.hosts = {{.host = "/run/postgresql", .hostaddr = {}, .port = 5432}};
    EXPECT_NO_THROW(c.validate());
    c.hosts.push_back({.host = "db.example", .hostaddr = {}, .port = 5432});
    const auto failed = thrown_by([&] { c.validate(); });
    ASSERT_TRUE(failed);
    EXPECT_THAT(failed->what(), HasSubstr("db.example:5432"));
}

TEST(security_profile, production_names_every_objection_at_once) {
    auto c = in_production();
    c.ssl_mode = ssl_mode::require;
    c.allow_cleartext_without_tls = true;
    c.require_auth = static_cast<auth_methods>(auth_method::md5);
    c.ssl_key_log_file = "keys";
    EXPECT_EQ(c.below_production().size(), 4u);
    const auto failed = thrown_by([&] { c.validate(); });
    ASSERT_TRUE(failed);
    for (const auto* option : {"sslmode=require", "allow_cleartext_without_tls", "require_auth", "sslkeylogfile"})
        EXPECT_THAT(failed->what(), HasSubstr(option));
}

TEST(connection_config, another_transport_needs_no_host) {
    connection_config c;
    c.transport = "replay";
    EXPECT_NO_THROW(c.validate());
}

TEST(conninfo_json, is_compact_in_libpqs_order_and_escaped) {
    const auto info = read_conninfo("host=a,b dbname='q\"\\\\\t' user='\xc3\xa9'");
    EXPECT_EQ(conninfo_json(info), "{\"user\":\"\xc3\xa9\",\"dbname\":\"q\\\"\\\\\\u0009\",\"host\":\"a,b\"}");
}

TEST(conninfo_json, masks_every_secret) {
    const auto info =
        read_conninfo("password=a sslpassword=b oauth_client_secret=c scram_client_key=d scram_server_key=e");
    const auto text = conninfo_json(info);
    EXPECT_EQ(text, R"({"password":"********","sslpassword":"********","scram_client_key":"********",)"
                    R"("scram_server_key":"********","oauth_client_secret":"********"})");
}

TEST(conninfo_json, masks_what_stands_behind_a_recorders_folder) {
    const auto info = read_conninfo("record:c?upstream=postgresql://u:p@h");
    EXPECT_EQ(conninfo_json(info), R"({"transport":"record","transport_argument":"c?********"})");
    EXPECT_EQ(conninfo_json(info, {.show_password = true}),
              R"({"transport":"record","transport_argument":"c?upstream=postgresql://u:p@h"})");
}

TEST_F(surroundings, given_only_leaves_out_environment_and_defaults) {
    variables["PGUSER"] = "u";
    const auto info = resolve_conninfo("host=h", options);
    EXPECT_EQ(conninfo_json(info, {.given_only = true}), R"({"host":"h"})");
    EXPECT_THAT(conninfo_json(info), HasSubstr(R"("user":"u")"));
    EXPECT_THAT(conninfo_json(info), HasSubstr(R"("sslmode":"prefer")"));
}

}  // namespace
}  // namespace howdah::config
