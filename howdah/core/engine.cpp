#include "howdah/core/engine.hpp"

#include <algorithm>
#include <utility>

#include "howdah/core/command_call.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {
namespace {

// Names that no other client of the pooler has: what a server connection knows by one of them is ours, or it knows nothing.
std::string name_prefix(const engine_options& o) {
    return o.peer == peer::pooler ? "howdah_" + std::to_string(o.process_id) + '_' : "howdah_";
}

error closed_error() {
    return error{errc::connection_closed, "the connection was closed before the call had its answer"};
}

}  // namespace

engine::engine(engine_options options, driver& d)
    : options_{std::move(options)},
      driver_{d},
      session_{options_.session},
      cache_{options_.cache, options_.statements == statement_mode::prepare ? naming::named : naming::facts_only,
             name_prefix(options_)} {}

engine::~engine() { close(closed_error()); }

// The caller's side.

void engine::submit(operation& op, clock::time_point now) {
    now_ = now;
    op.engine_ = this;
    op.submitted_ = op.started_ = op.resumed_ = now;
    set_deadline(op);
    if (closed_) return refuse(op, error{*closed_}.with_fate(fate::not_sent));
    if (op.lease != 0) watch_lease();
    if (op.lease != 0 && !lives(op.lease)) return refuse(op, lease_error(op.lease));
    if (op.lease != 0) {
        if (const auto part = op.undoes()) {
            make_way(*part);
        } else if (holder_.alone != nullptr) {
            return refuse(op, error{errc::connection_busy, holder_.alone_because});
        }
    }
    auto& behind = op.lease != 0 ? held_ : waiting_;
    if (behind.empty() && may_start(op)) return start(op);
    if (waiting_count_ >= options_.wait_queue)
        return refuse(op, error{errc::queue_full, "this connection has " + std::to_string(waiting_count_) +
                                                      " calls waiting: use a pool, or raise wait_queue"}
                              .at(phase::queue));
    op.state_ = operation::state::waiting;
    behind.push_back(op);
    ++waiting_count_;
    if (op.lease != 0) begin_first();
}

void engine::set_deadline(operation& op) noexcept {
    const auto timeout = op.options.timeout.value_or(options_.query_timeout);
    op.deadline_ = timeout.count() > 0 ? now_ + timeout : clock::time_point::max();
    if (op.lease != 0 && lives(op.lease)) op.deadline_ = std::min(op.deadline_, holder_.deadline);
}

void engine::refuse(operation& op, error why) {
    op.fail(std::move(why));
    op.state_ = operation::state::running;
    running_.push_back(op);
    if (op.lease == 0) ++shared_running_;
    finish(op);
}

bool engine::lives(lease_id lease) const noexcept {
    return lease == holder_.id && !holder_.ending && !holder_.released && holder_.state != begin_state::failed;
}

bool engine::has_begun(lease_id lease) const noexcept {
    return holder_.id == lease && holder_.state != begin_state::to_send && holder_.state != begin_state::failed;
}

void engine::release(lease_id lease) {
    if (lease == 0 || holder_.id != lease) return;
    holder_.released = true;
    const auto ended = lease == overdue_lease_ ? lease_error(lease).with_fate(fate::not_sent)
                                               : error{errc::transaction_ended,
                                                       "the transaction was given up while this call waited in it"};
    for (auto i = held_.begin(); i != held_.end();) {
        auto& op = *i++;
        if (op.state_ == operation::state::waiting) {
            op.fail(ended);
            finish(op);
        }
    }
    give_up_paused(ended, lease);
    stop_leftovers();
    settle_lease();
    start_waiting();
    driver_.attention();
}

// Leases and turns.

bool engine::may_start(const operation& op) const noexcept {
    if (cancel_ != cancel_state::none || unfinished_ != nullptr || !session_.room_for_exchange()) return false;
    // Until BEGIN is confirmed nothing goes behind it: were it to fail, the next statement would autocommit.
    if (op.lease != 0) return op.lease == holder_.id && holder_.state != begin_state::sent && !needs_begin_first(op);
    if (holder_.id != 0 || exclusive_running_) return false;
    // Alone on the line too: a cancel of what was given up in front of it could hit it, and it can't be sent again.
    return op.sharing == sharing::shared || (shared_running_ == 0 && session_.in_flight() == 0);
}

void engine::start(operation& op) {
    op.state_ = operation::state::running;
    op.started_ = now_;
    running_.push_back(op);
    if (op.lease == 0) {
        ++shared_running_;
        if (op.sharing == sharing::exclusive) exclusive_running_ = true;
    }
    if (options_.watcher && !watch_start(op)) return;
    op.advance(*this);
}

void engine::start_waiting() {
    if (closed_) return;
    roll_back();
    begin_first();
    pay();
    for (auto i = held_.begin(); i != held_.end();) {
        auto& op = *i++;
        if (op.state_ == operation::state::running) {
            if (!may_proceed(op)) continue;
            op.unlink();
            running_.push_back(op);
            op.advance(*this);
        } else if (holder_.state == begin_state::failed) {
            op.fail(begin_failure_ ? error{*begin_failure_}
                                   : error{errc::transaction_ended, "BEGIN has failed, so nothing was sent behind it"});
            finish(op);
        } else if (may_start(op)) {
            op.unlink();
            --waiting_count_;
            start(op);
        }
    }
    while (!waiting_.empty() && may_start(waiting_.front())) {
        auto& op = waiting_.front();
        op.unlink();
        --waiting_count_;
        start(op);
    }
}

void engine::proceed(operation& op) {
    if (may_proceed(op)) return op.advance(*this);
    op.unlink();
    held_.push_back(op);
}

void engine::leave_running(operation& op) noexcept {
    if (op.state_ == operation::state::waiting) --waiting_count_;
    const bool started = op.state_ == operation::state::running || op.state_ == operation::state::paused;
    if (started && op.lease == 0) {
        --shared_running_;
        if (op.sharing == sharing::exclusive) exclusive_running_ = false;
    }
    if (holder_.alone == &op) holder_.alone = nullptr;
    if (draining_ == &op) draining_ = nullptr;
    if (listening_ == &op) listening_ = nullptr;
    if (unfinished_ == &op) unfinished_ = nullptr;
    if (options_.watcher) forget_ender(op);
    op.unlink();
    op.engine_ = nullptr;
}

void engine::finish(operation& op) {
    const bool nobody_waits = op.state_ == operation::state::paused && op.told_;  // whoever asks it to go on is told
    conclude(op);
    if (!nobody_waits) done_.push_back(op);
}

void engine::conclude(operation& op) {
    session_.forget(op);
    if (holding_ == &op) holding_ = nullptr;
    leave_running(op);
    op.state_ = operation::state::done;
    op.concluded();
    if (options_.watcher) watch_end(op);
}

operation* engine::next_done() noexcept {
    if (done_.empty()) return nullptr;
    auto& op = done_.front();
    done_.pop_front();
    if (op.state_ == operation::state::paused) {
        op.told_ = true;
        paused_.push_back(op);
    }
    return &op;
}

bool engine::waits_for_caller(const operation& op) const noexcept {
    const bool nothing_comes = session_.in_flight() == 0 || holds_input() || (exclusive_running_ && !paused_.empty());
    return op.state_ == operation::state::waiting && nothing_comes && running_.empty() &&
           session_.pending_output().empty();
}

// Exchanges.

bytes& engine::open_exchange(operation& op) {
    const bool begins = op.lease != 0 && holder_.state == begin_state::to_send;
    session_.begin(&op, begins ? 1 : 0);
    auto& out = session_.output();
    closing_ = cache_.take_closed();
    for (const auto& name : closing_)
        wire::serialize(wire::close_message{.target = wire::target::statement, .name = name}, out);
    for (const auto& name : closing_portals_)
        wire::serialize(wire::close_message{.target = wire::target::portal, .name = name}, out);
    if (begins) {
        serialize_command(holder_.begin, out);
        holder_.state = begin_state::sent;
    }
    return out;
}

void engine::close_exchange() {
    closing_.clear();
    closing_portals_.clear();
    session_.end();
}

void engine::take_back_exchange(operation& op) {
    session_.take_back();
    cache_.give_back_closed(std::exchange(closing_, {}));
    if (op.lease != 0 && holder_.state == begin_state::sent) holder_.state = begin_state::to_send;
}

std::error_code engine::refuse_copy_in(const operation& op) {
    if (!session_.is_last(op)) return errc::protocol_violation;
    (void)refuse_simple_copy_in();
    wire::serialize(wire::sync_message{}, session_.output());  // the server has swallowed the one that came before
    return {};
}

std::error_code engine::refuse_simple_copy_in() {
    wire::serialize(wire::copy_fail{.reason = "no data for COPY FROM STDIN"}, session_.output());
    return {};
}

}  // namespace howdah::core
