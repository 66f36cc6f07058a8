// The sampler and alerts on a real server: who waits for whom, and what ends soon.
#include "howdah/ops/server_sampler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "howdah/blocking/blocking.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/ops/alerts.hpp"
#include "howdah/pool/blocking_pool.hpp"
#include "howdah/testing/certificates.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/server.hpp"
#include "howdah/testing/shared_server.hpp"
#include "howdah/types/types.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr auto a_while = 20s;

std::string dsn() { return testing::shared_server().dsn_by(testing::route::best); }

/// What a sampler has told.
class told final : public observer {
public:
    struct wait {
        std::string statement, lock, application, state, blocker_statement;
        std::uint32_t process_id, blocker;
    };
    using observer::on;
    void on(const lock_wait_event& e) override {
        const std::lock_guard lock{mutex_};
        waits_.push_back({.statement = std::string{e.statement},
                          .lock = std::string{e.lock},
                          .application = std::string{e.blocker_application},
                          .state = std::string{e.blocker_state},
                          .blocker_statement = std::string{e.blocker_statement},
                          .process_id = e.process_id,
                          .blocker = e.blocker});
    }
    void on(const expiry_event&) override { ++expiries; }
    void on(const warning_event& e) override {
        const std::lock_guard lock{mutex_};
        warnings_.emplace_back(e.what);
    }
    std::vector<wait> waits() const {
        const std::lock_guard lock{mutex_};
        return waits_;
    }
    std::vector<std::string> warnings() const {
        const std::lock_guard lock{mutex_};
        return warnings_;
    }
    std::atomic<int> expiries{0};

private:
    mutable std::mutex mutex_;
    std::vector<wait> waits_;
    std::vector<std::string> warnings_;
};

template <class F>
bool comes(F&& it) {
    return testing::poll_until(testing::from_now(a_while), std::forward<F>(it));
}

TEST(server_sampler, names_who_blocks_our_call_and_leaves_others_alone) {
    const auto heard = std::make_shared<told>();
    const auto sampler =
        std::make_shared<server_sampler>(parse_conninfo(dsn()), heard, server_sampler_options{.look_every = 20ms});
    blocking::connection holder{parse_conninfo(dsn() + "&application_name=holder")};
    blocking::connection stranger{parse_conninfo(dsn())};
    blocking::connection ours{parse_conninfo(dsn()), sampler};
    const auto key = std::int64_t{::getpid()} * 100 + 1;
    holder.execute("select pg_advisory_lock($1)", key);
    const auto waits = [&](blocking::connection& db) {
        return std::jthread{[&] { db.execute("select pg_advisory_lock_shared($1)", key); }};
    };
    const auto other = waits(stranger), own = waits(ours);
    ASSERT_TRUE(comes([&] { return !heard->waits().empty(); }));
    holder.execute("select pg_advisory_unlock($1)", key);
    for (const auto& w : heard->waits()) {
        EXPECT_EQ(w.process_id, ours.process_id()) << "the stranger's waits are not ours to tell";
        EXPECT_EQ(w.blocker, holder.process_id());
        EXPECT_EQ(w.application, "holder");
        EXPECT_EQ(w.state, "idle");
        EXPECT_EQ(w.lock, "advisory");
        EXPECT_EQ(w.statement, "select pg_advisory_lock_shared($1)");
        EXPECT_EQ(w.blocker_statement, "select pg_advisory_lock($1)");
    }
    EXPECT_TRUE(heard->warnings().empty());
}

TEST(server_sampler, connects_now_and_then_and_tells_which_certificates_end) {
    testing::server own{{.tls = true}};
    const auto heard = std::make_shared<told>();
    const server_sampler sampler{parse_conninfo(own.dsn(testing::route::tcp) + "&sslmode=require"),
                                 heard,
                                 {.look_every = 10ms, .connect_every = 20ms}};
    EXPECT_TRUE(comes([&] { return sampler.looks() > 5; }));
    EXPECT_EQ(heard->expiries, 0);
    const auto authority = testing::authority{"for a short time"};
    const auto brief = authority.issue({.common_name = "db", .valid_until = 48h});
    const std::filesystem::path data = own.execute_sql("show data_directory");
    std::ofstream{data / "server.crt"} << brief.certificate_pem();  // in place: owner and mode stay
    std::ofstream{data / "server.key"} << brief.key_pem();
    own.execute_sql("select pg_reload_conf()");
    EXPECT_TRUE(comes([&] { return heard->expiries > 1; })) << "at each connect";
    EXPECT_TRUE(heard->warnings().empty());
}

TEST(server_sampler, says_once_that_it_can_not_look_and_goes_on_when_it_can) {
    testing::server own;
    const auto heard = std::make_shared<told>();
    const server_sampler sampler{parse_conninfo(own.dsn()), heard, {.look_every = 10ms, .connect_every = 10ms}};
    EXPECT_TRUE(comes([&] { return sampler.looks() > 0; }));
    own.stop();
    EXPECT_TRUE(comes([&] { return !heard->warnings().empty(); }));
    const auto then = sampler.looks();
    EXPECT_TRUE(comes([&] { return sampler.looks() > then + 3; }));
    EXPECT_EQ(heard->warnings().size(), 1u);
    EXPECT_THAT(heard->warnings().front(), StartsWith("a server_sampler can't look: "));
    own.start();
    const auto later = sampler.looks();
    EXPECT_TRUE(comes([&] { return sampler.looks() > later + 3; }));
    own.stop();
    EXPECT_TRUE(comes([&] { return heard->warnings().size() == 2; })) << "it had looked in between";
}

TEST(server_sampler, options_that_make_no_sense_are_refused) {
    EXPECT_THROW(server_sampler(parse_conninfo(dsn()), nullptr), error);
    EXPECT_THROW(server_sampler(parse_conninfo(dsn()), std::make_shared<told>(), {.look_every = 0ms}), error);
}

/// What alerts have said.
class said {
public:
    alerts::callback callback() {
        return [this](const alert& a) {
            const std::lock_guard lock{mutex_};
            all_.push_back(std::string{to_string(a.kind)} + ' ' + std::string{to_string(a.state)} + ' ' + a.subject +
                           ": " + a.words);
        };
    }
    bool has(const std::string& beginning) const {
        const std::lock_guard lock{mutex_};
        return std::ranges::any_of(all_, [&](const auto& each) { return each.starts_with(beginning); });
    }
    std::size_t size() const {
        const std::lock_guard lock{mutex_};
        return all_.size();
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> all_;
};

TEST(alerts, exhausted_pool_is_raised_and_cleared) {
    said heard;
    const auto known = std::make_shared<inventory>();
    alert_options options{.exhausted_for = 20ms, .clear_after = 30ms, .look_every = 5ms};
    const auto watch = std::make_shared<alerts>(heard.callback(), options, known);
    blocking::pool db{parse_conninfo(dsn()), {.max_connections = 1}, {}, watch};
    known->add_pool("orders", [&] { return db.status(); });
    {
        auto held = db.acquire();
        std::jthread waits{[&] { EXPECT_EQ(db.fetch_one<int>("select 1"), 1); }};
        EXPECT_TRUE(comes([&] { return heard.has("pool_exhausted raised orders: 1 callers wait"); }));
        EXPECT_EQ(watch->raised().size(), 1u);
        held.release();  // in front of the one who waits
    }
    EXPECT_TRUE(comes([&] { return heard.has("pool_exhausted cleared orders"); }));
    EXPECT_TRUE(watch->raised().empty());
    EXPECT_EQ(heard.size(), 2u);
    known->remove("orders");
}

TEST(alerts, refused_password_is_raised_after_a_few_attempts) {
    said heard;
    const auto watch =
        std::make_shared<alerts>(heard.callback(), alert_options{.refused_logins = 3, .look_every = 5ms});
    auto config = parse_conninfo(testing::shared_server().dsn_by(testing::route::tcp));
    config.password = secret_string{"wrong"};
    for (int i = 0; i < 3; ++i) EXPECT_THROW(blocking::connection(config, watch), error);
    EXPECT_TRUE(comes([&] { return heard.has("authentication_failing raised 127.0.0.1:"); }));
}

TEST(alerts, events_of_clusters_locks_and_certificates) {
    said heard;
    alert_options options{.node_down_for = 10ms, .lock_waits = 2, .clear_after = 10ms, .look_every = 5ms};
    const auto watch = std::make_shared<alerts>(heard.callback(), options);
    observer& tell = *watch;
    tell.on(node_event{.node = "db1:5432", .now = node_role::unknown, .reason = "frozen"});
    EXPECT_TRUE(comes([&] { return heard.has("node_down raised db1:5432: frozen"); }));
    tell.on(node_event{.node = "db1:5432", .now = node_role::replica});
    EXPECT_TRUE(comes([&] { return heard.has("node_down cleared db1:5432"); }));
    tell.on(failover_event{.before = "", .now = "db1:5432"});
    tell.on(failover_event{.before = "db1:5432", .now = "db2:5432", .without_one = 1500ms});
    EXPECT_TRUE(comes([&] { return heard.has("failover raised db2:5432: instead of db1:5432, after 1500 ms"); }));
    for (int i = 0; i < 2; ++i)
        tell.on(lock_wait_event{.statement = "update t set a = 'secret'",
                                .host = "db2:5432",
                                .process_id = 7,
                                .lock = "relation",
                                .blocker = 9});
    EXPECT_TRUE(
        comes([&] { return heard.has("lock_waits raised db2:5432: process 7 waits for relation, which process 9"); }));
    EXPECT_FALSE(heard.has("secret"));
    tell.on(
        expiry_event{.what = expiring::server_certificate, .subject = "CN=db", .host = "db2:5432", .left = 24h * 5});
    tell.on(expiry_event{.what = expiring::credential, .subject = "app", .host = "db2:5432", .left = 10min});
    EXPECT_TRUE(comes(
        [&] { return heard.has("certificate_expiry raised db2:5432 server_certificate CN=db: it ends in 5 days"); }));
    EXPECT_TRUE(
        comes([&] { return heard.has("credential_expiry raised db2:5432 credential app: it ends in 10 minutes"); }));
}

TEST(alerts, what_the_callback_throws_is_dropped) {
    std::atomic<int> calls{0};
    const auto watch = std::make_shared<alerts>(
        [&](const alert&) {
            ++calls;
            throw std::runtime_error{"broken"};
        },
        alert_options{.repeat_every = 1ms, .look_every = 1ms});
    static_cast<observer&>(*watch).on(failover_event{.before = "db1", .now = "db2"});
    EXPECT_TRUE(comes([&] { return calls > 3; })) << "raised, and still, and still";
}

TEST(alerts, options_that_make_no_sense_are_refused) {
    EXPECT_THROW(alerts(nullptr), error);
    EXPECT_THROW(alerts([](const alert&) {}, {.look_every = 0ms}), error);
    EXPECT_THROW(alerts([](const alert&) {}, {.most = 0}), error);
    EXPECT_THROW(alerts([](const alert&) {}, {.refused_logins = 0}), error);
}

}  // namespace
}  // namespace howdah::test
