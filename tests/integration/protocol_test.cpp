// Protocol 3.2 and TLS without asking first: what a server has, and what it says where it has not.
#include <chrono>

#include "driver.hpp"
#include "howdah/blocking/detail/dial.hpp"
#include "tests/testing/server_features.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;
using testing::has;
namespace features = testing::features;

constexpr std::size_t short_key = 4, long_key = 32;

std::size_t cancel_key_size(const std::string& conninfo) {
    return blocking::detail::dial(parse_conninfo(conninfo), nullptr).to.cancel_key.size();
}

template <class D>
class protocol : public on_both_drivers<D> {
protected:
    /// A statement that would take a minute is cancelled, by the key that the server gave.
    void expect_cancels(typename D::connection& c) {
        const auto pid = this->call(c.template fetch_one<int>("select pg_backend_pid()"));
        const auto e =
            this->failure_of([&] { return this->call(c.with({.timeout = 50ms}).execute("select pg_sleep(60)")); });
        EXPECT_EQ(e.code(), errc::timed_out) << e.what();
        EXPECT_EQ(e.fate(), fate::rejected) << "the server did not cancel it: " << e.what();
        EXPECT_EQ(this->call(c.template fetch_one<int>("select pg_backend_pid()")), pid);
    }
    std::optional<error> connect_failure(const std::string& conninfo) {
        try {
            (void)this->driver.connect(conninfo);
            return std::nullopt;
        } catch (const error& e) {
            return e;
        }
    }
};
TYPED_TEST_SUITE(protocol, both_drivers);

TYPED_TEST(protocol, is_3_0_unless_the_string_asks_for_more) {
    EXPECT_EQ(cancel_key_size(dsn()), short_key);
    this->expect_cancels(this->db);
}

TYPED_TEST(protocol, of_version_3_2_has_a_long_cancel_key_that_works) {
    if (!has(this->db, features::protocol_3_2)) GTEST_SKIP() << "this server lacks " << features::protocol_3_2.name;
    for (const auto r : {testing::route::tls, testing::route::tcp, testing::route::socket}) {
        const auto target = dsn(r) + "&min_protocol_version=3.2&max_protocol_version=3.2";
        EXPECT_EQ(cancel_key_size(target), long_key);
        auto mine = this->driver.connect(target);
        this->expect_cancels(mine);
    }
}

TYPED_TEST(protocol, of_version_3_2_is_negotiated_down_by_an_older_server) {
    if (has(this->db, features::protocol_3_2)) GTEST_SKIP() << "this server has " << features::protocol_3_2.name;
    const auto target = dsn() + "&max_protocol_version=3.2";
    EXPECT_EQ(cancel_key_size(target), short_key);
    auto mine = this->driver.connect(target);
    this->expect_cancels(mine);
}

TYPED_TEST(protocol, of_version_3_2_at_least_is_refused_by_an_older_server_in_clear_words) {
    if (has(this->db, features::protocol_3_2)) GTEST_SKIP() << "this server has " << features::protocol_3_2.name;
    const auto e = this->connect_failure(dsn() + "&min_protocol_version=3.2&max_protocol_version=3.2");
    ASSERT_TRUE(e) << "it connected";
    EXPECT_EQ(e->code(), errc::unsupported_option);
    EXPECT_NE(std::string{e->what()}.find("the server speaks protocol version 3.0 at most"), std::string::npos)
        << e->what();
}

TYPED_TEST(protocol, over_tls_without_asking_first_works_from_17_on_and_says_so_before) {
    const auto target = dsn(testing::route::tls) + "&sslnegotiation=direct";
    if (!has(this->db, features::direct_tls)) {
        const auto e = this->connect_failure(target);
        ASSERT_TRUE(e) << "it connected";
        EXPECT_EQ(e->phase(), phase::tls);
        EXPECT_NE(std::string{e->what()}.find("sslnegotiation=direct needs PostgreSQL 17 or newer"), std::string::npos)
            << e->what();
        return;
    }
    auto mine = this->driver.connect(target);
    EXPECT_TRUE(this->call(mine.template fetch_one<bool>("select ssl from pg_stat_ssl where pid = pg_backend_pid()")));
    this->expect_cancels(mine);
}

}  // namespace
}  // namespace howdah::test
