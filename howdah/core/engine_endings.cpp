// How calls end before their answer: the caller goes away, time is over, the connection is lost.

#include <algorithm>
#include <utility>

#include "howdah/core/engine.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {
namespace {

// Most of what is given up behind others ends by itself soon after it is its turn: no cancel for that.
constexpr std::chrono::milliseconds patience{50};
// A cancel that has not ended the call by then has come to nothing.
constexpr std::chrono::milliseconds time_of_a_cancel{500};

}  // namespace

// The caller goes away.

void engine::abandon(operation& op) noexcept {
    session_.forget(op, let_go(op));
    leave_running(op);
    op.state_ = operation::state::done;
    driver_.attention();
}

void engine::cancel(operation& op) {
    if (op.engine_ != this) return;
    // What stands in the output will be sent with what stands behind it.
    const bool sent = op.state_ != operation::state::waiting && session_.has(op);
    op.fail(error{
        errc::cancelled,
        sent ? "the call was cancelled while the server worked on it" : "the call was cancelled before it was sent",
        sent ? op.fate_when_lost() : fate::not_sent});
    session_.forget(op, let_go(op));
    finish(op);
}

// Who takes over what is in flight; null or a failed copy: nobody, and the server is stopped where it can be.
wire::recipient* engine::let_go(operation& op) noexcept {
    if (op.state_ != operation::state::running && op.state_ != operation::state::paused) return nullptr;
    if (holding_ == &op) holding_ = nullptr;
    if (op.may_leave_transaction_ && op.lease == 0) adopt_transaction();
    if (op.leave(*this) == on_abandon::drain)
        return op.lease != 0 && !op.has_failed_copy_in() ? &leftovers_ : &drained_;
    if (session_.head() == &op && session_.was_sent(op) && cancel_ == cancel_state::none)
        cancel_ = cancel_state::wanted;
    return op.has_failed_copy_in() ? &failed_copy_ : nullptr;
}

// The connection ends.

bool engine::retire(error why) {
    lost(std::move(why));
    return false;
}

void engine::lost(error why) {
    if (closed_) return;
    if (leaving_ && why.code() != errc::timed_out) why = *leaving_;
    observe::tell(options_.watcher.get(),
                  connection_lost_event{.host = options_.host, .process_id = options_.process_id, .failure = &why});
    end_all(std::move(why));
}

void engine::close(error why) {
    if (!closed_) end_all(std::move(why));
}

void engine::end_all(error why) {
    closed_.emplace(std::move(why));
    give_up(running_, *closed_);
    give_up(held_, *closed_);
    give_up(waiting_, *closed_);
    give_up_paused(*closed_, 0);
    lose_lease();
    cancel_ = cancel_state::none;
}

void engine::give_up(queue& q, const error& why) {
    while (!q.empty()) {
        auto& op = q.front();
        const bool sent = op.state_ != operation::state::waiting && session_.was_sent(op);
        op.fail(error{why}.with_fate(sent ? op.fate_when_lost() : fate::not_sent));
        finish(op);
    }
}

// Time.

clock::time_point engine::next_deadline() const noexcept {
    // A head that has just been given up: expire() decides how long it may go on.
    const bool unseen = head_is_unwanted() && cancels_at_ == clock::time_point::max();
    auto earliest = std::min(unseen ? now_ : cancels_at_, lease_deadline());
    for (const auto* q : {&running_, &held_, &waiting_})
        for (const auto& op : *q) earliest = std::min(earliest, op.deadline_);
    return earliest;
}

bool engine::expire(clock::time_point now) {
    now_ = now;
    expire(running_, now);
    expire(held_, now);
    expire(waiting_, now);
    if (!closed_) watch_lease();
    if (!closed_) watch_head();
    if (!closed_ && cancels_at_ <= now) cancel_head(now);
    if (!closed_) start_waiting();
    return !closed_;
}

void engine::expire(queue& q, clock::time_point now) {
    for (auto i = q.begin(); i != q.end() && !closed_;) {
        auto& op = *i++;
        if (op.deadline_ <= now) time_out(op, now);
    }
}

void engine::time_out(operation& op, clock::time_point now) {
    if (op.state_ == operation::state::waiting) {
        op.fail(timeout_error(op, fate::not_sent).at(phase::queue));
        finish(op);
    } else if (op.timed_out_) {
        retire(
            timeout_error(op, fate::unknown)
                .prefixed("the server did not end a cancelled call within cancel_grace, the connection is closed: "));
    } else if (session_.head() == &op && cancel_ == cancel_state::none) {
        if (draining_ == &op) draining_ = nullptr;
        (void)op.leave(*this);
        op.timed_out_ = true;
        op.deadline_ = now + options_.cancel_grace;
        timed_out_head_ = &op;
        cancel_head(now);
    } else {  // a cancel would hit whoever is at the head
        op.fail(timeout_error(op, op.fate_when_lost()));
        session_.forget(op, let_go(op));
        finish(op);
    }
}

void engine::watch_head() noexcept {
    if (!head_is_unwanted() || cancels_at_ != clock::time_point::max()) return;
    cancels_at_ = now_ + (options_.peer == peer::pooler ? options_.cancel_grace : patience);  // it costs more
}

// A cancel comes to nothing where the server hears of it before it begins with the call: it is sent again, until the
// grace is over.
void engine::cancel_head(clock::time_point now) {
    if (!head_is_unwanted() && (timed_out_head_ == nullptr || session_.head() != timed_out_head_)) {
        cancels_at_ = clock::time_point::max();
        return;
    }
    if (unwanted_until_ <= now) {
        retire(error{errc::timed_out,
                     "the server did not end a call that was given up within cancel_grace: the "
                     "connection is closed",
                     fate::unknown});
        return;
    }
    // The cancel under way may have been another call's.
    if (cancel_ == cancel_state::none || cancel_ == cancel_state::fenced) cancel_ = cancel_state::wanted;
    // A connection that is closing sends no second cancel.
    const bool is_closing = cancel_ == cancel_state::closing, is_asked = is_closing || cancel_ == cancel_state::wanted;
    if (head_is_unwanted() && is_asked && unwanted_until_ == clock::time_point::max())
        unwanted_until_ = now + options_.cancel_grace;
    cancels_at_ = is_closing ? unwanted_until_ : std::min(now + time_of_a_cancel, unwanted_until_);
}

error engine::timeout_error(const operation& op, enum fate f) const {
    using std::chrono::duration_cast, std::chrono::microseconds, std::chrono::milliseconds;
    phase_times times{};
    // What is given in parts has its time for each of them.
    const auto asked = op.resumed_ > op.started_ ? op.resumed_ : op.submitted_;
    const auto began = op.state_ == operation::state::waiting ? now_ : std::max(op.started_, op.resumed_);
    times[static_cast<std::size_t>(phase::queue)] = duration_cast<microseconds>(began - asked);
    times[static_cast<std::size_t>(phase::query)] = duration_cast<microseconds>(now_ - began);
    auto words = "timed out after " + std::to_string(duration_cast<milliseconds>(now_ - asked).count()) +
                 " ms: " + std::to_string(duration_cast<milliseconds>(began - asked).count()) +
                 " ms waiting for the connection, " +
                 std::to_string(duration_cast<milliseconds>(now_ - began).count()) + " ms running";
    return error{errc::timed_out, std::move(words), f}.at(phase::query).with_times(times).from_host(options_.host);
}

void engine::cancel_ended() {
    if (cancel_ != cancel_state::sent || closed_) return;
    if (options_.peer == peer::pooler) {
        cancel_ = cancel_state::closing;
        return close_if_answered();
    }
    if (unfinished_ != nullptr) {  // a Sync would end that exchange instead
        fence_is_due_ = true;
        return;
    }
    send_fence();
}

void engine::send_fence() {
    fence_is_due_ = false;
    cancel_ = cancel_state::fenced;
    ++fences_;
    session_.begin(&fence_);
    wire::serialize(wire::sync_message{}, session_.output());
    session_.end();
}

void engine::close_if_answered() {
    if (cancel_ != cancel_state::closing || session_.in_flight() != 0) return;
    lost(error{
        errc::connection_closed,
        "the connection was closed after a call was cancelled: behind a pooler a late cancel could hit another call"});
}

}  // namespace howdah::core
