// What the server says, and whom it is for.

#include <utility>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/core/engine.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {

bool engine::process(clock::time_point now) {
    now_ = now;
    while (!holds_input()) {
        const auto e = session_.next_event();
        if (e.what == wire::event::kind::need_input) break;
        if (const auto failed = dispatch(e)) {
            return retire(
                error{failed, "closed the connection to " + options_.host + ": " + failed.message(), fate::unknown});
        }
    }
    close_if_answered();
    watch_head();
    start_waiting();
    return !closed_;
}

std::error_code engine::dispatch(const wire::event& e) {
    using enum wire::event::kind;
    switch (e.what) {
        case need_input: return {};
        case rows:
            if (is_own(e.to)) return errc::protocol_violation;
            if (options_.watcher) return watch_rows(e);
            return static_cast<operation*>(e.to)->rows(*this, e.data, e.count);
        case copy_data:
            if (is_own(e.to)) return {};
            if (options_.watcher) return watch_rows(e);
            return static_cast<operation*>(e.to)->copy_data(*this, e.data, e.count);
        case message: return dispatch_message(e);
        case prelude_done: confirm_begin(); return {};
        case ready: return dispatch_ready(e);
        case notice: dispatch_notice(e.data); return {};
        case notification: return dispatch_notification(e.data);
        case parameter: return dispatch_parameter(e.data);
        case unsolicited: return dispatch_unsolicited(e.data);
        case violation: return session_.failure();
    }
    return errc::protocol_violation;
}

std::error_code engine::dispatch_unsolicited(bytes_view body) {
    server_message m;
    if (wire::parse(body, m)) return errc::protocol_violation;
    leaving_.emplace(std::move(m), fate::not_sent);
    return {};
}

std::error_code engine::dispatch_message(const wire::event& e) {
    if (options_.watcher) watch_answer(e);
    if (e.tag == wire::tag::error_response) return dispatch_error(e);
    const bool uninvited_copy = e.tag == wire::tag::copy_in_response && is_drained(e.to);
    if (is_own(e.to) && !uninvited_copy) return {};
    if (e.to == nullptr || uninvited_copy) return errc::protocol_violation;  // CopyInResponse, and its caller is gone
    return static_cast<operation*>(e.to)->message(*this, e.tag, e.data);
}

std::error_code engine::dispatch_error(const wire::event& e) {
    server_message m;
    if (wire::parse(e.data, m)) return errc::protocol_violation;
    dispatch_error(e, std::move(m));
    return {};
}

void engine::dispatch_error(const wire::event& e, server_message&& m) {
    const bool fatal = m.severity == "FATAL" || m.severity == "PANIC";
    if (fatal) leaving_.emplace(m, fate::not_sent);
    if (e.in_prelude || e.to == &begin_) holder_.state = begin_state::failed;
    if (e.to == &begin_) {
        begin_failure_ = std::move(m);
        return;
    }
    if (e.to == &rollback_ && m.code == query_canceled) holder_.rolling_back = false;  // it is sent again
    if (e.to == nullptr || is_own(e.to)) return;
    auto& op = *static_cast<operation*>(e.to);
    if (m.code == query_canceled) {
        if (op.timed_out_) {
            op.fail(timeout_error(op, fate::rejected));
        } else if (hit_by_anothers_cancel(op)) {
            op.resent_ = op.resend_when_ready_ = true;
            op.interrupted(*this);
            return;
        }
    }
    // The server may have committed before it broke off, unless a transaction was still open.
    if (fatal) {
        const auto lost = op.fate_when_lost();
        op.fail(error{m, op.lease != 0 && lost == fate::unknown ? fate::rejected : lost});
    }
    op.rejected(*this, std::move(m));
}

// Nobody asked for this one's end. Under a lease only a ROLLBACK can go on as if nothing had happened.
bool engine::hit_by_anothers_cancel(const operation& op) const noexcept {
    return cancel_ != cancel_state::none && (op.lease == 0 || op.undoes()) && !op.resent_ && op.may_be_resent();
}

std::error_code engine::dispatch_ready(const wire::event& e) {
    cancels_at_ = unwanted_until_ = clock::time_point::max();
    timed_out_head_ = nullptr;
    settle_lease();
    if (e.to == &fence_) {
        if (--fences_ == 0 && cancel_ == cancel_state::fenced) cancel_ = cancel_state::none;
        return {};
    }
    if (e.to == &begin_ && holder_.state == begin_state::sent) confirm_begin();
    if (e.to != nullptr && !is_own(e.to)) {
        auto& op = *static_cast<operation*>(e.to);
        if (std::exchange(op.resend_when_ready_, false)) {
            op.restart();
            proceed(op);
        } else {
            op.ready(*this);
            if (op.failure() && op.failure()->code() == errc::protocol_violation) return errc::protocol_violation;
        }
    }
    const bool stray = holder_.id == 0 && !exclusive_running_ && session_.in_flight() == 0 &&
                       session_.status() != wire::transaction_status::idle;
    if (stray) adopt_transaction();
    return {};
}

// A transaction that may be open, and that nobody would end, becomes a lease that nobody holds.
void engine::adopt_transaction() noexcept {
    holder_ = {.id = ++last_lease_, .begin = {}, .state = begin_state::confirmed, .released = true};
}

std::error_code engine::dispatch_parameter(bytes_view body) {
    wire::parameter_status p;
    if (parse(body, p)) return errc::protocol_violation;
    options_.parameters.insert_or_assign(std::string{p.name}, std::string{p.value});
    if (p.name == "client_encoding" && p.value != "UTF8") return errc::encoding_changed;
    return {};
}

void engine::dispatch_notice(bytes_view body) {
    server_message m;
    if (!options_.watcher || wire::parse(body, m)) return;
    observe::tell(options_.watcher.get(), notice_event{.notice = &m, .process_id = options_.process_id});
}

std::error_code engine::dispatch_notification(bytes_view body) {
    wire::notification n;
    if (wire::parse(body, n)) return errc::protocol_violation;
    if (inbox_ == nullptr) {
        observe::tell(
            options_.watcher.get(),
            notification_event{
                .channel = n.channel, .payload = n.payload, .process_id = options_.process_id, .sender = n.process_id});
        return {};
    }
    if (!inbox_->push(n))
        observe::tell(options_.watcher.get(), notification_gap_event{.overflow = true, .lost = inbox_->lost()});
    if (listening_ != nullptr) finish(*std::exchange(listening_, nullptr));
    return {};
}

// A lease ends when its transaction is over, and nothing of it is in flight.
void engine::settle_lease() {
    if (holder_.released && holder_.state == begin_state::to_send) holder_ = {};
    if (holder_.id == 0 || session_.in_flight() != 0) return;
    if (options_.watcher && holder_.begun) {
        holder_.idle_since = now_;
        holder_.pause_told = false;
    }
    const bool over = holder_.ending || holder_.released;
    if (over && session_.status() == wire::transaction_status::idle) end_lease();
}

void engine::roll_back() {
    if (!holder_.released || holder_.rolling_back || holder_.ending || cancel_ != cancel_state::none ||
        unfinished_ != nullptr)
        return;
    holder_.rolling_back = true;
    session_.begin(&rollback_);
    wire::serialize(wire::simple_query{.sql = "rollback"}, session_.output());
    session_.end();
}

}  // namespace howdah::core
