#include "driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/testing/server.hpp"

namespace howdah::test {
namespace {

template <class D>
class connecting : public ::testing::Test {
protected:
    D driver;

    error failure(const std::string& conninfo) {
        try {
            (void)driver.connect(conninfo);
        } catch (const error& e) {
            return e;
        }
        throw std::runtime_error{"it connected"};
    }
    static std::string with(std::string text, std::string_view from, std::string_view to) {
        const auto at = text.find(from);
        if (at == std::string::npos) throw std::runtime_error{"no " + std::string{from}};
        return text.replace(at, from.size(), to);
    }
};
TYPED_TEST_SUITE(connecting, both_drivers);

TYPED_TEST(connecting, works_by_every_route) {
    for (const auto r : {testing::route::best, testing::route::tcp, testing::route::tls, testing::route::socket}) {
        auto db = this->driver.connect(dsn(r));
        EXPECT_EQ(this->driver.call(db.template fetch_one<std::string>("select current_user::text")), "app");
        EXPECT_EQ(db.server_parameter("client_encoding"), "UTF8");
        EXPECT_EQ(this->driver.call(db.template fetch_one<bool>(
                      "select coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false)")),
                  r == testing::route::best || r == testing::route::tls);
    }
}

TYPED_TEST(connecting, to_nothing_says_what_was_tried) {
    const auto e = this->failure("postgresql://app:hush@127.0.0.1:1/app?sslmode=disable");
    EXPECT_EQ(e.phase(), phase::connect);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_NE(std::string{e.what()}.find("127.0.0.1:1"), std::string::npos) << e.what();
    EXPECT_EQ(std::string{e.what()}.find("hush"), std::string::npos) << e.what();
}

TYPED_TEST(connecting, tries_several_hosts_in_turn) {
    const auto& server = testing::shared_server();
    const auto target = this->with(dsn(), "@127.0.0.1:", "@127.0.0.1:1,127.0.0.1:");
    auto db = this->driver.connect(target);
    EXPECT_EQ(this->driver.call(db.template fetch_one<int>("select inet_server_port()")), server.port());
}

TYPED_TEST(connecting, with_a_wrong_password_says_so_and_not_which) {
    const auto e = this->failure(this->with(dsn(), testing::shared_server().password(), "wrong-hush"));
    EXPECT_EQ(e.state(), invalid_password);
    EXPECT_EQ(e.phase(), phase::authenticate);
    EXPECT_EQ(std::string{e.what()}.find("wrong-hush"), std::string::npos) << e.what();
}

TYPED_TEST(connecting, to_an_unknown_database_says_so) {
    EXPECT_EQ(this->failure(this->with(dsn(), "/app?", "/nowhere?")).state(), invalid_catalog_name);
}

TYPED_TEST(connecting, with_a_certificate_for_another_name_is_refused) {
    const auto e =
        this->failure(this->with(dsn(testing::route::tls), "@127.0.0.1:", "@other.example:") + "&hostaddr=127.0.0.1");
    EXPECT_EQ(e.code(), errc::certificate_rejected) << e.what();
    EXPECT_NE(std::string{e.what()}.find("other.example"), std::string::npos) << e.what();
}

TYPED_TEST(connecting, a_role_that_no_server_has_is_an_error) {
    const auto e = this->failure(dsn() + "&target_session_attrs=standby");
    EXPECT_EQ(e.code(), errc::wrong_server_role) << e.what();
    auto db = this->driver.connect(dsn() + "&target_session_attrs=read-write");
    EXPECT_TRUE(db.open());
    EXPECT_TRUE(this->driver.connect(dsn() + "&target_session_attrs=prefer-standby").open());
}

TYPED_TEST(connecting, a_transport_that_nobody_registered_is_refused_by_name) {
    const auto e = this->failure("replay:/nowhere");
    EXPECT_EQ(e.code(), errc::unsupported_option);
    EXPECT_NE(std::string{e.what()}.find("replay"), std::string::npos) << e.what();
}

struct collector : observer {
    std::vector<std::string> lines;
    void on(const connect_event& e) override {
        lines.push_back(e.failure ? "failed" : "connected " + std::string{e.server_version});
    }
    void on(const query_start_event& e) override { lines.push_back("start " + std::string{e.statement}); }
    void on(const query_end_event& e) override {
        lines.push_back(e.failure ? "error" : "end");
        throw std::runtime_error{"harmless"};
    }
    void on(const notice_event& e) override { lines.push_back("notice " + e.notice->message); }
};

TYPED_TEST(connecting, an_observer_sees_connect_queries_and_notices_and_may_throw) {
    auto seen = std::make_shared<collector>();
    auto db = this->driver.connect(dsn(), seen);
    this->driver.call(db.execute("do $$ begin raise notice 'hello'; end $$"));
    EXPECT_THROW(this->driver.call(db.execute("select 1/0")), error);
    ASSERT_GE(seen->lines.size(), 5u);
    EXPECT_EQ(seen->lines[0], "connected " + std::string{db.server_parameter("server_version")});
    EXPECT_EQ(seen->lines[2], "notice hello");
    EXPECT_EQ(seen->lines[3], "end");
    EXPECT_EQ(seen->lines.back(), "error");
    EXPECT_THROW(this->driver.connect("postgresql://127.0.0.1:1/", seen), error);
    EXPECT_EQ(seen->lines.back(), "failed");
}

// A BEGIN that fails: serializable is not to be had on a standby.
TYPED_TEST(connecting, a_begin_that_fails_lets_nothing_behind_it_run) {
    static testing::server pair{{.replicas = 1}};
    auto db = this->driver.connect(pair.replica(0).dsn());
    {
        auto tx = this->driver.call(db.begin({.isolation = isolation_level::serializable}));
        try {
            this->driver.call(tx.execute("set application_name = 'ran'"));
            FAIL();
        } catch (const error& e) {
            EXPECT_EQ(e.state(), feature_not_supported) << e.what();
        }
        EXPECT_THROW(this->driver.call(tx.execute("set application_name = 'ran'")), error);
    }
    EXPECT_NE(this->driver.call(db.template fetch_one<std::string>("show application_name")), "ran");
}

}  // namespace
}  // namespace howdah::test
