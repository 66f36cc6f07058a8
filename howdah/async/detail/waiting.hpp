#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <new>

#include "howdah/async/waiter.hpp"

namespace howdah::async {

/// What is inside of a waiter: the handler that resumes its coroutine.
struct waiting {
    using handler = boost::asio::async_result<boost::asio::use_awaitable_t<>, void()>::handler_type;
    static_assert(sizeof(handler) <= waiter::handler_size && alignof(handler) <= alignof(std::max_align_t));

    static handler& of(waiter& w) noexcept { return *std::launder(reinterpret_cast<handler*>(w.storage_)); }

    static void keep(waiter& w, handler h) {
        ::new (static_cast<void*>(w.storage_)) handler{std::move(h)};
        w.engaged_ = true;
    }
    static bool engaged(const waiter& w) noexcept { return w.engaged_; }
    static handler take(waiter& w) {
        handler h{std::move(of(w))};
        std::destroy_at(&of(w));
        w.engaged_ = false;
        return h;
    }
};

/// Resumes the coroutine: at once if it runs on `here`, where the caller is, else over its own executor.
void resume(waiter& w, const boost::asio::any_io_executor& here);

}  // namespace howdah::async
