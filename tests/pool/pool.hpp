#pragma once
// What tests of pools need: a witness beside the pool, and a way to tell the pool's connections from others.

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "howdah/blocking/blocking.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/pool/blocking_pool.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/shared_server.hpp"
#include "howdah/types/types.hpp"

namespace howdah::test {

using namespace std::chrono_literals;
using testing::from_now;
using testing::poll_until;

/// The longest that a test waits for what has to come.
constexpr auto soon = 20s;

/// The error that `f` throws.
template <class F>
error failure_of(F&& f) {
    try {
        (void)f();
    } catch (const error& e) {
        return e;
    }
    throw std::runtime_error{"no error was thrown"};
}

/// Closed by its owner; until then, all who come wait.
class gate {
public:
    void open() {
        const std::lock_guard lock{mutex_};
        open_ = true;
        changed_.notify_all();
    }
    void pass() {
        std::unique_lock lock{mutex_};
        ++arrived_;
        changed_.notify_all();
        if (!changed_.wait_for(lock, soon, [&] { return open_; })) ADD_FAILURE() << "the gate was never opened";
    }
    bool await_arrivals(int n) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, soon, [&] { return arrived_ >= n; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
    int arrived_ = 0;
};

class with_pool : public ::testing::Test {
protected:
    /// Tests run in parallel on one server: the pool's connections have a name of their own.
    const std::string name =
        "pool_" + std::to_string(::getpid()) + "_" + ::testing::UnitTest::GetInstance()->current_test_info()->name();
    blocking::connection witness{parse_conninfo(testing::shared_server().dsn_by(testing::route::best))};

    connection_config config() const {
        return parse_conninfo(testing::shared_server().dsn_by(testing::route::best) +
                              "&application_name=" + name.substr(0, 60));
    }
    /// How many of them the server has.
    int on_server() {
        return witness.fetch_one<int>("select count(*)::int from pg_stat_activity where application_name = $1",
                                      name.substr(0, 60));
    }
    bool terminate(std::uint32_t process_id) {
        return witness.fetch_one<bool>("select pg_terminate_backend($1, 5000)", static_cast<int>(process_id));
    }
    template <class Predicate>
    static bool becomes(const blocking::pool& db, Predicate is) {
        return poll_until(from_now(soon), [&] { return is(db.status()); });
    }
};

}  // namespace howdah::test
