// target_session_attrs and load_balance_hosts, over a primary and its replica, beside libpq: which of them it comes to.

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "howdah/blocking/blocking.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/testing/server.hpp"
#include "howdah/types/types.hpp"
#include "tests/compat/availability.hpp"
#include "tests/compat/libpq.hpp"
#include "tests/integration/driver.hpp"
#include "tests/ways/document.hpp"
#include "tests/ways/server.hpp"

namespace howdah::ways {
namespace {

template <class Driver>
std::string port_by(const std::string& dsn) {
    try {
        Driver driver;
        auto db = driver.connect(dsn);
        return std::to_string(driver.call(db.template fetch_one<int>("select inet_server_port()")));
    } catch (const error&) {
        return "";
    }
}

class roles : public ::testing::TestWithParam<int> {
protected:
    void SetUp() override {
        if (const auto why = why_not(GetParam()); !why.empty()) GTEST_SKIP() << why;
        servers = std::make_unique<testing::server>(
            testing::server_options{.version = GetParam(), .auth = testing::auth::trust, .replicas = 1});
    }

    std::string to(std::initializer_list<std::uint16_t> ports, const std::string& rest) const {
        std::string hosts, numbers;
        for (const auto port : ports) {
            hosts.append(hosts.empty() ? "" : ",").append("127.0.0.1");
            numbers.append(numbers.empty() ? "" : ",").append(std::to_string(port));
        }
        return "host=" + hosts + " port=" + numbers + " user=app dbname=app " + rest;
    }

    std::string name_of(const std::string& port) const {
        if (port == std::to_string(servers->port())) return "primary";
        if (port == std::to_string(servers->replica(0).port())) return "standby";
        return port.empty() ? "none" : port;
    }

    /// Where both drivers and libpq come to.
    std::string compared(const std::string& dsn) const {
        const auto ours = port_by<test::blocking_driver>(dsn);
        EXPECT_EQ(ours, port_by<test::async_driver>(dsn)) << dsn;
        for (const auto kind : {libpq_kind::installed, libpq_kind::version_18}) {
            const auto* library = find_libpq(kind).library;
            if (library == nullptr) continue;
            const auto theirs = library->connect(dsn + " connect_timeout=10");
            EXPECT_EQ(name_of(ours), name_of(theirs.connected ? theirs.port : "")) << dsn << '\n' << theirs.message;
        }
        return name_of(ours);
    }

    clean_surroundings surroundings;
    std::unique_ptr<testing::server> servers;
};

TEST_P(roles, each_wish_comes_to_the_first_host_that_meets_it) {
    const auto primary = servers->port(), standby = servers->replica(0).port();
    const std::vector<std::pair<const char*, std::string>> places{
        {"primary, standby", to({primary, standby}, "")},
        {"standby, primary", to({standby, primary}, "")},
        {"primary", to({primary}, "")},
        {"standby", to({standby}, "")},
        {"nobody, standby, primary", to({1, standby, primary}, "")},
    };
    table out{{"`target_session_attrs`", places[0].first, places[1].first, places[2].first, places[3].first,
               places[4].first}};
    for (const auto* wish : {"any", "read-write", "read-only", "primary", "standby", "prefer-standby"}) {
        std::vector<std::string> row{std::string{"`"} + wish + '`'};
        for (const auto& [name, dsn] : places)
            row.push_back(compared(dsn + "target_session_attrs=" + std::string{wish}));
        out.add(row);
    }
    expect_documented("roles", out.markdown());
}

// A primary may be read only, and is a primary still.
TEST_P(roles, a_primary_that_is_read_only_by_default_meets_read_only_and_primary) {
    servers->execute_sql("alter database app set default_transaction_read_only = on");
    const auto primary = servers->port(), standby = servers->replica(0).port();
    EXPECT_EQ(compared(to({primary, standby}, "target_session_attrs=read-only")), "primary");
    EXPECT_EQ(compared(to({primary, standby}, "target_session_attrs=read-write")), "none");
    EXPECT_EQ(compared(to({standby, primary}, "target_session_attrs=primary")), "primary");
}

// Each order is as likely: that one of two hosts is never drawn in 40 times happens once in a million million.
TEST_P(roles, load_balance_hosts_draws_the_host_and_keeps_to_the_wish) {
    const auto primary = servers->port(), standby = servers->replica(0).port();
    std::set<std::string> met, wished;
    for (int i = 0; i < 40; ++i) {
        met.insert(name_of(port_by<test::blocking_driver>(to({primary, standby}, "load_balance_hosts=random"))));
        wished.insert(name_of(port_by<test::blocking_driver>(
            to({primary, standby}, "load_balance_hosts=random target_session_attrs=standby"))));
    }
    EXPECT_EQ(met, (std::set<std::string>{"primary", "standby"}));
    EXPECT_EQ(wished, std::set<std::string>{"standby"});
}

// Before 14 a server does not say its role, and is asked.
INSTANTIATE_TEST_SUITE_P(on, roles, ::testing::Values(12, documented_version),
                         [](const auto& version) { return "postgresql_" + std::to_string(version.param); });

}  // namespace
}  // namespace howdah::ways
