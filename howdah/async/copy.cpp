#include "howdah/async/copy.hpp"

namespace howdah {

awaitable<void> async::advance(target& t, howdah::core::operation& call) {
    if (t.core == nullptr) co_await t.find_connection();
    waiter w;
    if (!call.done()) co_await t.perform(call, w);
    target::rethrow(call);
}

awaitable<void> copy_in_stream::write(bytes_view data) {
    core::require_open(*call_);
    while (!data.empty()) {
        core::feed(*call_, data);
        if (call_->full()) co_await async::advance(target_, *call_);
    }
}

awaitable<std::uint64_t> copy_in_stream::finish() {
    core::require_open(*call_);
    call_->end_of_data();
    co_await async::advance(target_, *call_);
    co_return call_->rows_stored();
}

awaitable<bytes_view> copy_out_stream::read() {
    call_->consume(call_->data().size());
    co_await async::advance(target_, *call_);
    co_return call_->data();
}

awaitable<copy_in_stream> async::target::copy_in(target t, statement_text text) {
    auto call = std::make_unique<howdah::core::copy_in_call>(text);
    co_await async::advance(t, *call);
    co_return copy_in_stream{std::move(t), std::move(call)};
}

copy_out_stream async::target::copy_out(target t, const statement_text& text) {
    return {std::move(t), std::make_unique<howdah::core::copy_out_call>(text)};
}

}  // namespace howdah
