#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <source_location>
#include <utility>
#include <variant>
#include <vector>

#include "howdah/async/async.hpp"
#include "howdah/config/connection_config.hpp"
#include "howdah/observe/observer.hpp"
#include "howdah/pool/borrowing.hpp"
#include "howdah/pool/pool_hooks.hpp"
#include "howdah/pool/pool_options.hpp"
#include "howdah/pool/pool_status.hpp"
#include "howdah/pool/pool_target.hpp"

namespace howdah {

/// A connection of a pool, for one borrower; it goes back when this goes. What is still open in it then is ended by the
/// pool: a transaction is rolled back, a stream is dropped. To be used and destroyed on the executor that acquired it.
class pooled_connection {
public:
    explicit pooled_connection(pooling::loan lent) noexcept : lent_{std::move(lent)} {}

    connection& operator*() const noexcept { return lent_.connection(); }
    connection* operator->() const noexcept { return &lent_.connection(); }
    /// Gives it back.
    void release() noexcept { lent_ = {}; }

private:
    pooling::loan lent_;
};

/// A pool's verbs with other options; valid as long as the pool.
class pool_with_options : public verbs<pool_with_options, awaitable> {
public:
    using target_type = pooling::pool_target;
    explicit pool_with_options(pooling::pool_target t) noexcept : target_{std::move(t)} {}
    const pooling::pool_target& target() const noexcept { return target_; }

private:
    pooling::pool_target target_;
};

/// Connections to one database, opened when they are needed, kept, checked and replaced. Each call of a verb has one
/// for itself while it lasts; a stream, a copy or a transaction keeps its own until it goes.
///
///     howdah::pool db{co_await this_coro::executor, config, {.max_connections = 32}};
///     auto n = co_await db.fetch_one<std::int64_t>("select count(*) from users");
///
/// Executors: connections live on the executors that it is given, and each must run one handler at a time: an
/// io_context that one thread runs, or a strand. With several, each has its part of the connections. A coroutine on one
/// of them stays there; from elsewhere a verb, with_connection() and in_transaction() go there and come back, while
/// acquire(), begin(), stream() and the copies give handles that belong there: errc::wrong_executor.
/// Errors: as verbs; where none was free in time, timed_out with phase::queue, which says why connecting fails if it does;
/// queue_full, pool_closed. One that could not connect has that error. All of these are fate::not_sent.
/// Deadline: a call's timeout covers its wait for a connection, which acquire_timeout bounds too.
/// Lifetime: an open pool keeps the executors' run() busy. close() is the graceful end; the destructor aborts.
class pool : public verbs<pool, awaitable> {
public:
    using target_type = pooling::pool_target;

    /// `config` is copied. Throws invalid_option and what connection_config::validate() throws; does not wait for the
    /// server.
    pool(boost::asio::any_io_executor on, connection_config config, const pool_options& options = {},
         pool_hooks hooks = {}, std::shared_ptr<observer> watcher = nullptr);
    pool(const std::vector<boost::asio::any_io_executor>& on, connection_config config,
         const pool_options& options = {}, pool_hooks hooks = {}, std::shared_ptr<observer> watcher = nullptr);
    pool(pool&&) noexcept = default;
    pool& operator=(pool&&) = delete;
    /// Closes every connection; calls that still wait end with connection_closed or pool_closed.
    ~pool();

    /// A connection, on one of the pool's executors.
    awaitable<pooled_connection> acquire(std::source_location where = std::source_location::current());
    /// Runs `body(connection&)`, a coroutine, with a connection, on its executor. Gives what `body` returns.
    template <class F>
    auto with_connection(F&& body, std::source_location where = std::source_location::current()) {
        core::refuse_what_gcc12_breaks<F>();
        using answer = typename std::invoke_result_t<F&, connection&>::value_type;
        return lend<answer, F>(target_, pooling::place::of(where), std::forward<F>(body));
    }
    awaitable<transaction> begin(transaction_options options = {},
                                 std::source_location where = std::source_location::current());
    /// As connection::in_transaction. Runs again, where it does, on the same connection.
    template <class F>
    auto in_transaction(transaction_options options, F&& body,
                        std::source_location where = std::source_location::current()) {
        return in_transaction(options, std::forward<F>(body), pooling::place::of(where));
    }
    template <class F>
    auto in_transaction(transaction_options options, F&& body, pooling::place where) {
        core::refuse_what_gcc12_breaks<F>();
        options.validate();
        using answer = typename std::invoke_result_t<F&, transaction&>::value_type;
        return transact<answer, F>(target_, where, options, std::forward<F>(body));
    }
    template <class F>
        requires(!std::is_same_v<std::remove_cvref_t<F>, transaction_options>)
    auto in_transaction(F&& body, std::source_location where = std::source_location::current()) {
        return in_transaction(transaction_options{}, std::forward<F>(body), where);
    }
    /// The verbs with another timeout.
    pool_with_options with(core::call_options options) const { return pool_with_options{{target_.pool, options}}; }

    // Any thread may call these.

    /// Takes effect at once; what is in use is not dropped. Throws invalid_option, and then nothing has changed.
    void reconfigure(const pool_options& options);
    /// There are new credentials: connections are replaced one by one, while nobody needs them. A credential provider
    /// whose version() grows does the same.
    void renew_credentials();
    /// What the connections lead to is gone: idle ones are closed, others when they come back; the backoff ends.
    void discard_all();
    pool_status status() const;

    /// Serves who waits, refuses who comes, and ends when all connections are back and closed. Those that are still in use
    /// after `timeout` are closed under their users.
    awaitable<void> drain(std::chrono::milliseconds timeout);
    /// As drain(), and refuses who waits.
    awaitable<void> close(std::chrono::milliseconds timeout = std::chrono::seconds{10});

    const pooling::pool_target& target() const noexcept { return target_; }

private:
    enum class ending : std::uint8_t { drain, close };
    static awaitable<void> end(pooling::pool_target t, ending how, std::chrono::milliseconds timeout);
    static awaitable<pooled_connection> acquire(pooling::pool_target t, pooling::place where);
    static awaitable<transaction> begin(pooling::pool_target t, pooling::place where, transaction_options options);

    template <class R, class F>
    static awaitable<R> lend(pooling::pool_target t, pooling::place where, F body) {
        auto from = t.shard_of(co_await boost::asio::this_coro::executor);
        if (from != nullptr) {
            pooling::borrowing b{std::move(from), where, t.wait_time()};
            if (b.waits()) co_await b.wait();
            b.confirm();
            co_return co_await body(b.connection());
        }
        if constexpr (std::is_void_v<R>) {
            co_await t.elsewhere(lend<R, F&>(t, where, body));
        } else {
            std::optional<R> answer;
            co_await t.elsewhere(pooling::pool_target::keep(answer, lend<R, F&>(t, where, body)));
            co_return std::move(*answer);
        }
    }
    template <class R, class F>
    static awaitable<R> transact(pooling::pool_target t, pooling::place where, transaction_options options, F body) {
        auto in_it = [&](connection& c) { return c.in_transaction(options, body); };
        co_return co_await lend<R, decltype(in_it)&>(std::move(t), where, in_it);
    }

    pooling::pool_target target_;
};

}  // namespace howdah
