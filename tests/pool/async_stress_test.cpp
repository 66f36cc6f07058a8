// Coroutines on eight threads do what they like with a pool while the server is restarted, connections are killed and
// the pool is changed.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "howdah/howdah.hpp"
#include "tests/pool/stress.hpp"

namespace howdah::test {
namespace {

namespace asio = boost::asio;

constexpr std::uint32_t most = 2 * stress_threads;
constexpr int callers_of_a_thread = 4;

/// A pool over as many loops as there are threads, each run by its own.
class async_stress : public stressed_pool {
protected:
    std::vector<std::unique_ptr<asio::io_context>> loops;
    std::vector<asio::any_io_executor> executors;
    std::vector<std::jthread> running;
    std::atomic<int> callers_left = 0;

    async_stress() {
        for (int i = 0; i < stress_threads; ++i) {
            loops.push_back(std::make_unique<asio::io_context>(1));
            executors.emplace_back(loops.back()->get_executor());
        }
    }
    ~async_stress() override {
        for (const auto& l : loops) l->stop();
    }
    void run() {
        for (auto& l : loops) running.emplace_back([&l] { l->run(); });
    }
    /// `caller(thread)` gives a coroutine.
    void spawn(const std::function<awaitable<void>(int)>& caller) {
        callers_left = stress_threads * callers_of_a_thread;
        for (int t = 0; t < stress_threads; ++t)
            for (int c = 0; c < callers_of_a_thread; ++c)
                asio::co_spawn(executors[std::size_t(t)], caller(t), [this](const std::exception_ptr& failure) {
                    EXPECT_FALSE(failure) << "a caller threw what is no howdah::error";
                    --callers_left;
                });
    }
    bool all_have_left() {
        return testing::poll_until(testing::from_now(10min), [&] { return callers_left == 0; });
    }
    /// The loops come to their ends by themselves then.
    void close(pool& db) {
        asio::co_spawn(executors.front(), db.close(in_time), asio::detached);
        for (auto& thread : running) thread.join();
        running.clear();
        EXPECT_EQ(db.status().size, 0u);
    }
};

awaitable<void> use(pool& db, std::mt19937& random, int n) {
    switch (n % 8) {
        case 0: EXPECT_EQ(co_await db.fetch_one<int>("select $1::int", n), n); co_return;
        case 1: {
            const auto held = co_await db.acquire();
            auto tx = co_await held->begin();
            EXPECT_EQ(co_await tx.fetch_one<int>("select $1::int", n), n);
            if (random() % 2 == 0) co_await tx.commit();
            co_return;
        }
        case 2: {
            auto rows = db.stream<int>("select generate_series(1, 100)");
            for (int i = 0; i < 3; ++i) EXPECT_EQ(co_await rows.next(), i + 1);
            co_return;
        }
        default: {
            const auto held = co_await db.acquire();
            const auto here = co_await asio::this_coro::executor;
            for (auto spin = random() % 5; spin != 0; --spin) co_await asio::post(here, asio::use_awaitable);
        }
    }
}

awaitable<void> use_often(pool& db, call_counts& c, unsigned seed, int times) {
    std::mt19937 random{seed};
    for (int i = 0; i < times; ++i) {
        try {
            co_await use(db, random, i);
            c.served();
        } catch (const error&) {
            c.failed();  // its connection was killed under it
        }
    }
}

TEST_F(async_stress, leaves_a_pool_within_its_limits_with_nobody_waiting_and_as_many_connections_as_the_server_has) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const int each = stress_acquires() / callers_of_a_thread;
    pool db{executors, config, {.max_connections = most, .connect_attempts = 100}};
    call_counts c;
    spawn([&](int thread) { return use_often(db, c, seed + static_cast<unsigned>(thread), each); });
    run();
    {
        const std::jthread trouble{[&](const std::stop_token& stop) { make_trouble(db, stop, stress_threads, most); }};
        EXPECT_TRUE(all_have_left());
    }
    const int all = stress_threads * callers_of_a_thread * each;
    EXPECT_EQ(c.served_so_far() + c.failed_so_far(), all);
    EXPECT_GT(c.served_so_far(), all * 9 / 10);
    expect_whole(db, most);
    close(db);
    EXPECT_TRUE(server_has_none());
}

awaitable<void> ask_until(pool& db, call_counts& c, std::stop_token stop) {
    constexpr auto budget = 400ms;
    auto in_time = db.with({.timeout = budget});
    while (!stop.stop_requested()) {
        const auto since = std::chrono::steady_clock::now();
        try {
            EXPECT_EQ(co_await in_time.fetch_one<int>("select 5"), 5);
            c.served();
        } catch (const error& e) {
            c.failed(e, since, budget);
        }
    }
}

TEST_F(async_stress, a_server_that_goes_away_and_returns_finds_every_call_in_time_and_a_whole_pool_within_a_second) {
    constexpr std::uint32_t whole = stress_threads;
    pool db{executors, config, {.min_connections = whole, .max_connections = whole, .health_check_interval = 100ms}};
    call_counts c;
    std::stop_source enough;
    spawn([&](int) { return ask_until(db, c, enough.get_token()); });
    run();
    take_server_away(db, c, whole);
    enough.request_stop();
    EXPECT_TRUE(all_have_left());
    c.expect_all_in_time_and_with_their_reasons();
    EXPECT_TRUE(testing::poll_until(testing::from_now(in_time), [&] { return on_server() == whole; }));
    close(db);
}

}  // namespace
}  // namespace howdah::test
