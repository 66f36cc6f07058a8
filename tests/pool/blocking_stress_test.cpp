// Threads do what they like with a blocking pool while the server is restarted, connections are killed and the pool is
// changed.
#include <thread>
#include <vector>

#include "howdah/pool/blocking_pool.hpp"
#include "howdah/types/types.hpp"
#include "tests/pool/stress.hpp"

namespace howdah::test {
namespace {

using blocking_stress = stressed_pool;

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
    constexpr std::uint32_t most = 6;
    const int all = stress_acquires();
    blocking::pool db{config, {.max_connections = most, .connect_attempts = 100}};
    call_counts c;
    {
        std::jthread trouble{[&](const std::stop_token& stop) { make_trouble(db, stop, 2, most); }};
        std::vector<std::jthread> callers;
        for (int t = 0; t < stress_threads; ++t)
            callers.emplace_back([&, t] {
                std::mt19937 random{seed + static_cast<unsigned>(t)};
                for (int i = 0; i < all; ++i) {
                    try {
                        use(db, random, i);
                        c.served();
                    } catch (const error&) {
                        c.failed();  // its connection was killed under it
                    }
                }
            });
    }
    EXPECT_EQ(c.served_so_far() + c.failed_so_far(), stress_threads * all);
    EXPECT_GT(c.served_so_far(), stress_threads * all * 9 / 10);
    EXPECT_GE(db.status().acquired, static_cast<std::uint64_t>(c.served_so_far()));
    expect_whole(db, most);
    EXPECT_EQ(db.fetch_one<int>("select 1"), 1);
    EXPECT_TRUE(db.close(in_time));
    EXPECT_TRUE(server_has_none());
}

TEST_F(blocking_stress, a_server_that_goes_away_and_returns_finds_every_call_in_time_and_a_whole_pool_within_a_second) {
    constexpr auto budget = 400ms;
    constexpr std::uint32_t whole = 4;
    blocking::pool db{config, {.min_connections = whole, .max_connections = whole, .health_check_interval = 100ms}};
    ASSERT_TRUE(testing::poll_until(testing::from_now(in_time), [&] { return db.status().idle == whole; }));
    call_counts c;
    {
        std::vector<std::jthread> callers;
        for (int t = 0; t < stress_threads; ++t)
            callers.emplace_back([&](const std::stop_token& stop) {
                while (!stop.stop_requested()) {
                    const auto since = std::chrono::steady_clock::now();
                    try {
                        EXPECT_EQ(db.with({.timeout = budget}).fetch_one<int>("select 5"), 5);
                        c.served();
                    } catch (const error& e) {
                        c.failed(e, since, budget);
                    }
                }
            });
        take_server_away(db, c, whole);
    }
    c.expect_all_in_time_and_with_their_reasons();
    EXPECT_TRUE(testing::poll_until(testing::from_now(in_time), [&] { return on_server() == whole; }));
}

}  // namespace
}  // namespace howdah::test
