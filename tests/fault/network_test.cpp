// A network of this process's own, in which packets get lost and connections are reset.
#include <sched.h>

#include <future>

#include "fault_driver.hpp"
#include "howdah/testing/process.hpp"
#include "howdah/testing/server.hpp"

namespace howdah::test {
namespace {

std::string program(const std::string& name) {
    const auto found = testing::find_program(name);
    return found.empty() ? testing::find_program("/usr/sbin/" + name) : found;  // not in everybody's PATH
}

void run(std::vector<std::string> words) {
    words[0] = program(words[0]);
    (void)testing::run_or_fail({.arguments = std::move(words)}, {}, call_limit);
}

/// Rules of this namespace alone, by nftables.
struct network {
    /// Why there is none; empty once this process is in it.
    static const std::string& missing() {
        static const std::string why_not = make();
        return why_not;
    }
    static void heal() {
        run({"nft", "flush", "ruleset"});
        run({"nft", "add", "table", "ip", "fault"});
        run({"nft", "add", "chain", "ip", "fault", "in", "{ type filter hook input priority 0; }"});
    }
    /// Nothing arrives any more, in both directions, and nobody is told.
    static void drop(std::uint16_t port) {
        rule("dport", port, {"drop"});
        rule("sport", port, {"drop"});
    }
    /// What the client sends is answered by a RST, which gets through.
    static void reset(std::uint16_t port) { rule("dport", port, {"reject", "with", "tcp", "reset"}); }

private:
    static std::string make() {
        if (program("nft").empty() || program("ip").empty()) return "nft and ip (nftables, iproute2) are not installed";
        if (::unshare(CLONE_NEWNET) != 0) return "no right to make a network namespace (root has it)";
        run({"ip", "link", "set", "lo", "up"});
        heal();
        return {};
    }
    static void rule(const char* side, std::uint16_t port, const std::vector<std::string>& verdict) {
        std::vector<std::string> words{"nft", "add", "rule", "ip", "fault", "in", "tcp", side, std::to_string(port)};
        words.insert(words.end(), verdict.begin(), verdict.end());
        run(std::move(words));
    }
};

template <class D>
class broken_network : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        if (network::missing().empty()) own = std::make_unique<testing::server>();
    }
    static void TearDownTestSuite() { own.reset(); }
    void SetUp() override {
        if (!network::missing().empty()) GTEST_SKIP() << "skipped: " << network::missing();
        network::heal();
    }
    void TearDown() override {
        if (network::missing().empty()) network::heal();
    }

    typename D::connection connect(const std::string& options) { return driver.connect(own->dsn() + "?" + options); }
    static void drop() { network::drop(own->port()); }
    static void reset() { network::reset(own->port()); }
    /// Once the session has worked on a pg_sleep for a while, which its superuser sees by the unix socket: long enough for
    /// the statement to be acknowledged, since what is not is sent again and again, whatever keepalives say.
    template <class F>
    static std::future<void> once_busy(std::uint32_t process_id, F what) {
        return std::async(std::launch::async, [=] {
            blocking::connection admin{parse_conninfo(own->superuser_dsn())};
            const bool busy = testing::poll_until(testing::from_now(call_limit), [&] {
                return admin.fetch_one<bool>(
                    "select exists(select from pg_stat_activity where pid = $1 and wait_event = 'PgSleep' "
                    "and clock_timestamp() - query_start > interval '150 ms')",
                    static_cast<int>(process_id));
            });
            if (!busy) throw std::runtime_error{"the session did not get to work"};
            what();
        });
    }

    D driver;
    inline static std::unique_ptr<testing::server> own;
};
TYPED_TEST_SUITE(broken_network, both_drivers);

TYPED_TEST(broken_network, a_call_into_silence_ends_by_its_deadline) {
    in_time([&] {
        auto db = this->connect("query_timeout=300ms&cancel_grace=300ms");
        this->drop();
        const auto e = error_of([&] { this->driver.call(db.execute("select 1")); });
        ASSERT_TRUE(e);
        EXPECT_EQ(e->code(), errc::timed_out) << e->what();
        EXPECT_EQ(e->fate(), fate::unknown);
        EXPECT_FALSE(db.open()) << "nobody knows what the server does";
    });
}

TYPED_TEST(broken_network, what_heals_in_time_was_never_broken) {
    in_time([&] {
        auto db = this->connect("query_timeout=4s");
        auto broken = this->once_busy(db.process_id(), [this] {
            this->drop();
            network::heal();
        });
        EXPECT_EQ(this->driver.call(db.template fetch_one<int>("select 7 from pg_sleep(0.5)")), 7);
        broken.get();
        EXPECT_EQ(this->driver.call(db.template fetch_one<int>("select 8")), 8);
    });
}

TYPED_TEST(broken_network, a_reset_is_noticed_at_once) {
    in_time([&] {
        auto db = this->connect("query_timeout=60s");
        this->reset();
        const auto e = error_of([&] { this->driver.call(db.execute("select 1")); });
        ASSERT_TRUE(e);
        EXPECT_EQ(e->fate(), fate::unknown) << e->what();
        EXPECT_FALSE(db.open());
    });
}

// PITFALLS 10: a half-open connection hung for 15 minutes elsewhere.
TYPED_TEST(broken_network, tcp_user_timeout_ends_what_has_no_other_deadline) {
    in_time([&] {
        auto db = this->connect("query_timeout=0&tcp_user_timeout=500");
        this->drop();
        const auto e = error_of([&] { this->driver.call(db.execute("select 1")); });
        ASSERT_TRUE(e);
        EXPECT_EQ(e->code(), errc::connection_closed);
        EXPECT_NE(std::string{e->what()}.find("Connection timed out"), std::string::npos) << e->what();
        EXPECT_EQ(e->fate(), fate::unknown);
    });
}

TYPED_TEST(broken_network, keepalives_find_a_peer_that_is_gone_while_its_answer_is_awaited) {
    in_time([&] {
        auto db = this->connect("query_timeout=0&keepalives_idle=1&keepalives_interval=1&keepalives_count=1");
        auto broken = this->once_busy(db.process_id(), [this] { this->drop(); });
        const auto e = error_of([&] { this->driver.call(db.execute("select pg_sleep(60)")); });
        broken.get();
        ASSERT_TRUE(e);
        EXPECT_EQ(e->code(), errc::connection_closed);
        EXPECT_NE(std::string{e->what()}.find("Connection timed out"), std::string::npos) << e->what();
    });
}

TYPED_TEST(broken_network, connecting_into_silence_ends_by_its_deadline) {
    in_time([&] {
        this->drop();
        const auto e = error_of([&] { (void)this->connect("connect_timeout=1"); });
        ASSERT_TRUE(e);
        EXPECT_EQ(e->code(), errc::timed_out) << e->what();
        EXPECT_EQ(e->phase(), phase::connect);
        EXPECT_EQ(e->fate(), fate::not_sent);
    });
}

}  // namespace
}  // namespace howdah::test
