// A network of this process's own, in which packets get lost and connections are reset.
#include "network.hpp"
#include "fault_driver.hpp"
#include "howdah/testing/server.hpp"
#include "once_asleep.hpp"

namespace howdah::test {
namespace {

// More than any socket's buffers hold.
constexpr char endless_rows[] = "select repeat('x', 1000) || generate_series(1, 1000000000000)";

template <class D>
class broken_network : public with_driver<D> {
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

    typename D::connection connect(const std::string& options) {
        return this->driver.connect(own->dsn() + "?" + options);
    }
    static void drop() { network::drop(own->port()); }
    static void reset() { network::reset(own->port()); }
    /// `next` goes on while it may. It ends with this error, and not before the connection does.
    template <class F>
    static void expect_end(typename D::connection& db, std::error_code code, enum fate fate, F next) {
        const auto e = error_of([&] {
            while (next()) {}
        });
        ASSERT_TRUE(e) << "what was cut short was taken for the whole";
        EXPECT_EQ(e->code(), code) << e->what();
        EXPECT_EQ(e->fate(), fate) << e->what();
        EXPECT_FALSE(db.open());
    }
    /// Long enough for the statement to be acknowledged: what is not is sent again and again, whatever keepalives say.
    template <class F>
    static std::future<void> once_busy(std::uint32_t process_id, F what) {
        return once_asleep(own->superuser_dsn(), process_id, what, 150ms);
    }

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

// Nobody uses it: the kernel's keepalives find out, and the observer is told. The blocking driver looks before its next
// call instead (liveness_test.cpp).
class idle_on_broken_network : public broken_network<async_driver> {
protected:
    struct witness final : observer {
        using observer::on;
        void on(const connection_lost_event& e) override { lost.emplace(*e.failure); }
        std::optional<error> lost;
    };
    void SetUp() override {
        broken_network::SetUp();
        if (!IsSkipped())
            db.emplace(
                driver.connect(own->dsn() + "?keepalives_idle=1&keepalives_interval=1&keepalives_count=1", told));
    }
    void expect_noticed() {
        in_time([&] {
            const auto limit = testing::from_now(call_limit);
            driver.io->restart();
            while (db->open() && driver.io->run_one_until(limit) != 0) {}
            EXPECT_FALSE(db->open());
            ASSERT_TRUE(told->lost) << "nobody was told";
            const auto e = error_of([&] { driver.call(db->execute("select 1")); });
            ASSERT_TRUE(e);
            EXPECT_EQ(e->code(), errc::connection_closed);
            EXPECT_EQ(e->fate(), fate::not_sent) << e->what();
        });
    }

    std::shared_ptr<witness> told = std::make_shared<witness>();
    std::optional<connection> db;
};

TEST_F(idle_on_broken_network, it_notices_a_peer_that_has_vanished) {
    drop();
    expect_noticed();
}

TEST_F(idle_on_broken_network, it_notices_a_reset) {
    reset();
    expect_noticed();
}

// What is under way while a caller has seen a part of it: an error, and never taken for the whole.

TYPED_TEST(broken_network, a_stream_that_falls_silent_ends_by_its_deadline) {
    for (const std::uint32_t size : {0u, 100u}) {
        in_time([&] {
            auto db = this->connect("query_timeout=1500ms&cancel_grace=300ms");
            auto rows = db.template stream<std::string>({.fetch_size = size}, endless_rows);
            EXPECT_TRUE(this->driver.call(rows.next()));
            this->drop();
            this->expect_end(db, errc::timed_out, fate::unknown, [&] { return bool{this->driver.call(rows.next())}; });
        });
        network::heal();
    }
}

TYPED_TEST(broken_network, a_stream_that_is_reset_ends_at_once) {
    for (const std::uint32_t size : {0u, 100u}) {
        in_time([&] {
            auto db = this->connect("query_timeout=60s");
            auto rows = db.template stream<std::string>({.fetch_size = size}, endless_rows);
            EXPECT_TRUE(this->driver.call(rows.next()));
            this->reset();
            this->expect_end(db, errc::connection_closed, fate::unknown,
                             [&] { return bool{this->driver.call(rows.next())}; });
        });
        network::heal();
    }
}

TYPED_TEST(broken_network, a_copy_out_ends_in_silence_by_its_deadline_and_by_a_reset_at_once) {
    for (const bool silent : {true, false}) {
        in_time([&] {
            auto db = this->connect(silent ? "query_timeout=1500ms&cancel_grace=300ms" : "query_timeout=60s");
            auto out = db.copy_out("copy (select generate_series(1, 1000000000000)) to stdout");
            EXPECT_FALSE(this->driver.call(out.read()).empty());
            if (silent) this->drop();
            else this->reset();
            this->expect_end(db, silent ? errc::timed_out : errc::connection_closed, fate::unknown,
                             [&] { return !this->driver.call(out.read()).empty(); });
        });
        network::heal();
    }
}

TYPED_TEST(broken_network, a_copy_in_ends_in_silence_by_its_deadline_and_by_a_reset_at_once_and_has_stored_nothing) {
    auto sound = this->connect("query_timeout=10s");
    this->driver.call(sound.run_script("drop table if exists copied; create table copied(x text)"));
    for (const bool silent : {true, false}) {
        in_time([&] {
            auto db = this->connect(silent ? "query_timeout=1500ms&cancel_grace=300ms" : "query_timeout=60s");
            auto in = this->driver.call(db.copy_in("copy copied from stdin"));
            if (silent) this->drop();
            else this->reset();
            const std::string line = std::string(64 << 10, 'x') + "\n";
            this->expect_end(db, silent ? errc::timed_out : errc::connection_closed, fate::rejected, [&] {
                this->finish([&] { return in.write(line); });
                return true;
            });
        });
        network::heal();
    }
    auto anew = this->connect("query_timeout=10s");
    EXPECT_EQ(this->driver.call(anew.template fetch_one<int>("select count(*)::int from copied")), 0);
}

// A half-open connection hung for 15 minutes elsewhere.
template <class D>
class pitfall_10 : public broken_network<D> {};
TYPED_TEST_SUITE(pitfall_10, both_drivers);

TYPED_TEST(pitfall_10, tcp_user_timeout_ends_what_has_no_other_deadline) {
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

TYPED_TEST(pitfall_10, keepalives_find_a_peer_that_is_gone_while_its_answer_is_awaited) {
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

}  // namespace
}  // namespace howdah::test
