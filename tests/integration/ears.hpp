#pragma once
// The listeners of both drivers behind one face.

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <type_traits>

#include "driver.hpp"

namespace howdah::test {

struct blocking_ear {
    using type = blocking::listener;
    static type listen(blocking_driver&, const std::string& conninfo, std::string_view channel,
                       const listener_options& options) {
        return type{parse_conninfo(conninfo), {channel}, options};
    }
    static std::optional<listener_event> next(blocking_driver&, type& l, std::chrono::milliseconds timeout) {
        return l.next(timeout);
    }
};

struct async_ear {
    using type = howdah::listener;
    static type listen(async_driver& d, const std::string& conninfo, std::string_view channel,
                       const listener_options& options) {
        return d.call(howdah::listen(conninfo, {channel}, options));
    }
    static std::optional<listener_event> next(async_driver& d, type& l, std::chrono::milliseconds timeout) {
        return d.call(next_in_time(l, timeout));
    }

private:
    static awaitable<void> sleep(std::chrono::milliseconds time) {
        boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor, time};
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
    // An error is an answer too: || would wait for the other one.
    static awaitable<void> hear(type& l, std::optional<listener_event>& event, std::exception_ptr& failure) {
        try {
            event.emplace(co_await l.next());
        } catch (const error&) {
            failure = std::current_exception();
        }
    }
    static awaitable<std::optional<listener_event>> next_in_time(type& l, std::chrono::milliseconds timeout) {
        using namespace boost::asio::experimental::awaitable_operators;
        std::optional<listener_event> event;
        std::exception_ptr failure;
        const auto first = co_await (hear(l, event, failure) || sleep(timeout));
        if (first.index() == 0 && failure) std::rethrow_exception(failure);
        co_return event;
    }
};

/// `Fixture` has a driver D.
template <class Fixture, class D>
class with_ears : public Fixture {
protected:
    static constexpr std::chrono::seconds ear_patience{20};
    using ear = std::conditional_t<std::is_same_v<D, blocking_driver>, blocking_ear, async_ear>;

    auto listen(const std::string& conninfo, std::string_view channel, const listener_options& options = {}) {
        return ear::listen(this->driver, conninfo, channel, options);
    }
    std::optional<listener_event> next(typename ear::type& l, std::chrono::milliseconds timeout = ear_patience) {
        return ear::next(this->driver, l, timeout);
    }
    /// The payload that comes next; what else comes is in words.
    std::string payload(typename ear::type& l) {
        const auto e = next(l);
        if (!e) return "(nothing)";
        if (const auto* gap = e->as_gap())
            return gap->cause == notification_gap::reason::overflow ? "(overflow)" : "(reconnected)";
        return e->as_notification()->payload;
    }
};

}  // namespace howdah::test
