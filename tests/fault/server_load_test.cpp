// A server that restarts and crashes while it is worked on: what was said of each row holds afterwards.
#include <atomic>
#include <csignal>
#include <iostream>
#include <map>
#include <set>
#include <thread>

#include "fault_driver.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/server.hpp"

namespace howdah::test {
namespace {

/// Stores rows of its own numbers until it is told to stop, by connection after connection.
template <class D>
class worker {
public:
    worker(std::string dsn, int first_key) : dsn_{std::move(dsn)}, key_{first_key}, thread_{[this] { work(); }} {}
    ~worker() { stop(); }
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;

    void stop() {
        over_ = true;
        if (thread_.joinable()) thread_.join();
    }
    int stored() const { return stored_; }
    int lost() const { return lost_; }
    std::uint32_t process_id() const { return process_id_; }
    /// By their keys, once it has stopped; nullopt: stored.
    const std::map<int, std::optional<error>>& rows() const { return rows_; }

private:
    void work() {
        while (!over_) {
            if (!db_ || !db_->open()) connect();
            else store(key_++);
        }
    }
    void connect() {
        if (error_of([&] { db_.emplace(driver_.connect(dsn_ + "?connect_timeout=5&query_timeout=10s")); }))
            std::this_thread::yield();  // it is away
        else process_id_ = db_->process_id();
    }
    void store(int key) {
        auto failure = error_of([&] {
            switch (key % 3) {
                case 0: driver_.call(db_->execute("insert into t values ($1)", key)); return;
                case 1: {
                    auto tx = driver_.call(db_->begin());
                    driver_.call(tx.execute("insert into t values ($1)", key));
                    driver_.commit(tx);
                    return;
                }
                default: {
                    const std::vector<int> one{key};
                    auto in = driver_.call(db_->template copy_in<int>(identifier{"t"}));
                    if constexpr (std::is_same_v<D, blocking_driver>) in.write_all(one);
                    else driver_.call(in.write_all(one));
                    (void)driver_.call(in.finish());
                }
            }
        });
        ++(failure ? lost_ : stored_);
        rows_.emplace(key, std::move(failure));
    }

    std::string dsn_;
    int key_;
    D driver_;
    std::optional<typename D::connection> db_;
    std::map<int, std::optional<error>> rows_;
    std::atomic<int> stored_ = 0, lost_ = 0;
    std::atomic<std::uint32_t> process_id_ = 0;
    std::atomic<bool> over_ = false;
    std::thread thread_;
};

template <class D>
class under_load : public with_driver<D> {};
TYPED_TEST_SUITE(under_load, both_drivers);

TYPED_TEST(under_load, a_server_that_ends_and_returns_has_each_row_that_it_was_said_to_have_and_none_that_it_refused) {
    // What it has said yes to must outlive it. The machine lives on, so that nothing need reach the disk.
    testing::server own{{.settings = {{"synchronous_commit", "on"}}}};
    blocking::connection{parse_conninfo(own.dsn())}.run_script("create table t(x int primary key)");
    std::vector<std::unique_ptr<worker<TypeParam>>> workers;
    for (int i = 0; i < 4; ++i) workers.push_back(std::make_unique<worker<TypeParam>>(own.dsn(), i * 10'000'000));
    // Each of them is at work again.
    const auto all_have_stored = [&](int rows) {
        for (const auto& w : workers) {
            const auto goal = w->stored() + rows;
            EXPECT_TRUE(testing::poll_until(testing::from_now(30s), [&] { return w->stored() >= goal; }));
        }
    };
    all_have_stored(20);
    own.restart();
    all_have_stored(20);
    own.restart(testing::stop_mode::immediate);
    all_have_stored(20);
    own.terminate_backend(static_cast<std::int32_t>(workers[0]->process_id()));
    all_have_stored(20);
    EXPECT_EQ(::kill(static_cast<pid_t>(workers[1]->process_id()), SIGKILL), 0);
    all_have_stored(20);
    own.kill9();
    own.start();
    all_have_stored(20);
    for (auto& w : workers) w->stop();

    const auto found = blocking::connection{parse_conninfo(own.dsn())}.fetch_all<int>("select x from t");
    const std::set<int> there{found.begin(), found.end()};
    std::map<std::string, int> fates;
    for (const auto& w : workers) {
        EXPECT_GT(w->lost(), 0);
        for (const auto& [key, failure] : w->rows()) {
            if (!failure) {
                EXPECT_TRUE(there.contains(key)) << key << " was said to be stored";
            } else if (failure->fate() == fate::not_sent || failure->fate() == fate::rejected) {
                EXPECT_FALSE(there.contains(key))
                    << key << ": " << to_string(failure->fate()) << ", " << failure->what();
            }
            ++fates[failure ? std::string{to_string(failure->fate())} : "stored"];
        }
    }
    for (const auto& [what, rows] : fates) std::cout << what << ": " << rows << " rows\n";
}

}  // namespace
}  // namespace howdah::test
