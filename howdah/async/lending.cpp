#include "howdah/async/lending.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "howdah/async/detail/connection_core.hpp"
#include "howdah/async/detail/waiting.hpp"
#include "howdah/core/ping_call.hpp"
#include "howdah/core/warm_up.hpp"

namespace howdah::async {
namespace {

namespace asio = boost::asio;

// Once the coroutine sleeps, it may be woken.
struct falling_asleep {
    waiter& w;
    std::function<void()> cancelled;

    void operator()(waiting::handler h) {
        if (auto slot = asio::get_associated_cancellation_slot(h); slot.is_connected())
            slot.assign([tell = std::move(cancelled)](asio::cancellation_type) { tell(); });
        waiting::keep(w, std::move(h));
    }
};

}  // namespace

core::remains left_on(const connection_core& c) noexcept { return core::left_on(c.engine()); }
bool at_work(const connection_core& c) noexcept { return c.engine().open() && c.engine().in_flight() != 0; }
void evict_holder(connection_core& c) { c.engine().evict_holder(); }

awaitable<void> ping(std::shared_ptr<connection_core> c, std::chrono::milliseconds timeout) {
    const target t{.core = std::move(c), .options = {.timeout = timeout}};
    core::ping_call call;
    waiter w;
    co_await t.perform(call, w);
    target::rethrow(call);
}

awaitable<void> prepare(std::shared_ptr<connection_core> c, std::span<const unbound_sql> statements) {
    const target t{.core = std::move(c)};
    core::warm_up all{statements};
    waiter w;
    co_await t.perform(all.call(), w);
    all.rethrow();
}

void when_lost(connection_core& c, std::function<void()> tell) noexcept { c.when_lost(std::move(tell)); }
void cut_off(connection_core& c, const error& why) { c.cut_off(why); }
const error& closed_by(const connection_core& c) noexcept { return *c.engine().closed_by(); }

awaitable<void> sleep_in(waiter& w, std::function<void()> cancelled) {
    return asio::async_initiate<const asio::use_awaitable_t<>, void()>(falling_asleep{w, std::move(cancelled)},
                                                                       asio::use_awaitable);
}

void wake(waiter& w, const asio::any_io_executor& here) { resume(w, here); }

}  // namespace howdah::async
