// Calls that give their answer in parts, and what they keep on the server meanwhile.

#include <utility>

#include "howdah/core/engine.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {

void engine::pause(operation& op, enum input what) {
    op.unlink();
    op.state_ = operation::state::paused;
    op.timed_out_ = op.told_ = false;
    if (timed_out_head_ == &op) timed_out_head_ = nullptr;
    op.deadline_ = clock::time_point::max();
    if (what == input::held) holding_ = &op;
    done_.push_back(op);
}

void engine::resume(operation& op, clock::time_point now) {
    now_ = now;
    if (op.state_ != operation::state::paused) return;  // it has ended meanwhile, and failure() says why
    if (holding_ == &op) holding_ = nullptr;
    op.unlink();
    op.state_ = operation::state::running;
    op.resumed_ = now;
    set_deadline(op);
    running_.push_back(op);
    if (op.lease != 0) watch_lease();
    if (op.lease == 0 || (lives(op.lease) && !op.portal_is_gone_)) return proceed(op);
    op.fail(op.portal_is_gone_
                ? error{errc::transaction_ended, "what it was opened in was rolled back before its end", fate::not_sent}
                : lease_error(op.lease));
    finish(op);
}

// Whoever asks them to go on is told. `of`: the lease they run under; 0: all.
void engine::give_up_paused(const error& why, lease_id of) {
    for (auto* q : {&paused_, &done_}) {
        for (auto i = q->begin(); i != q->end();) {
            auto& op = *i++;
            if (op.state_ != operation::state::paused || (of != 0 && op.lease != of)) continue;
            op.fail(error{why}.with_fate(session_.was_sent(op) ? op.fate_when_lost() : fate::not_sent));
            if (!closed_) session_.forget(op, let_go(op));
            conclude(op);
            if (q == &done_) done_.push_back(op);
        }
    }
}

bytes& engine::output_of(const operation& op) {
    if (!session_.is_last(op)) std::terminate();  // its Sync would end another's exchange
    return session_.output();
}

void engine::drain(operation& op) {
    if (output().empty()) return pause(op, input::flows);
    draining_ = &op;
}

void engine::written(std::size_t n) noexcept {
    session_.written(n);
    if (options_.watcher) watch_written();
    if (draining_ == nullptr || !output().empty()) return;
    auto& op = *std::exchange(draining_, nullptr);
    if (!op.failure()) pause(op, input::flows);  // else ReadyForQuery is due, and ends it
}

void engine::fail_copy_in(const operation& op, std::string_view reason) {
    auto& out = output_of(op);
    wire::serialize(wire::copy_fail{.reason = reason}, out);
    if (options_.statements != statement_mode::simple) wire::serialize(wire::sync_message{}, out);
    has_ended(op);
}

void engine::has_ended(const operation& op) {
    if (unfinished_ != &op) return;
    unfinished_ = nullptr;
    if (fence_is_due_) send_fence();
}

std::string engine::new_portal() { return "howdah_p" + std::to_string(++last_portal_); }

std::string engine::new_portal(operation& of) {
    of.portal_ = last_portal_ + 1;
    return new_portal();
}

void engine::close_portal(lease_id lease, std::string name) {
    if (lease == 0 || lives(lease)) closing_portals_.push_back(std::move(name));  // else it went with its transaction
}

}  // namespace howdah::core
