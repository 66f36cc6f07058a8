// Many callers on few connections do what they like, are cancelled, run out of time and go away, and every answer is
// checked. Another order of things: --gtest_random_seed=N; a failure prints the seed.
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <iomanip>
#include <iostream>
#include <set>

#include "howdah/testing/polling.hpp"
#include "stress_calls.hpp"
#include "tests/effort.hpp"

namespace howdah::test {
namespace {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;

constexpr int connections = 3, callers = 12, calls = effort(10'000, 3'000);

std::uint32_t seed_of_this_run() {
    const auto chosen = ::testing::GTEST_FLAG(random_seed);
    return chosen != 0 ? static_cast<std::uint32_t>(chosen) : 20'261'125;
}

class stress : public ::testing::Test {
protected:
    struct tally {
        int begun = 0, answered = 0, given_up = 0;
    };

    async_driver driver;
    blocking::connection witness{parse_conninfo(dsn())};
    std::string schema = "stress_" + std::to_string(::getpid());
    std::string where = dsn() + "&query_timeout=30s&cancel_grace=15s&options=-csearch_path%3D" + schema;
    std::uint32_t seed = seed_of_this_run();
    stress_calls on{seed};
    std::vector<tally> tallies{stress_calls::kinds().size()};
    int begun = 0, running = 0;

    void SetUp() override {
        witness.execute(unsafe_sql{"create schema " + schema});
        witness.execute(unsafe_sql{"create table " + schema + ".t(x int primary key)"});
        witness.execute(unsafe_sql{"insert into " + schema + ".t values (" + std::to_string(on.taken_key) + ")"});
        for (int i = 0; i < connections; ++i) on.open().push_back(std::make_unique<connection>(driver.connect(where)));
    }
    void TearDown() override {
        on.open().clear();
        witness.execute(unsafe_sql{"drop schema " + schema + " cascade"});
    }

    static awaitable<void> after(std::chrono::microseconds time) {
        asio::steady_timer timer{co_await asio::this_coro::executor, time};
        co_await timer.async_wait(asio::use_awaitable);
    }

    enum class patience : std::uint8_t { endless, little };

    awaitable<void> one_call(std::size_t which, patience caller) {
        auto& t = tallies[which];
        ++t.begun;
        try {
            co_await (on.*stress_calls::kinds()[which].run)();
            ++t.answered;
        } catch (const error& e) {
            if (e.code() == errc::cancelled && caller == patience::little) {
                ++t.given_up;
            } else {
                ADD_FAILURE() << stress_calls::kinds()[which].name << ": " << e.what();
            }
        }
    }
    awaitable<void> caller() {
        while (begun < calls && !HasFailure()) {
            ++begun;
            const auto which = static_cast<std::size_t>(on.below(static_cast<int>(tallies.size())));
            if (on.below(3) == 0) {
                const std::chrono::microseconds time{on.below(4'000)};
                (void)co_await (one_call(which, patience::little) || after(time));
            } else {
                co_await one_call(which, patience::endless);
            }
        }
    }

    void expect_what_was_promised() {
        const auto rows = witness.fetch_all<int>(unsafe_sql{"select x from " + schema + ".t"});
        std::set<int> found{rows.begin(), rows.end()};
        for (const auto& [key, sure] : on.certain())
            EXPECT_TRUE(!sure || found.contains(key)) << "row " << key << " was said to be there";
        found.erase(on.taken_key);
        for (const int x : found) EXPECT_TRUE(on.certain().contains(x)) << "row " << x << " was undone";
    }
    void expect_every_kind() {
        for (std::size_t i = 0; i < tallies.size(); ++i) {
            EXPECT_GT(tallies[i].answered, 0) << stress_calls::kinds()[i].name;
            EXPECT_GT(tallies[i].given_up, 0) << stress_calls::kinds()[i].name;
        }
    }
    void print() const {
        std::cout << "seed " << seed << ": " << begun << " calls, " << on.certain().size() << " rows written\n";
        for (std::size_t i = 0; i < tallies.size(); ++i) {
            const auto& t = tallies[i];
            std::cout << std::setw(28) << stress_calls::kinds()[i].name << ": " << t.begun << " begun, " << t.answered
                      << " answered, " << t.given_up << " cancelled\n";
        }
    }
};

TEST_F(stress, ten_thousand_calls_in_any_order_are_answered_right) {
    SCOPED_TRACE("--gtest_random_seed=" + std::to_string(seed));
    for (int i = 0; i < callers; ++i) {
        ++running;
        asio::co_spawn(*driver.io, caller(), [this](std::exception_ptr e) {
            --running;
            EXPECT_FALSE(e) << "a caller ended with an exception";
        });
    }
    const auto limit = testing::from_now(110s);
    driver.io->restart();
    while (running != 0 && driver.io->run_one_until(limit) != 0) {}
    print();
    ASSERT_EQ(running, 0) << "hangs after " << begun << " calls";
    for (const auto& c : on.open()) EXPECT_TRUE(c->open());
    expect_what_was_promised();
    if (!HasFailure()) expect_every_kind();
}

}  // namespace
}  // namespace howdah::test
