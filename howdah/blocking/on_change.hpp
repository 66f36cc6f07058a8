#pragma once

/// Opt-in: changes of tables that triggers notify as JSON. Uses Boost.JSON: a program that includes this links
/// Boost::json, or has `#include <boost/json/src.hpp>` in one of its sources.

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "howdah/blocking/listener.hpp"
#include "howdah/core/change_handlers.hpp"

namespace howdah::blocking {

/// Hears of changes on a channel, and gives each to its table's handler.
///
///     struct order_change { std::int64_t id; std::string state; };
///     BOOST_DESCRIBE_STRUCT(order_change, (), (id, state))
///
///     howdah::blocking::change_listener changes{config, "changes", {.key = "id"}};
///     changes.on_change<order_change>("orders", [](const order_change& c) { ... });
///     changes.on_gap([](const howdah::notification_gap&) { look_up_everything(); });
///     while (running) changes.handle_next(1s);
///
/// A payload is an object, `{"table": "orders", "id": 7, "state": "paid"}`. Changes of tables without a handler are
/// dropped. Of changes that wait for their handler those of one row are one: see change_options.
/// Errors: of a payload that is no T, and whatever a handler throws, are given to the handler of on_failure; without
/// one they are thrown by handle_next(), which may be called again, for what comes behind.
class change_listener {
public:
    /// Connects, and listens. Throws error.
    change_listener(const connection_config& config, std::string_view channel, const change_options& options = {},
                    const std::shared_ptr<observer>& watcher = nullptr)
        : listener_{config, {channel}, options.listening, watcher}, handlers_{options} {
        handlers_.set_nothing([] {});
    }

    /// `f(const T&)`. T is described (BOOST_DESCRIBE_STRUCT), or what Boost.JSON converts to. Members of the payload
    /// that T lacks are left out; a std::optional may be missing.
    template <class T, class F>
    change_listener& on_change(std::string table, F f) {
        handlers_.template set<T>(std::move(table), std::move(f));
        return *this;
    }
    /// `f(const notification_gap&)`: changes may be missing, those that wait come behind it. What it throws,
    /// handle_next() throws.
    template <class F>
    change_listener& on_gap(F f) {
        handlers_.set_gap(std::move(f));
        return *this;
    }
    change_listener& on_failure(std::function<void(const change_failure&)> f) {
        handlers_.set_failure(std::move(f));
        return *this;
    }

    /// Handles one change, or a gap; false if none comes in time. Errors: also those of listener::next().
    bool handle_next(std::chrono::milliseconds timeout) {
        if (handlers_.empty()) {
            const auto event = listener_.next(timeout);
            if (!event) return false;
            handlers_.add(*event);
        }
        while (!handlers_.full()) {
            const auto more = listener_.next_of_those_here();
            if (!more) break;
            handlers_.add(*more);
        }
        auto change = handlers_.take();
        try {
            handlers_.run(change);
        } catch (...) {
            handlers_.failed(change, std::current_exception());
        }
        return true;
    }
    /// Changes that were one with another, and so had no call of their own.
    std::uint64_t merged() const noexcept { return handlers_.merged(); }
    std::uint32_t process_id() const noexcept { return listener_.process_id(); }

private:
    listener listener_;
    howdah::core::change_handlers<void> handlers_;
};

}  // namespace howdah::blocking
