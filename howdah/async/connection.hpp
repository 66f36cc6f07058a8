#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include "howdah/async/awaitable.hpp"
#include "howdah/async/target.hpp"
#include "howdah/async/transaction.hpp"
#include "howdah/core/retry.hpp"
#include "howdah/core/verbs.hpp"
#include "howdah/sql/transaction_options.hpp"

namespace howdah {

struct connection_config;  // howdah/config/connection_config.hpp
class observer;            // howdah/observe/observer.hpp
class pool;

/// One connection to one server, on one executor: every call must come from there. Calls of several coroutines are
/// pipelined. It reads as long as it lives, which keeps the executor's run() busy.
/// Cancellation: a cancelled call ends as `cancelled`, the server is told to stop it, and the connection stays usable.
class connection : public verbs<connection, awaitable> {
public:
    using target_type = async::target;

    explicit connection(async::target t) noexcept : target_{std::move(t)} {}
    connection(connection&&) noexcept = default;
    connection& operator=(connection&& other) noexcept;
    /// Closes it; calls that still wait end with connection_closed.
    ~connection();

    /// The verbs with another timeout: co_await db.with({.timeout = 5s}).fetch_one<int>("...").
    with_options with(core::call_options options) const { return with_options{{target_.core, 0, options}}; }

    /// Waits until the connection is free of other calls; sends nothing yet.
    awaitable<transaction> begin(transaction_options options = {});
    /// Runs `body(transaction&)`, a coroutine, and commits; rolls back if it throws. Runs it again on serialization
    /// failures and deadlocks, up to options.max_attempts times in all. Gives what `body` returns.
    template <class F>
    auto in_transaction(transaction_options options, F&& body) {
        core::refuse_what_gcc12_breaks<F>();
        options.validate();
        return repeat<body_result<F>, F>(target_, options, std::forward<F>(body));
    }
    template <class F>
        requires(!std::is_same_v<std::remove_cvref_t<F>, transaction_options>)
    auto in_transaction(F&& body) {
        return in_transaction(transaction_options{}, std::forward<F>(body));
    }

    /// A cursor on the server, held until it is closed. Arguments are moved or copied in.
    template <class T = row_view, class... P>
    awaitable<cursor<T>> declare(scrolling scroll, sql<std::type_identity_t<P>...> statement, P&&... values) {
        core::refuse_what_gcc12_breaks<P...>();
        return cursor<T>::open(target_, statement.text(), own_parameters(std::forward<P>(values)...), scroll);
    }

    /// False once the server or the network has ended it, or close() has.
    bool open() const noexcept;
    void close() noexcept;
    /// Connects anew, as it was made, and closes what it was. Transactions, statements and streams of the old one end
    /// with it. Throws as connect() does, and then nothing has changed.
    awaitable<void> reconnect();
    /// What the server has reported: "server_version", "TimeZone"; empty if it has not.
    std::string_view server_parameter(std::string_view name) const noexcept;
    std::uint32_t process_id() const noexcept;
    const async::target& target() const noexcept { return target_; }

private:
    template <class F>
    using body_result = typename std::invoke_result_t<F&, transaction&>::value_type;

    friend class pool;

    static awaitable<transaction> begin(async::target t, transaction_options options);
    static awaitable<void> pause(std::chrono::milliseconds time);

    template <class R, class F>
    static awaitable<R> repeat(async::target t, transaction_options options, F body) {
        for (std::uint32_t attempt = 1;; ++attempt) {
            try {
                auto tx = co_await begin(t, options);
                if constexpr (std::is_void_v<R>) {
                    co_await body(tx);
                    if (tx.open()) co_await tx.commit();
                    co_return;
                } else {
                    auto answer = co_await body(tx);
                    if (tx.open()) co_await tx.commit();
                    co_return answer;
                }
            } catch (const error& e) {
                if (attempt == options.max_attempts || !may_run_again(e)) throw;
            }
            co_await pause(backoff(options, attempt + 1, core::draw()));
        }
    }

    async::target target_;
};

/// Connects, on the executor of the coroutine that awaits it. Throws error, which says what was tried, where, and what
/// to do. The string is read by parse_conninfo, with environment, service file and passfile.
awaitable<connection> connect(std::string_view conninfo, std::shared_ptr<observer> watcher = nullptr);
/// `config` is copied; name it first (GCC 12 destroys a temporary twice inside of co_await).
awaitable<connection> connect(const connection_config& config, std::shared_ptr<observer> watcher = nullptr);

}  // namespace howdah
