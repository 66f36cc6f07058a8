// Threads do what they like while the server is restarted, connections are killed and the pool is changed. Another
// order of things: --gtest_random_seed=N; a failure prints the seed.
#include <cstdlib>
#include <random>
#include <string>

#include "howdah/testing/server.hpp"
#include "tests/pool/pool.hpp"

namespace howdah::test {
namespace {

constexpr int threads = 8;
constexpr std::uint32_t most = 6;

// Of each thread; HOWDAH_STRESS_ACQUIRES chooses another number.
int acquires() {
    const char* const chosen = std::getenv("HOWDAH_STRESS_ACQUIRES");
    return chosen == nullptr ? 1'500 : std::stoi(chosen);
}

struct counts {
    std::atomic<int> served = 0, failed = 0;
};

class blocking_stress : public ::testing::Test {
protected:
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
    /// One after another, until told to stop: at least once each.
    void make_trouble(blocking::pool& db, const std::stop_token& stop) {
        std::mt19937 random{seed};
        for (int i = 0; i < 3 || !stop.stop_requested(); ++i) {
            if (i % 20 == 0) server.restart();
            (void)server.execute_sql(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'stressed' limit 2");
            db.reconfigure({.min_connections = static_cast<std::uint32_t>(random() % 3),
                            .max_connections = 2 + static_cast<std::uint32_t>(random() % (most - 1)),
                            .max_waiting = threads,
                            .on_return = static_cast<recycle>(random() % 3),
                            .ping_after = 1ms,
                            .connect_attempts = 100});
            if (i % 5 == 0) db.renew_credentials();
        }
    }
};

void use(blocking::pool& db, std::mt19937& random, int n) {
    switch (n % 8) {
        case 0: EXPECT_EQ(db.fetch_one<int>("select $1::int", n), n); return;
        case 1: {
            const auto held = db.acquire();
            auto tx = held->begin();
            EXPECT_EQ(tx.fetch_one<int>("select $1::int", n), n);
            if (random() % 2 == 0) tx.commit();
            return;
        }
        case 2:
            for (const auto i : db.stream<int>("select generate_series(1, 100)"))
                if (i == 3) return;
            return;
        default: {
            const auto held = db.acquire();
            for (auto spin = random() % 50; spin != 0; --spin) std::this_thread::yield();
        }
    }
}

TEST_F(blocking_stress, leaves_a_pool_within_its_limits_with_nobody_waiting_and_as_many_connections_as_the_server_has) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const int all = acquires();
    blocking::pool db{config, {.max_connections = most, .connect_attempts = 100}};
    counts c;
    {
        std::jthread trouble{[&](const std::stop_token& stop) { make_trouble(db, stop); }};
        std::vector<std::jthread> callers;
        for (int t = 0; t < threads; ++t)
            callers.emplace_back([&, t] {
                std::mt19937 random{seed + static_cast<unsigned>(t)};
                for (int i = 0; i < all; ++i) {
                    try {
                        use(db, random, i);
                        ++c.served;
                    } catch (const error&) {
                        ++c.failed;  // its connection was killed under it
                    }
                }
            });
    }
    EXPECT_EQ(c.served + c.failed, threads * all);
    EXPECT_GT(c.served, threads * all * 9 / 10);
    db.reconfigure({.max_connections = most, .health_check_interval = 50ms, .ping_after = 1ms});
    EXPECT_TRUE(poll_until(from_now(soon), [&] {
        const auto s = db.status();
        return s.waiting == 0 && s.in_use == 0 && s.connecting == 0 && s.idle == s.size;
    }));
    const auto s = db.status();
    EXPECT_LE(s.size, most);
    EXPECT_EQ(s.waiting, 0u);
    EXPECT_GE(s.acquired, static_cast<std::uint64_t>(c.served));
    EXPECT_TRUE(poll_until(from_now(soon), [&] { return on_server() == db.status().size; }))
        << on_server() << " on the server, " << db.status().size << " in the pool";
    EXPECT_EQ(db.fetch_one<int>("select 1"), 1);
    EXPECT_TRUE(db.close(soon));
    EXPECT_TRUE(poll_until(from_now(soon), [&] { return on_server() == 0; }));
}

TEST_F(blocking_stress, a_server_that_goes_away_and_returns_finds_every_call_in_time_and_a_whole_pool_within_a_second) {
    constexpr std::chrono::milliseconds outage = 3s, budget = 400ms;
    constexpr std::uint32_t whole = 4;
    blocking::pool db{config, {.min_connections = whole, .max_connections = whole, .health_check_interval = 100ms}};
    ASSERT_TRUE(poll_until(from_now(soon), [&] { return db.status().idle == whole; }));
    counts c;
    std::atomic<int> without_reason = 0, late = 0;
    {
        std::vector<std::jthread> callers;
        for (int t = 0; t < threads; ++t)
            callers.emplace_back([&](const std::stop_token& stop) {
                while (!stop.stop_requested()) {
                    const auto since = std::chrono::steady_clock::now();
                    try {
                        EXPECT_EQ(db.with({.timeout = budget}).fetch_one<int>("select 5"), 5);
                        ++c.served;
                    } catch (const error& e) {
                        ++c.failed;
                        // One that found no connection says why there is none.
                        if (e.code() == errc::timed_out && e.phase() == phase::queue &&
                            std::string_view{e.what()}.find("connecting fails") == std::string_view::npos)
                            ++without_reason;
                    }
                    if (std::chrono::steady_clock::now() - since > budget + 2s) ++late;
                }
            });
        ASSERT_TRUE(poll_until(from_now(soon), [&] { return c.served > 100; }));
        server.stop();
        EXPECT_TRUE(poll_until(from_now(soon), [&] { return c.failed > threads; }));
        const auto gone = from_now(outage);
        (void)poll_until(gone, [] { return false; });
        server.start();
        EXPECT_TRUE(poll_until(from_now(1s), [&] {
            const auto s = db.status();
            return s.idle + s.in_use == whole && s.connecting == 0;
        })) << db.status().size;
        const int before = c.served;
        EXPECT_TRUE(poll_until(from_now(soon), [&] { return c.served > before + 100; }));
    }
    EXPECT_EQ(late, 0);
    EXPECT_EQ(without_reason, 0);
    EXPECT_TRUE(poll_until(from_now(soon), [&] { return on_server() == whole; }));
}

}  // namespace
}  // namespace howdah::test
