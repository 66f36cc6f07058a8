#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <source_location>
#include <stop_token>
#include <utility>
#include <vector>

#include "howdah/blocking/blocking.hpp"
#include "howdah/pool/blocking_target.hpp"
#include "howdah/pool/pool_options.hpp"
#include "howdah/pool/pool_status.hpp"
#include "howdah/sql/unbound_sql.hpp"

namespace howdah::blocking {

/// What a pool has done to its connections. A hook may use the connection; it must leave nothing open. One that throws
/// has the connection closed: a caller that waits gets another one, or, where after_connect fails, its error.
/// They run on the pool's threads, never on a caller's. A hook that does not return can't be killed: it keeps its
/// connection and its thread, and no other's. What it runs on the connection has the connection's query_timeout.
struct pool_hooks {
    std::function<void(connection&)> after_connect{};
    /// Prepared on each connection behind that, so that no caller's first run of them has to; a failure counts as one
    /// to connect.
    std::vector<unbound_sql> prepare{};
    std::function<void(connection&)> before_acquire{};
    std::function<void(connection&)> after_release{};
    std::function<void(connection&)> before_close{};
};

/// A connection of a pool, for one thread at a time. Goes back when it is destroyed: what was left open is ended first.
/// Its transactions, streams and statements must not outlive it.
class pooled_connection {
public:
    /// For pool::acquire().
    pooled_connection(std::shared_ptr<detail::pool_core> of, detail::pooled_slot& slot) noexcept
        : pool_{std::move(of)}, slot_{&slot} {}
    pooled_connection(pooled_connection&& other) noexcept
        : pool_{std::move(other.pool_)}, slot_{std::exchange(other.slot_, nullptr)} {}
    pooled_connection& operator=(pooled_connection&& other) noexcept;
    ~pooled_connection() { release(); }

    connection& operator*() const noexcept;
    connection* operator->() const noexcept { return &**this; }
    /// Not moved from, nor given back.
    explicit operator bool() const noexcept { return slot_ != nullptr; }
    /// Gives it back now.
    void release() noexcept;

private:
    std::shared_ptr<detail::pool_core> pool_;
    detail::pooled_slot* slot_;
};

/// The verbs of a pool with other options; valid as long as the pool.
class pool_with_options : public verbs<pool_with_options, detail::plain> {
public:
    using target_type = detail::pool_target;
    explicit pool_with_options(detail::pool_target t) noexcept : target_{std::move(t)} {}
    const detail::pool_target& target() const noexcept { return target_; }

private:
    detail::pool_target target_;
};

/// Connections to one database, for any number of threads. It answers all verbs: each acquires a connection, runs, and
/// gives it back; streams, COPYs and transactions keep theirs as long as they live.
///
/// Threads of its own: one for time, and up to four that connect, check, clean and close; where one of them is stuck
/// for over a second (a host that does not answer, a hook), another takes its place. A caller never connects itself.
/// Errors: those of the verbs; timed_out with phase::queue where no connection was free in time, which carries why
/// connecting fails; queue_full; pool_closed; and what connecting says, where it can't pass by itself. Their fate is
/// not_sent.
class pool : public verbs<pool, detail::plain> {
public:
    using target_type = detail::pool_target;
    using duration = std::chrono::milliseconds;

    /// Connects in the background, to min_connections. Throws invalid_option.
    explicit pool(const connection_config& config, const pool_options& options = {}, pool_hooks hooks = {},
                  std::shared_ptr<observer> watcher = nullptr);
    pool(const pool&) = delete;
    pool& operator=(const pool&) = delete;
    /// Closes all that is idle, cuts off what is in use, ends attempts to connect, and waits for its threads: for a hook
    /// as long as that takes. See close() and drain().
    ~pool();

    /// A connection, waiting for one as long as acquire_timeout.
    pooled_connection acquire(std::source_location where = std::source_location::current());
    /// The same as long as `timeout`; zero: one that is free now. Asked to stop, by any thread, it ends as `cancelled`.
    pooled_connection acquire(duration timeout, std::stop_token stop = {},
                              std::source_location where = std::source_location::current());
    /// Gives what `f(connection&)` gives.
    template <class F>
    auto with_connection(F&& f, std::source_location where = std::source_location::current()) {
        const auto held = acquire(where);
        return std::forward<F>(f)(*held);
    }

    /// A transaction on a connection that goes back with it.
    transaction begin(const transaction_options& options = {},
                      std::source_location where = std::source_location::current());
    /// As connection::in_transaction(); each attempt acquires a connection.
    template <class F>
    auto in_transaction(const transaction_options& options, F&& body,
                        std::source_location where = std::source_location::current()) {
        return detail::in_transaction(options, [&] { return begin(options, where); }, body);
    }
    template <class F>
    auto in_transaction(F&& body, std::source_location where = std::source_location::current()) {
        return in_transaction(transaction_options{}, std::forward<F>(body), where);
    }

    /// The verbs with another timeout, which is one budget for waiting for a connection and for the call; or with a way
    /// to stop them from another thread.
    pool_with_options with(const call_options& options) const {
        return pool_with_options{{.pool = core_.get(), .options = options}};
    }

    /// From here on it behaves so. Connections that are in use stay until they come back. Throws invalid_option, and
    /// then nothing has changed.
    void reconfigure(const pool_options& options);
    /// There are new credentials: connections are replaced one at a time, while nobody needs them; nobody waits.
    void renew_credentials();
    /// The same, and from here on it connects so.
    void renew_credentials(const connection_config& config);
    /// What its connections lead to is gone, as after a failover: idle ones are closed now, others when they come back.
    void discard_all();
    /// Something has changed, so that the next attempt to connect is worth while at once.
    void try_now();

    /// Refuses new callers, serves those that wait, and closes every connection as it comes back. True: all have come
    /// back within `timeout`; else those in use were cut off.
    bool drain(duration timeout);
    /// The same, and refuses those that wait.
    bool close(duration timeout);

    pool_status status() const;
    const detail::pool_target& target() const noexcept { return target_; }

private:
    std::shared_ptr<detail::pool_core> core_;
    detail::pool_target target_;
};

}  // namespace howdah::blocking
