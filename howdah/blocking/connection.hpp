#pragma once

#include <memory>
#include <stop_token>
#include <string_view>
#include <utility>

#include "howdah/blocking/target.hpp"
#include "howdah/blocking/transaction.hpp"
#include "howdah/core/verbs.hpp"
#include "howdah/sql/transaction_options.hpp"

namespace howdah {
struct connection_config;  // howdah/config/connection_config.hpp
class observer;            // howdah/observe/observer.hpp
}  // namespace howdah

namespace howdah::blocking {

/// One connection to one server, for one thread at a time.
class connection : public verbs<connection, detail::plain> {
public:
    using target_type = detail::target;

    /// Connects. Throws error, which says what was tried, where, and what to do; cancelled, with nothing left open, once
    /// `stop` is asked to, by any thread.
    explicit connection(const connection_config& config, const std::shared_ptr<observer>& watcher = nullptr,
                        const std::stop_token& stop = {});
    explicit connection(detail::target t) noexcept : target_{std::move(t)} {}
    connection(connection&&) noexcept = default;
    connection& operator=(connection&&) noexcept = default;
    /// Closes it.
    ~connection() = default;

    /// The verbs with another timeout, or a way to stop them from another thread:
    /// db.with({.timeout = 5s, .stop = token}).fetch_one<int>("...").
    with_options with(const call_options& options) const { return with_options{{target_.core, 0, options}}; }

    transaction begin(const transaction_options& options = {});
    /// Runs `body(transaction&)` and commits; rolls back if it throws. Runs it again on serialization failures and
    /// deadlocks, up to options.max_attempts times in all. Gives what `body` returns.
    template <class F>
    auto in_transaction(const transaction_options& options, F&& body) {
        return detail::in_transaction(options, [&] { return begin(options); }, body);
    }
    template <class F>
    auto in_transaction(F&& body) {
        return in_transaction(transaction_options{}, std::forward<F>(body));
    }

    /// A cursor on the server, held until it is closed. Arguments are moved or copied in.
    template <class T = row_view, class... P>
    cursor<T> declare(scrolling scroll, sql<std::type_identity_t<P>...> statement, P&&... values) {
        return {target_, statement.text(), own_parameters(std::forward<P>(values)...), scroll};
    }

    /// False once the server or the network has ended it, or close() has.
    bool open() const noexcept;
    void close();
    /// Connects anew, as it was made, and closes what it was. Transactions, statements and streams of the old one end
    /// with it. Throws as the constructor does, and then nothing has changed.
    void reconnect(const std::stop_token& stop = {});
    /// What the server has reported: "server_version", "TimeZone"; empty if it has not.
    std::string_view server_parameter(std::string_view name) const noexcept;
    std::uint32_t process_id() const noexcept;
    const detail::target& target() const noexcept { return target_; }

private:
    detail::target target_;
};

}  // namespace howdah::blocking
