#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <functional>

#include "fault_driver.hpp"
#include "howdah/testing/polling.hpp"

namespace howdah::test {

/// Runs `what` on the loop, and cancels it after so many turns. False: it had ended before. `failure`: what it threw.
inline bool run_cancelled(boost::asio::io_context& io, const std::function<awaitable<void>()>& what, int turns,
                          boost::asio::cancellation_type how, std::exception_ptr* failure = nullptr) {
    namespace asio = boost::asio;
    asio::cancellation_signal signal;
    bool over = false;
    const auto whole = [&]() -> awaitable<void> {
        co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
        co_await what();
    };
    asio::co_spawn(io, whole(), asio::bind_cancellation_slot(signal.slot(), [&](const std::exception_ptr& e) {
                       if (failure != nullptr) *failure = e;
                       over = true;
                   }));
    io.restart();
    for (int i = 0; i < turns && !over; ++i) io.run_one();
    const bool early = !over;
    // From inside of the loop: from outside, Asio 1.81 may hand the signal to a coroutine that has just ended.
    bool told = false;
    asio::post(io, [&] {
        told = true;
        if (!over) signal.emit(how);
    });
    const auto limit = testing::from_now(call_limit);
    while (!(over && told) && io.run_one_until(limit) != 0) {}
    EXPECT_TRUE(over) << "it hangs";
    return early;
}

}  // namespace howdah::test
