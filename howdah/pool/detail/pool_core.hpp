#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "howdah/pool/credential_watch.hpp"
#include "howdah/pool/detail/pooled_slot.hpp"
#include "howdah/pool/policy.hpp"

namespace howdah::blocking::detail {

using pooling::clock;

/// One lock round the policy, and the threads that do what it wants. Outlives the pool where somebody still has a
/// connection; its threads don't.
class pool_core : public std::enable_shared_from_this<pool_core> {
public:
    pool_core(const connection_config& config, const pool_options& options, pool_ways ways);
    pool_core(const pool_core&) = delete;
    pool_core& operator=(const pool_core&) = delete;
    ~pool_core();

    struct wish {
        std::optional<std::chrono::milliseconds> at_most{};  // unset: acquire_timeout
        std::stop_token stop{};
    };
    /// There is an observer.
    bool is_watched() const noexcept { return ways_.watcher != nullptr; }
    /// Throws error.
    pooled_slot& acquire(const pooling::place& where, const wish& w);
    void release(pooled_slot& s) noexcept;

    /// Runs `order(policy, now)`, and whatever follows from it.
    template <class Order>
    void command(Order order) {
        const std::lock_guard lock{mutex_};
        order(policy_, clock::now());
        settle();
    }
    void connect_as(const connection_config& config);
    /// Nobody answers where its connections lead.
    void cut_off(const error& why);
    bool end(pooling::policy::ending how, std::chrono::milliseconds timeout);
    /// Ends it at once, and its threads.
    void stop() noexcept;
    pool_status status() const;
    std::chrono::milliseconds acquire_timeout() const;

private:
    struct waiter;
    struct worker {
        clock::time_point busy_since = clock::time_point::max();  // max(): it is not
        std::jthread thread;
    };
    struct starving {  // places' texts don't outlive their calls
        std::string waiting, holding;
        std::chrono::microseconds waited, held;
    };

    void await(pooling::ticket& t, waiter& w, const std::stop_token& stop, std::unique_lock<std::mutex>& lock,
               clock::time_point deadline);
    void settle();
    void summon() noexcept;
    void collect_starvations();
    void tell_starvations(std::unique_lock<std::mutex>& lock);
    void keep_time();
    clock::time_point staff(clock::time_point now);
    void cut_off_at_end(clock::time_point now);
    void work(worker& self);
    void do_next_task(std::unique_lock<std::mutex>& lock, worker* self);
    std::optional<error> do_task(pooled_slot& s, const pool_options& options,
                                 std::shared_ptr<const connection_config> config, const std::stop_token& connecting);
    void close(pooled_slot& s);

    const pool_ways ways_;
    mutable std::mutex mutex_;
    std::shared_ptr<const connection_config> config_;
    pooling::credential_watch credentials_;
    pooling::policy policy_;
    std::condition_variable time_, work_, over_;
    clock::time_point wakes_at_ = clock::time_point::min();  // the thread for time; min(): it is awake
    std::list<worker> workers_;
    std::size_t idle_workers_ = 0;
    std::stop_source connecting_;  // nobody needs another connection any more
    bool has_cut_off_ = false;     // connections in use, at the end
    std::vector<starving> starving_;
    enum class stage : std::uint8_t { open, stopping, stopped } stage_ = stage::open;
    std::jthread timekeeper_;
};

/// A caller's hold on a connection, for handles that outlive the call; acquired at the first use.
class pool_lender final : public lender {
public:
    pool_lender(std::shared_ptr<pool_core> of, std::string statement, call_options options)
        : pool_{std::move(of)}, statement_{std::move(statement)}, options_{std::move(options)} {}
    pool_lender(std::shared_ptr<pool_core> of, pooled_slot& slot) : pool_{std::move(of)}, slot_{&slot} {}
    ~pool_lender() override;
    const std::shared_ptr<connection_core>& lend() override;

private:
    std::shared_ptr<pool_core> pool_;
    std::string statement_;
    call_options options_{};
    pooled_slot* slot_ = nullptr;
};

/// The shorter of acquire_timeout and the timeout that a call has; unset: acquire_timeout.
pool_core::wish wish_of(const pool_core& of, const call_options& o);

}  // namespace howdah::blocking::detail
