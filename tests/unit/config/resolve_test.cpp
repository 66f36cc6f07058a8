#include "howdah/config/detail/resolve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "howdah/config/detail/environment.hpp"
#include "surroundings.hpp"

namespace howdah::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

endpoint at(std::string host, std::uint16_t port = 5432, std::string hostaddr = {}) {
    return {.host = std::move(host), .hostaddr = std::move(hostaddr), .port = port};
}

using resolve_test = surroundings;

TEST_F(resolve_test, an_empty_string_means_the_local_server_and_the_current_user) {
    const auto config = parse("");
    EXPECT_THAT(config.hosts, ElementsAre(at(std::string{default_host()})));
    EXPECT_EQ(config.username, operating_system_user());
    EXPECT_EQ(config.database, config.username);
    EXPECT_EQ(config.ssl_mode, ssl_mode::prefer);
    EXPECT_EQ(config.connect_timeout, std::chrono::seconds{10});
    EXPECT_NO_THROW(config.validate());
}

TEST_F(resolve_test, the_database_is_named_as_the_user) {
    EXPECT_EQ(parse("user=ada").database, "ada");
    EXPECT_EQ(parse("user=ada dbname=''").database, "ada");
    EXPECT_EQ(parse("user=ada dbname=d").database, "d");
}

TEST_F(resolve_test, the_environment_stands_in_for_what_was_not_given) {
    variables.insert({{"PGHOST", "h"}, {"PGPORT", "1"}, {"PGUSER", "u"}, {"PGDATABASE", "d"}, {"PGPASSWORD", "p"}});
    const auto config = parse("port=2");
    EXPECT_THAT(config.hosts, ElementsAre(at("h", 2)));
    EXPECT_EQ(config.username, "u");
    EXPECT_EQ(config.database, "d");
    EXPECT_EQ(config.password.reveal(), "p");
}

TEST_F(resolve_test, an_empty_value_hides_the_variable) {
    variables["PGHOST"] = "h";
    EXPECT_THAT(parse("host=''").hosts, ElementsAre(at(std::string{default_host()})));
}

TEST_F(resolve_test, without_the_environment_no_variable_is_read) {
    variables.insert({{"PGHOST", "h"}, {"PGSERVICE", "s"}, {"PGTZ", "UTC"}, {"PGREQUIRESSL", "1"}});
    options.use_environment = false;
    const auto config = parse("user=u");
    EXPECT_THAT(config.hosts, ElementsAre(at(std::string{default_host()})));
    EXPECT_EQ(config.ssl_mode, ssl_mode::prefer);
    EXPECT_TRUE(config.server_settings.empty());
}

TEST_F(resolve_test, without_defaults_only_what_was_given_is_there) {
    options.use_defaults = false;
    options.use_passfile = false;
    EXPECT_EQ(conninfo_json(resolve_conninfo("host=h", options)), R"({"host":"h"})");
}

TEST_F(resolve_test, requiressl_in_the_environment_yields_to_pgsslmode) {
    variables["PGREQUIRESSL"] = "1";
    EXPECT_EQ(parse("").ssl_mode, ssl_mode::require);
    variables["PGSSLMODE"] = "disable";
    EXPECT_EQ(parse("").ssl_mode, ssl_mode::disable);
}

TEST_F(resolve_test, the_systems_roots_make_verify_full_the_default) {
    EXPECT_EQ(parse("sslrootcert=system").ssl_mode, ssl_mode::verify_full);
    EXPECT_EQ(parse("sslrootcert=system sslmode=require").ssl_mode, ssl_mode::require);
}

TEST_F(resolve_test, variables_for_the_session_become_server_settings_unless_default) {
    variables.insert({{"PGTZ", "UTC"}, {"PGDATESTYLE", "Default"}, {"PGGEQO", "off"}});
    const auto config = parse("");
    EXPECT_EQ(config.server_settings, (std::map<std::string, std::string>{{"timezone", "UTC"}, {"geqo", "off"}}));
}

TEST_F(resolve_test, one_port_serves_all_hosts_and_empty_ones_are_5432) {
    EXPECT_THAT(parse("host=a,b port=7").hosts, ElementsAre(at("a", 7), at("b", 7)));
    EXPECT_THAT(parse("host=a,b port=7,").hosts, ElementsAre(at("a", 7), at("b", 5432)));
    EXPECT_THAT(parse("postgresql://a,b:9/d").hosts, ElementsAre(at("a"), at("b", 9)));
}

TEST_F(resolve_test, an_empty_host_in_a_list_is_the_local_server) {
    const std::string local{default_host()};
    EXPECT_THAT(parse("host=a,,@abstract").hosts, ElementsAre(at("a"), at(local), at("@abstract")));
    EXPECT_EQ(resolved("host=a,, port=1,,3", "host"), "a," + local + ',' + local);
    EXPECT_EQ(resolved("host=a,, port=1,,3", "port"), "1,5432,3");
}

TEST_F(resolve_test, hostaddr_stands_beside_the_name_or_alone) {
    EXPECT_THAT(parse("host=a,b hostaddr=10.0.0.1,::1").hosts,
                ElementsAre(at("a", 5432, "10.0.0.1"), at("b", 5432, "::1")));
    EXPECT_THAT(parse("hostaddr=10.0.0.1").hosts, ElementsAre(at("", 5432, "10.0.0.1")));
    EXPECT_EQ(resolved("hostaddr=10.0.0.1", "host"), "(none)");
}

TEST_F(resolve_test, lists_of_different_lengths_are_refused_with_both_counts) {
    EXPECT_THAT(thrown_by([&] { parse("host=a,b hostaddr=1.1.1.1"); })->what(),
                HasSubstr("2 names in host do not match 1 addresses"));
    EXPECT_THAT(thrown_by([&] { parse("host=a,b,c port=1,2"); })->what(),
                HasSubstr("2 numbers in port do not match 3 hosts"));
}

TEST_F(resolve_test, a_port_out_of_range_is_refused) {
    for (const auto* port : {"0", "65536", "x", "5x", "-1", "99999999999"}) {
        const auto failed = thrown_by([&] { parse("host=a port=" + std::string{port}); });
        ASSERT_TRUE(failed) << port;
        EXPECT_EQ(failed->code(), errc::invalid_option);
    }
    EXPECT_THAT(parse("host=a port=' +5 '").hosts, ElementsAre(at("a", 5)));
}

TEST_F(resolve_test, a_bad_port_from_the_environment_names_the_variable) {
    variables["PGPORT"] = "x";
    EXPECT_THAT(thrown_by([&] { parse("host=a"); })->what(), HasSubstr("PGPORT (port)"));
}

using service_test = surroundings;

TEST_F(service_test, a_service_speaks_after_the_string_and_before_the_environment) {
    write(".pg_service.conf", "# mine\n[other]\nhost=no\n\n[mine]\n  host=h  \nport=7\nuser=u\n[last]\nhost=no\n");
    variables["PGUSER"] = "env";
    variables["PGDATABASE"] = "env";
    const auto config = parse("service=mine port=8");
    EXPECT_THAT(config.hosts, ElementsAre(at("h", 8)));
    EXPECT_EQ(config.username, "u");
    EXPECT_EQ(config.database, "env");
}

TEST_F(service_test, the_variables_name_the_service_and_its_file) {
    variables["PGSERVICE"] = "mine";
    variables["PGSERVICEFILE"] = write("services", "[mine]\ndbname=d");
    EXPECT_EQ(parse("").database, "d");
}

TEST_F(service_test, the_systems_file_is_read_when_the_users_does_not_know_the_service) {
    write("etc/pg_service.conf", "[mine]\ndbname=system\n");
    EXPECT_EQ(parse("service=mine").database, "system");
    write(".pg_service.conf", "[other]\ndbname=user\n");
    EXPECT_EQ(parse("service=mine").database, "system");
    write(".pg_service.conf", "[mine]\ndbname=user\n");
    EXPECT_EQ(parse("service=mine").database, "user");
}

TEST_F(service_test, a_service_that_is_nowhere_is_refused_by_name) {
    const auto failed = thrown_by([&] { parse("service=mine"); });
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->code(), errc::invalid_conninfo);
    EXPECT_THAT(failed->what(), HasSubstr("\"mine\""));
    options.use_service_file = false;
    EXPECT_NO_THROW(parse("service=mine"));
}

TEST_F(service_test, a_named_file_that_is_missing_is_refused) {
    variables["PGSERVICEFILE"] = home + "/nowhere";
    EXPECT_THAT(thrown_by([&] { parse("service=mine"); })->what(), HasSubstr("nowhere"));
}

TEST_F(service_test, lines_that_cant_be_read_are_refused_with_their_number) {
    const auto failure = [&](std::string_view line) {
        write(".pg_service.conf", "[mine]\n\n" + std::string{line} + '\n');
        const auto failed = thrown_by([&] { parse("service=mine"); });
        return failed ? std::string{failed->what()} : "(none)";
    };
    EXPECT_THAT(failure("host"), HasSubstr("line 3 has no \"=\""));
    EXPECT_THAT(failure("hosst=h"), HasSubstr("did you mean \"host\"?"));
    EXPECT_THAT(failure("host = h"), HasSubstr("No space"));
    EXPECT_THAT(failure("service=x"), HasSubstr("within a service"));
    EXPECT_THAT(failure("requiressl=1"), HasSubstr("line 3"));
    EXPECT_THAT(failure("ldap://h/d?a?one?f"), HasSubstr("LDAP"));
    EXPECT_THAT(failure("host=" + std::string(1100, 'x')), HasSubstr("line 3 is longer"));
    EXPECT_EQ(failure("password= p "), "(none)");
}

}  // namespace
}  // namespace howdah::config
