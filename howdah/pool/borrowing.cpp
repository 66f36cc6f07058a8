#include "howdah/pool/borrowing.hpp"

#include <algorithm>

#include "howdah/async/lending.hpp"
#include "howdah/pool/detail/shard.hpp"

namespace howdah::pooling {

loan::~loan() {
    if (slot_ != nullptr) from_->release(*slot_);
}

howdah::connection& loan::connection() const noexcept { return *slot_->db; }

borrowing::borrowing(std::shared_ptr<shard> from, place where, clock::duration longest)
    : from_{std::move(from)}, since_{clock::now()}, ticket_{where, from_.get()} {
    ticket_.waiter = &waiter_;
    from_->acquire(ticket_, since_, longest);
    waited_ = waits();
}

borrowing::~borrowing() {
    if (!taken_) from_->withdraw(ticket_);
}

awaitable<void> borrowing::wait() {
    return async::sleep_in(waiter_, [this] { from_->cancel(ticket_); });
}

loan borrowing::take() {
    tell();
    if (ticket_.state() != ticket::state::granted) throw error{ticket_.failure()};
    taken_ = true;
    return {from_, static_cast<pooled&>(ticket_.granted())};
}

void borrowing::tell() const {
    using std::chrono::duration_cast, std::chrono::microseconds;
    auto* watcher = from_->watcher();
    if (watcher == nullptr) return;
    const auto waited = waited_ ? duration_cast<microseconds>(clock::now() - since_) : microseconds{};
    const bool refused = ticket_.state() != ticket::state::granted;
    observe::tell(watcher, acquire_event{.waited = waited, .failure = refused ? &ticket_.failure() : nullptr});
}

core::call_options borrowing::left_of(const core::call_options& options) const {
    if (!waited_) return options;
    const auto all = options.timeout.value_or(from_->config().query_timeout);
    if (all.count() <= 0) return options;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(since_ + all - clock::now());
    return {.timeout = std::max(left, std::chrono::milliseconds{1})};
}

}  // namespace howdah::pooling
