#include "howdah/net/address.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstddef>
#include <string>

#include "howdah/base/error.hpp"

namespace howdah::net {
namespace {

const sockaddr_un& as_unix(const address& a) { return reinterpret_cast<const sockaddr_un&>(a.storage); }

TEST(unix_address, is_the_servers_socket_in_its_folder) {
    const auto a = unix_address("/run/postgresql", 5433);
    EXPECT_EQ(a.family(), AF_UNIX);
    EXPECT_STREQ(as_unix(a).sun_path, "/run/postgresql/.s.PGSQL.5433");
    EXPECT_EQ(a.text, "/run/postgresql/.s.PGSQL.5433");
    EXPECT_EQ(a.size, offsetof(sockaddr_un, sun_path) + a.text.size() + 1);
}

TEST(unix_address, that_is_abstract_begins_with_nul_and_has_no_nul_at_its_end) {
#ifdef __linux__
    const auto a = unix_address("@howdah", 5432);
    EXPECT_EQ(as_unix(a).sun_path[0], '\0');
    EXPECT_EQ(std::string(as_unix(a).sun_path + 1), "howdah/.s.PGSQL.5432");
    EXPECT_EQ(a.size, offsetof(sockaddr_un, sun_path) + a.text.size());
    EXPECT_EQ(a.text, "@howdah/.s.PGSQL.5432");
#else
    EXPECT_THROW(unix_address("@howdah", 5432), error);
#endif
}

TEST(unix_address, that_is_too_long_is_an_error_with_the_limit) {
    const std::string tail = "/.s.PGSQL.5432";
    const std::size_t longest = sizeof(sockaddr_un{}.sun_path) - 1;
    EXPECT_NO_THROW(unix_address('/' + std::string(longest - tail.size() - 1, 'x'), 5432));
    try {
        unix_address('/' + std::string(longest - tail.size(), 'x'), 5432);
        FAIL() << "too long a path was taken";
    } catch (const error& e) {
        EXPECT_EQ(e.code(), errc::invalid_option);
        EXPECT_NE(std::string{e.what()}.find("at most " + std::to_string(longest)), std::string::npos) << e.what();
    }
}

TEST(numeric_address, reads_ipv4_and_ipv6) {
    const auto v4 = numeric_address("10.0.0.1", 5432);
    ASSERT_TRUE(v4);
    EXPECT_EQ(v4->family(), AF_INET);
    EXPECT_EQ(v4->text, "10.0.0.1:5432");
    EXPECT_EQ(ntohs(reinterpret_cast<const sockaddr_in&>(v4->storage).sin_port), 5432);
    const auto v6 = numeric_address("::1", 5433);
    ASSERT_TRUE(v6);
    EXPECT_EQ(v6->family(), AF_INET6);
    EXPECT_EQ(v6->text, "[::1]:5433");
}

TEST(numeric_address, is_none_for_a_name) {
    EXPECT_FALSE(numeric_address("localhost", 5432));
    EXPECT_FALSE(numeric_address("10.0.0.1.example", 5432));
    EXPECT_FALSE(numeric_address("", 5432));
}

}  // namespace
}  // namespace howdah::net
