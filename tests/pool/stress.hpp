#pragma once
// Trouble for pools: a server of their own that is restarted, goes away and comes back, connections that are killed,
// options that change. Another order of things: --gtest_random_seed=N; a failure prints the seed.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <random>
#include <stop_token>
#include <string>
#include <string_view>

#include "howdah/base/error.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/pool/pool_options.hpp"
#include "howdah/pool/pool_status.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/server.hpp"
#include "tests/effort.hpp"

namespace howdah::test {

using namespace std::chrono_literals;

inline constexpr int stress_threads = 8;

inline int chosen_by(const char* variable, int otherwise) {
    const char* const chosen = std::getenv(variable);
    return chosen == nullptr ? otherwise : std::stoi(chosen);
}
/// Of each thread.
inline int stress_acquires() { return chosen_by("HOWDAH_STRESS_ACQUIRES", effort(600, 200)); }
/// How long a server stays away.
inline std::chrono::seconds outage() { return std::chrono::seconds{chosen_by("HOWDAH_OUTAGE_SECONDS", 3)}; }

/// What became of calls. For any thread.
class call_counts {
public:
    using clock = std::chrono::steady_clock;

    void served() { ++served_; }
    /// `budget` is what the call had.
    void failed(const error& e, clock::time_point since, std::chrono::milliseconds budget) {
        ++failed_;
        if (clock::now() - since > budget + 2s) ++late_;
        // Whoever waited for a connection of a server that was away all the time is told why there is none.
        if (e.code() != errc::timed_out || e.phase() != phase::queue || since < away_since_.load() + budget) return;
        ++while_away_;
        const std::string_view words = e.what();
        if (words.find("connecting fails") == words.npos && words.find("the last error meanwhile") == words.npos)
            ++without_reason_;
    }
    void failed() { ++failed_; }
    void server_is_away() { away_since_ = clock::now(); }
    void server_returns() { away_since_ = not_away; }

    int served_so_far() const { return served_; }
    int failed_so_far() const { return failed_; }
    void expect_all_in_time_and_with_their_reasons() const {
        EXPECT_EQ(late_, 0);
        EXPECT_GT(while_away_, 0);
        EXPECT_EQ(without_reason_, 0);
    }

private:
    static constexpr auto not_away = clock::time_point::max() - 1h;  // a budget can be added

    std::atomic<int> served_ = 0, failed_ = 0, while_away_ = 0, without_reason_ = 0, late_ = 0;
    std::atomic<clock::time_point> away_since_ = not_away;
};

class stressed_pool : public ::testing::Test {
protected:
    static constexpr std::chrono::seconds in_time{30};

    testing::server server;
    connection_config config = parse_conninfo(server.dsn());
    const unsigned seed = ::testing::GTEST_FLAG(random_seed) != 0
                              ? static_cast<unsigned>(::testing::GTEST_FLAG(random_seed))
                              : 20'261'125U;

    void SetUp() override { config.application_name = "stressed"; }
    std::uint32_t on_server() {
        return static_cast<std::uint32_t>(std::stoul(
            server.execute_sql("select count(*) from pg_stat_activity where application_name = 'stressed'")));
    }
    /// One trouble after another, until told to stop, three at least. The pool has between `least` and `most`
    /// connections.
    template <class Pool>
    void make_trouble(Pool& db, const std::stop_token& stop, std::uint32_t least, std::uint32_t most) {
        std::mt19937 random{seed};
        for (int i = 0; i < 3 || !stop.stop_requested(); ++i) {
            if (i % 20 == 0) server.restart();
            (void)server.execute_sql(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'stressed' limit 2");
            db.reconfigure({.min_connections = static_cast<std::uint32_t>(random() % 3),
                            .max_connections = least + static_cast<std::uint32_t>(random() % (most - least + 1)),
                            .on_return = static_cast<recycle>(random() % 3),
                            .ping_after = 1ms,
                            .connect_attempts = 100});
            if (i % 5 == 0) db.renew_credentials();
        }
    }
    /// Nobody waits, nothing is in use, and what the pool has is what the server has.
    template <class Pool>
    void expect_whole(Pool& db, std::uint32_t most) {
        db.reconfigure({.max_connections = most, .health_check_interval = 50ms, .ping_after = 1ms});
        EXPECT_TRUE(testing::poll_until(testing::from_now(in_time), [&] {
            const auto s = db.status();
            return s.waiting == 0 && s.in_use == 0 && s.connecting == 0 && s.idle == s.size;
        }));
        const auto s = db.status();
        EXPECT_LE(s.size, most);
        EXPECT_EQ(s.waiting, 0u);
        EXPECT_TRUE(testing::poll_until(testing::from_now(in_time), [&] { return on_server() == db.status().size; }))
            << on_server() << " on the server, " << db.status().size << " in the pool";
    }
    bool server_has_none() {
        return testing::poll_until(testing::from_now(in_time), [&] { return on_server() == 0; });
    }
    /// The server goes away while calls are made, and comes back; `whole` connections are there within a second.
    template <class Pool>
    void take_server_away(Pool& db, call_counts& c, std::uint32_t whole) {
        using testing::from_now, testing::poll_until;
        ASSERT_TRUE(poll_until(from_now(in_time), [&] { return c.served_so_far() > 100; }));
        server.stop();
        c.server_is_away();
        EXPECT_TRUE(poll_until(from_now(in_time), [&] { return c.failed_so_far() > stress_threads; }));
        (void)poll_until(from_now(outage()), [] { return false; });
        c.server_returns();
        server.start();
        const auto back = std::chrono::steady_clock::now();
        EXPECT_TRUE(poll_until(from_now(1s), [&] {
            const auto s = db.status();
            return s.idle + s.in_use == whole && s.connecting == 0;
        })) << db.status().size;
        RecordProperty("milliseconds_until_whole",
                       static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                            std::chrono::steady_clock::now() - back)
                                            .count()));
        const int before = c.served_so_far();
        EXPECT_TRUE(poll_until(from_now(in_time), [&] { return c.served_so_far() > before + 100; }));
    }
};

}  // namespace howdah::test
