#include "howdah/async/waiter.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/dispatch.hpp>

#include "howdah/async/detail/waiting.hpp"

namespace howdah::async {

waiter::~waiter() {
    if (engaged_) std::destroy_at(&waiting::of(*this));
}

void resume(waiter& w, const boost::asio::any_io_executor& here) {
    auto h = waiting::take(w);
    if (auto slot = boost::asio::get_associated_cancellation_slot(h); slot.is_connected()) slot.clear();
    if (h.get_executor() == here) {
        h();
    } else {
        boost::asio::dispatch(std::move(h));
    }
}

}  // namespace howdah::async
