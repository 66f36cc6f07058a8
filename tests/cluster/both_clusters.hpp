#pragma once
// The clusters of both drivers behind one face, for any number of threads: call(x) gives what x gives when it is done.

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/cluster/blocking_cluster.hpp"
#include "howdah/cluster/cluster.hpp"
#include "tests/cluster/counted_events.hpp"
#include "tests/cluster/shared_cluster.hpp"
#include "tests/pool/pool.hpp"

namespace howdah::test {

struct blocking_clusters {
    using cluster = blocking::cluster;

    static std::unique_ptr<cluster> open(const cluster_members& members, const cluster_options& options,
                                         std::shared_ptr<observer> watcher) {
        return std::make_unique<cluster>(members, options, std::move(watcher));
    }
    template <class T>
    static T call(T answer) {
        return answer;
    }
    static void close(cluster& db) { (void)db.close(5s); }
};

/// On a loop that one more thread runs.
class async_clusters {
public:
    using cluster = howdah::cluster;

    std::unique_ptr<cluster> open(const cluster_members& members, const cluster_options& options,
                                  std::shared_ptr<observer> watcher) {
        return std::make_unique<cluster>(io_.get_executor(), members, options, std::move(watcher));
    }
    template <class T>
    T call(awaitable<T> work) {
        auto answer = boost::asio::co_spawn(io_, std::move(work), boost::asio::use_future);
        try {
            return answer.get();
        } catch (const error& e) {
            throw error{e};  // the future's own is the loop's too, which ThreadSanitizer can't follow into libstdc++
        }
    }
    void close(cluster& db) { call(db.close(5s)); }
    ~async_clusters() {
        work_.reset();
        io_.stop();
    }

private:
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
    std::jthread loop_{[this] { io_.run(); }};
};

using both_clusters = ::testing::Types<blocking_clusters, async_clusters>;

/// The longest time between two of what happens, on any thread.
class gap_watch {
public:
    void mark() {
        const std::scoped_lock lock{mutex_};
        const auto now = std::chrono::steady_clock::now();
        longest_ = std::max(longest_, now - std::exchange(last_, now));
    }
    /// Since it was asked last.
    std::chrono::milliseconds take() {
        mark();
        const std::scoped_lock lock{mutex_};
        return std::chrono::duration_cast<std::chrono::milliseconds>(std::exchange(longest_, {}));
    }

private:
    std::mutex mutex_;
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::duration longest_{};
};

/// A cluster of either driver, and threads that use it.
template <class D>
class with_cluster : public ::testing::Test {
protected:
    using cluster = typename D::cluster;

    ~with_cluster() override {
        over = true;
        threads.clear();
        if (db != nullptr) driver.close(*db);
    }

    void open(const cluster_members& members, const cluster_options& options) {
        db = driver.open(members, options, events);
    }
    template <class F>
    static void comes(const char* what, F condition) {
        ASSERT_TRUE(poll_until(from_now(soon), condition)) << what;
    }
    void all_known() {
        comes("what each node is", [&] {
            return std::ranges::none_of(db->status(), [](const auto& n) { return n.role.what == node_role::unknown; });
        });
    }
    node_status status_of(testing::node& n) const {
        for (auto& one : db->status())
            if (one.name == name_of(n)) return one;
        throw std::runtime_error{"no such node"};
    }
    node_role role_of(testing::node& n) const { return status_of(n).role.what; }
    int port_of_primary() { return driver.call(db->primary().template fetch_one<int>("select inet_server_port()")); }

    /// Threads that read; each read has to succeed.
    void begin_reading(int how_many) {
        for (int i = 0; i < how_many; ++i)
            threads.emplace_back([this] {
                while (!over) {
                    try {
                        EXPECT_EQ(driver.call(db->template fetch_one<int>("select 1")), 1);
                    } catch (const std::exception& e) {
                        ADD_FAILURE() << "a read failed: " << e.what();
                    }
                    ++reads;
                }
            });
    }
    /// Threads that write with sessions of their own, count what was acknowledged, and read no less than that. A write
    /// fails only where nobody knows whether it was done.
    void begin_writing(int how_many) {
        driver.call(db->execute("create table written(writer int)"));
        for (int i = 0; i < how_many; ++i) threads.emplace_back([this, i] { write_until_over(i); });
    }
    void more_reads() {
        const int before = reads;
        comes("more reads", [&] { return reads >= before + 100; });
    }
    void more_writes() {
        const int before = acknowledged;
        comes("more writes", [&] { return acknowledged >= before + 20; });
    }
    int stored() { return driver.call(db->primary().template fetch_one<int>("select count(*)::int from written")); }

    std::shared_ptr<counted_events> events = std::make_shared<counted_events>();
    D driver;
    std::unique_ptr<cluster> db;
    std::atomic<int> reads = 0, acknowledged = 0, unknown = 0;
    std::atomic<bool> over = false;
    gap_watch longest_gap;  // between two acknowledged writes
    std::vector<std::jthread> threads;

private:
    void write_until_over(int writer) {
        auto session = db->session();
        int mine = 0;
        while (!over) {
            try {
                driver.call(session.execute("insert into written values ($1)", writer));
                ++mine;
                ++acknowledged;
                longest_gap.mark();
            } catch (const error& e) {
                EXPECT_EQ(e.fate(), fate::unknown) << e.what();
                ++unknown;
            }
            try {
                EXPECT_GE(driver.call(session.template fetch_one<int>(
                              "select count(*)::int from written where writer = $1", writer)),
                          mine);
            } catch (const std::exception& e) {
                ADD_FAILURE() << "a read of a session failed: " << e.what();
            }
        }
    }
};

/// Nothing that was committed is lost where both replicas follow, and each of them may be promoted.
inline testing::server_options durable_cluster() {
    return {.auth = testing::auth::trust,
            .replicas = 2,
            .settings = {{"synchronous_commit", "on"}, {"synchronous_standby_names", "ANY 2 (replica_1, replica_2)"}}};
}
/// A replica becomes the primary, while the old one says nothing; the other one follows it.
inline void replace_primary(testing::server& s) {
    s.replica(0).execute_sql("alter system set synchronous_standby_names = ''; select pg_reload_conf()");
    s.promote(0);
    s.replica(1).follow(s.replica(0));
}

}  // namespace howdah::test
