#pragma once

/// Opt-in: changes of tables that triggers notify as JSON. Uses Boost.JSON: a program that includes this links
/// Boost::json, or has `#include <boost/json/src.hpp>` in one of its sources.

#include <boost/asio/this_coro.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "howdah/async/listener.hpp"
#include "howdah/core/change_handlers.hpp"

namespace howdah {

/// Hears of changes on a channel, and gives each to its table's handler: blocking::change_listener says how. A handler
/// gives an awaitable<void>, or nothing. One runs at a time.
///
///     auto changes = co_await howdah::listen_to_changes(conninfo, "changes", {.key = "id"});
///     changes.on_change<order_change>("orders", [&](const order_change& c) -> howdah::awaitable<void> { ... });
///     co_await changes.run();
///
/// Lifetime: it must not be moved while one of its calls is awaited, nor may a handler be set then.
class change_listener {
public:
    change_listener(listener of, const change_options& options) : listener_{std::move(of)}, handlers_{options} {
        handlers_.set_nothing([]() -> awaitable<void> { co_return; });
    }

    template <class T, class F>
    change_listener& on_change(std::string table, F f) {
        handlers_.template set<T>(std::move(table), awaited<const T&>(std::move(f)));
        return *this;
    }
    template <class F>
    change_listener& on_gap(F f) {
        handlers_.set_gap(awaited<const notification_gap&>(std::move(f)));
        return *this;
    }
    change_listener& on_failure(std::function<void(const change_failure&)> f) {
        handlers_.set_failure(std::move(f));
        return *this;
    }

    /// Handles one change, or a gap. Errors: also those of listener::next().
    awaitable<void> handle_next() {
        if (handlers_.empty()) handlers_.add(co_await listener_.next());
        while (!handlers_.full()) {
            const auto more = listener_.next_of_those_here();
            if (!more) break;
            handlers_.add(*more);
        }
        auto change = handlers_.take();
        std::exception_ptr failure;
        try {
            co_await handlers_.run(change);
        } catch (...) {
            failure = std::current_exception();
        }
        if (!failure) co_return;
        const auto cancellation = co_await boost::asio::this_coro::cancellation_state;
        if (cancellation.cancelled() != boost::asio::cancellation_type::none) std::rethrow_exception(failure);
        handlers_.failed(change, failure);
    }
    /// Handles what comes until it is cancelled, or something is thrown.
    awaitable<void> run() {
        for (;;) co_await handle_next();
    }
    std::uint64_t merged() const noexcept { return handlers_.merged(); }
    std::uint32_t process_id() const noexcept { return listener_.process_id(); }

private:
    template <class Argument, class F>
    static auto awaited(F f) {
        if constexpr (std::is_void_v<std::invoke_result_t<F&, Argument>>) {
            return [f = std::move(f)](Argument a) mutable -> awaitable<void> {
                f(a);
                co_return;
            };
        } else {
            return f;
        }
    }

    listener listener_;
    core::change_handlers<awaitable<void>> handlers_;
};

namespace async {

inline awaitable<change_listener> listen_to_changes(std::string conninfo, std::string channel, change_options options,
                                                    std::shared_ptr<observer> watcher) {
    auto db = co_await connect(conninfo, std::move(watcher));
    listener of{std::move(db), options.listening};
    co_await of.listen(std::move(channel));
    co_return change_listener{std::move(of), options};
}

}  // namespace async

/// Connects, as connect() does, and listens.
inline awaitable<change_listener> listen_to_changes(std::string_view conninfo, std::string_view channel,
                                                    change_options options = {},
                                                    std::shared_ptr<observer> watcher = nullptr) {
    return async::listen_to_changes(std::string{conninfo}, std::string{channel}, options, std::move(watcher));
}

}  // namespace howdah
