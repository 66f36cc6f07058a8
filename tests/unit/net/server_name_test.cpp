#include "howdah/net/server_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace howdah::net {
namespace {

using namespace std::string_literals;

server_names dns(std::vector<std::string> names, const std::string& common = "cn.example") {
    return {.dns = std::move(names), .common = {common}};
}
server_names only_common(const std::string& name) { return {.common = {name}}; }

const std::string v4 = "\xC0\x00\x02\x07"s;                                   // 192.0.2.7
const std::string v6 = "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x01";  // 2001:db8::1

TEST(server_name, compares_without_case) {
    EXPECT_TRUE(matches(dns({"DB.Example"}), "db.eXample"));
    EXPECT_FALSE(matches(dns({"db.example"}), "db.example.org"));
    EXPECT_FALSE(matches(dns({"db.example"}), "xdb.example"));
}

TEST(server_name, wildcard_stands_for_one_leftmost_label) {
    EXPECT_TRUE(matches(dns({"*.example.com"}), "db.example.com"));
    EXPECT_TRUE(matches(dns({"*.EXAMPLE.com"}), "db.example.COM"));
    EXPECT_FALSE(matches(dns({"*.example.com"}), "example.com"));
    EXPECT_FALSE(matches(dns({"*.example.com"}), ".example.com"));
    EXPECT_FALSE(matches(dns({"*.example.com"}), "a.b.example.com"));
    EXPECT_FALSE(matches(dns({"d*.example.com"}), "db.example.com"));
    EXPECT_FALSE(matches(dns({"db.*.com"}), "db.example.com"));
    EXPECT_FALSE(matches(dns({"*"}), "localhost"));
    EXPECT_FALSE(matches(dns({"*."}), "a."));
}

TEST(server_name, common_name_counts_only_without_a_dns_name) {
    EXPECT_TRUE(matches(only_common("db.example"), "db.example"));
    EXPECT_TRUE(matches(only_common("*.example.com"), "db.example.com"));
    EXPECT_FALSE(matches(dns({"other.example"}, "db.example"), "db.example"));
    // An address in the certificate does not hide the CN from a host that is a name.
    EXPECT_TRUE(matches({.addresses = {v4}, .common = {"db.example"}}, "db.example"));
}

TEST(server_name, address_matches_an_ip_entry_by_value) {
    EXPECT_TRUE(matches({.addresses = {v4}}, "192.0.2.7"));
    EXPECT_TRUE(matches({.addresses = {v4}}, "192.0.519"));  // inet_aton's short form
    EXPECT_FALSE(matches({.addresses = {v4}}, "192.0.2.8"));
    EXPECT_TRUE(matches({.addresses = {v4, v6}}, "2001:db8:0:0::1"));
    EXPECT_FALSE(matches({.addresses = {v6}}, "2001:db8::2"));
}

TEST(server_name, address_falls_back_to_the_common_name_unless_there_is_an_ip_entry) {
    EXPECT_TRUE(matches(only_common("192.0.2.7"), "192.0.2.7"));
    EXPECT_TRUE(matches(dns({"other.example"}, "192.0.2.7"), "192.0.2.7"));
    EXPECT_FALSE(matches({.addresses = {v6}, .common = {"192.0.2.7"}}, "192.0.2.7"));
}

TEST(server_name, with_a_nul_spoils_the_whole_certificate) {
    EXPECT_FALSE(matches(dns({"db.example\0.evil.example"s}), "db.example"));
    EXPECT_FALSE(matches(dns({"db.example", "x\0y"s}), "db.example"));
    EXPECT_FALSE(matches(only_common("db.example\0.evil"s), "db.example"));
}

TEST(server_name, with_an_address_of_odd_length_spoils_the_whole_certificate) {
    EXPECT_FALSE(matches({.dns = {"db.example"}, .addresses = {"abc"}}, "db.example"));
    EXPECT_EQ(shown({.addresses = {"abc"}}).at(0), "a malformed address");
}

TEST(server_name, empty_host_matches_nothing) { EXPECT_FALSE(matches(dns({""}, ""), "")); }

TEST(server_name, shows_names_and_addresses_or_else_the_common_name) {
    EXPECT_EQ(shown({.dns = {"a.example"}, .addresses = {v4, v6}, .common = {"cn"}}),
              (std::vector<std::string>{"a.example", "192.0.2.7", "2001:db8::1"}));
    EXPECT_EQ(shown(only_common("cn.example")), std::vector<std::string>{"cn.example"});
}

TEST(server_name, is_indicated_unless_it_is_an_address) {
    EXPECT_TRUE(is_indicable("db.example"));
    EXPECT_TRUE(is_indicable("localhost"));
    EXPECT_FALSE(is_indicable("192.0.2.7"));
    EXPECT_FALSE(is_indicable("::1"));
    EXPECT_FALSE(is_indicable(""));
}

}  // namespace
}  // namespace howdah::net
