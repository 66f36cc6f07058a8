// Many callers on few connections do what they like, are cancelled, run out of time and go away, and every answer is
// checked. Another order of things: --gtest_random_seed=N; a failure prints the seed.
#include <unistd.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <random>

#include "fault_driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/testing/polling.hpp"

namespace howdah::test {
namespace {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;

constexpr int connections = 3, callers = 12, calls = 10'000;

class stress : public ::testing::Test {
protected:
    async_driver driver;
    blocking::connection witness{parse_conninfo(dsn())};
    std::string schema = "stress_" + std::to_string(::getpid());
    std::string where = dsn() + "&options=-csearch_path%3D" + schema;
    std::vector<std::unique_ptr<connection>> open;
    std::uint32_t seed = ::testing::GTEST_FLAG(random_seed) != 0
                             ? static_cast<std::uint32_t>(::testing::GTEST_FLAG(random_seed))
                             : 20'261'125;
    std::mt19937 random{seed};

    // What may, and what must stand in the table when all is over.
    std::map<int, bool> certain;  // key: inserted for sure, or perhaps
    int next_key = 0, done = 0, failed_in_order = 0, running = 0;

    void SetUp() override {
        witness.execute(unsafe_sql{"create schema " + schema});
        witness.execute(unsafe_sql{"create table " + schema + ".t(x int primary key)"});
        for (int i = 0; i < connections; ++i) open.push_back(std::make_unique<connection>(driver.connect(where)));
    }
    void TearDown() override {
        open.clear();
        witness.execute(unsafe_sql{"drop schema " + schema + " cascade"});
    }

    int below(int n) { return std::uniform_int_distribution{0, n - 1}(random); }
    connection& any() { return *open[static_cast<std::size_t>(below(connections))]; }

    static awaitable<void> after(std::chrono::microseconds time) {
        asio::steady_timer timer{co_await asio::this_coro::executor, time};
        co_await timer.async_wait(asio::use_awaitable);
    }

    awaitable<void> fetches() {
        const int n = below(1'000'000);
        const auto answer = co_await any().fetch_one<int>("select $1::int", n);
        EXPECT_EQ(answer, n);
    }
    awaitable<void> fetches_many() {
        const int n = below(2'000);
        const auto rows = co_await any().fetch_all<std::tuple<int, std::string>>(
            "select i, repeat('x', i % 100) from generate_series(1, $1) i", n);
        EXPECT_EQ(static_cast<int>(rows.size()), n);
        if (!rows.empty()) {
            EXPECT_EQ(std::get<0>(rows.back()), n);
        }
    }
    awaitable<void> queries() {
        const int n = below(1'000);
        const auto rows = co_await any().query("select $1::int as a, 'w' || $2::int as b", n, n);
        EXPECT_EQ(rows[0]["a"].as<int>(), n);
        EXPECT_EQ(rows[0]["b"].as<std::string>(), "w" + std::to_string(n));
    }
    awaitable<void> errs() {
        try {
            (void)co_await any().fetch_one<int>("select 1 / $1::int", 0);
            ADD_FAILURE() << "there is no such number";
        } catch (const error& e) {
            if (e.state() != division_by_zero) throw;
        }
    }
    awaitable<void> runs_pipeline() {
        const int n = below(1'000);
        pipeline steps;
        const auto first = steps.fetch_one<int>("select $1::int", n);
        const auto second = steps.fetch_all<int>("select generate_series(1, $1)", n % 50);
        const auto third = steps.fetch_one<std::string>("select 'p' || $1::int", n);
        co_await any().run(steps);
        EXPECT_EQ(steps.take(first), n);
        EXPECT_EQ(static_cast<int>(steps.take(second).size()), n % 50);
        EXPECT_EQ(steps.take(third), "p" + std::to_string(n));
    }
    awaitable<void> runs_script() {
        const auto text = "select " + std::to_string(below(100)) + "; select 2";
        const auto results = co_await any().run_script(unsafe_sql{text});
        EXPECT_EQ(results.size(), 2u);
        EXPECT_EQ(results[1][0][0].as<int>(), 2);
    }
    awaitable<void> inserts() {
        const int key = next_key++;
        certain[key] = false;
        (void)co_await any().execute("insert into t values ($1)", key);
        certain[key] = true;
    }
    awaitable<void> inserts_in_transaction() {
        const int key = next_key++, way = below(4);
        auto tx = co_await any().begin();
        (void)co_await tx.execute("insert into t values ($1)", key);
        const auto seen = co_await tx.fetch_one<int>("select count(*)::int from t where x = $1", key);
        EXPECT_EQ(seen, 1);
        if (way == 0) co_await tx.rollback();
        if (way <= 1) co_return;  // or it is dropped
        certain[key] = false;
        co_await tx.commit();
        certain[key] = true;
    }
    awaitable<void> runs_out_of_time() {
        try {
            (void)co_await any()
                .with({.timeout = std::chrono::milliseconds{1 + below(20)}})
                .execute("select pg_sleep(0.01)");
        } catch (const error& e) {
            if (e.code() != errc::timed_out) throw;
        }
    }

    awaitable<void> something() {
        switch (below(10)) {
            case 0: return queries();
            case 1: return fetches_many();
            case 2: return errs();
            case 3: return runs_pipeline();
            case 4: return runs_script();
            case 5: return inserts();
            case 6: return inserts_in_transaction();
            case 7: return runs_out_of_time();
            default: return fetches();
        }
    }

    awaitable<void> one_call() {
        try {
            if (below(4) == 0) {
                (void)co_await (something() || after(std::chrono::microseconds{below(3'000)}));
            } else {
                co_await something();
            }
        } catch (const error& e) {
            // A call that came behind one that was cancelled may wait longer than it has.
            ++failed_in_order;
            if (e.code() != errc::timed_out && e.code() != errc::cancelled) {
                ADD_FAILURE() << e.what();
            }
        }
    }
    awaitable<void> caller() {
        while (done < calls && !HasFailure()) {
            ++done;
            co_await one_call();
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
    const auto limit = testing::from_now(100s);
    driver.io->restart();
    while (running != 0 && driver.io->run_one_until(limit) != 0) {}
    ASSERT_EQ(running, 0) << "hangs after " << done << " calls";
    for (const auto& c : open) EXPECT_TRUE(c->open());

    const auto there = witness.fetch_all<int>(unsafe_sql{"select x from " + schema + ".t"});
    std::map<int, bool> found;
    for (const int x : there) found[x] = true;
    for (const auto& [key, sure] : certain)
        EXPECT_TRUE(!sure || found.contains(key)) << "row " << key << " was said to be there";
    for (const int x : there) EXPECT_TRUE(certain.contains(x)) << "row " << x << " was rolled back";
    std::cout << "seed " << seed << ": " << done << " calls, " << certain.size() << " writes, " << failed_in_order
              << " out of time\n";
}

}  // namespace
}  // namespace howdah::test
