#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "howdah/async/async.hpp"
#include "howdah/async/statement_frame.hpp"
#include "howdah/async/waiter.hpp"
#include "howdah/core/shared_state.hpp"
#include "howdah/pool/credential_watch.hpp"
#include "howdah/pool/policy.hpp"
#include "howdah/pool/pool_hooks.hpp"

namespace howdah::pooling {

/// What the shards of one pool have in common.
struct pool_setup {
    std::shared_ptr<const connection_config> config;
    pool_hooks hooks;
    std::shared_ptr<observer> watcher;
    std::shared_ptr<core::shared_state> shared = std::make_shared<core::shared_state>();
};

/// A slot with its connection.
class pooled final : public slot {
public:
    bool at_work() const noexcept override;
    /// How its borrower leaves it.
    enum condition condition() const noexcept;

    std::shared_ptr<connection> db;  // null: connecting. Shared with hooks that are late
    std::uint32_t process_id = 0;    // of the server's process
    alignas(async::statement_frame) std::byte statement_room[sizeof(async::statement_frame)];  // its borrower's call
    std::shared_ptr<boost::asio::cancellation_signal> stop = std::make_shared<boost::asio::cancellation_signal>();
};

/// A pool on one executor: does the policy's tasks and wakes its callers. Whoever has one of its connections keeps it
/// alive. Everything happens on the executor, except for status() and the orders, which any thread may give.
class shard : public std::enable_shared_from_this<shard> {
public:
    shard(boost::asio::any_io_executor on, std::shared_ptr<pool_setup> setup, const pool_options& options);

    /// Begins to open connections.
    void start();
    const boost::asio::any_io_executor& executor() const noexcept { return executor_; }
    const connection_config& config() const noexcept { return *setup_->config; }
    observer* watcher() const noexcept { return setup_->watcher.get(); }

    // Callers, on the executor.

    /// Waits for `longest` at most, and for no longer than acquire_timeout.
    void acquire(ticket& t, clock::time_point now, clock::duration longest);
    void withdraw(ticket& t) noexcept;
    void cancel(ticket& t);
    void release(pooled& s) noexcept;
    /// Until all of its connections are closed.
    awaitable<void> end(policy::ending how, std::chrono::milliseconds timeout);

    // Any thread.

    void abort();
    /// Nobody answers where its connections lead.
    void cut_off(const error& why);
    template <class Order>
    void order(Order what) {
        {
            const std::scoped_lock lock{mutex_};
            what(policy_, clock::now());
        }
        settle_soon();
    }
    pool_status status() const;
    pool_options options() const;
    /// So many callers wait or have a connection.
    std::uint32_t load() const;

private:
    // Under the mutex.
    void settle_if_needed();
    void post_settle();
    void abort_now();
    void end_discarded(const error& why);

    void settle();
    void settle_soon();
    void end_waiting();
    void meet(clock::time_point when);
    void on_timer();
    void on_lost(const pooled* s);
    void tell(const starvation& s) const;
    void tell(const pooled& s, pool_change what) const;
    bool is_over() const;

    void begin(pooled& s);
    void report(pooled& s, std::optional<error> failure);
    awaitable<void> perform(pooled& s);
    awaitable<void> connect(pooled& s);
    awaitable<void> prepare(pooled& s);
    awaitable<void> recover(pooled& s);
    awaitable<void> close(pooled& s);
    awaitable<void> ping(const pooled& s) const;
    awaitable<void> run(const pool_hooks::hook& hook, const pooled& s) const;

    boost::asio::any_io_executor executor_;
    std::shared_ptr<pool_setup> setup_;
    boost::asio::steady_timer timer_;
    mutable std::mutex mutex_;  // status() and orders come from any thread
    credential_watch credentials_;
    policy policy_;
    std::vector<boost::asio::steady_timer*> ending_;  // of who waits for the end
    clock::time_point armed_ = clock::time_point::max();
    bool settle_posted_ = false;
};

}  // namespace howdah::pooling
