#include "howdah/pool/borrowing.hpp"

#include <algorithm>
#include <new>

#include "howdah/async/lending.hpp"
#include "howdah/pool/detail/shard.hpp"

namespace howdah::pooling {

loan::~loan() {
    if (slot_ != nullptr) from_->release(*slot_);
}

howdah::connection& loan::connection() const noexcept { return *slot_->db; }

borrowing::borrowing(std::shared_ptr<shard> from, place where, clock::duration longest)
    : from_{std::move(from)}, ticket_{where, from_.get()} {
    ticket_.waiter = &waiter_;
    from_->acquire(ticket_, clock::now(), longest);
    waited_ = waits();
}

borrowing::~borrowing() {
    switch (state_) {
        case state::asking: from_->withdraw(ticket_); return;
        case state::lent: from_->release(lent()); return;
        case state::taken: return;
    }
}

awaitable<void> borrowing::wait() {
    return async::sleep_in(waiter_, [this] { from_->cancel(ticket_); });
}

void borrowing::confirm() {
    tell();
    if (ticket_.state() != ticket::state::granted) throw error{ticket_.failure()};
    state_ = state::lent;
}

loan borrowing::take() {
    confirm();
    state_ = state::taken;
    return {from_, lent()};
}

pooled& borrowing::lent() const noexcept { return static_cast<pooled&>(ticket_.granted()); }

howdah::connection& borrowing::connection() const noexcept { return *lent().db; }

borrowing::statement borrowing::call(const statement_text& text, std::span<const parameter_view> values,
                                     core::row_sink& rows) const {
    return statement{new (lent().statement_room) async::statement_frame{text, values, rows}};
}

async::target borrowing::target(const core::call_options& options) const {
    return {.core = connection().target().core, .options = left_of(options)};
}

awaitable<void> borrowing::perform(core::operation& op, const core::call_options& options) {
    op.acquiring = told_;
    return target(options).perform(op, waiter_);
}

void borrowing::tell() {
    using std::chrono::duration_cast;
    auto* watcher = from_->watcher();
    if (watcher == nullptr) return;
    if (waited_) told_ = duration_cast<core::acquire_time>(clock::now() - ticket_.since());
    const bool refused = ticket_.state() != ticket::state::granted;
    observe::tell(watcher, acquire_event{.waited = told_, .failure = refused ? &ticket_.failure() : nullptr});
}

core::call_options borrowing::left_of(const core::call_options& options) const {
    if (!waited_) return options;
    const auto all = options.timeout.value_or(from_->config().query_timeout);
    if (all.count() <= 0) return {.timeout = options.timeout};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(ticket_.since() + all - clock::now());
    return {.timeout = std::max(left, std::chrono::milliseconds{1})};
}

}  // namespace howdah::pooling
