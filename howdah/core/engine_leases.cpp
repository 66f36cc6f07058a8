// What a transaction is bounded by, and what it owes when a part of it is given up.

#include <algorithm>
#include <utility>

#include "howdah/core/engine.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {

lease_id engine::grant(std::string begin, const lease_limits& limits) {
    holder_ = {.id = ++last_lease_, .begin = std::move(begin), .attempt = limits.attempt, .since = now_};
    if (limits.timeout.count() > 0) holder_.deadline = now_ + limits.timeout;
    if (limits.warn_after.count() > 0) holder_.warns_at = now_ + limits.warn_after;
    return holder_.id;
}

bool engine::needs_begin_first(const operation& op) const noexcept {
    return op.lease != 0 && op.lease == holder_.id && holder_.state == begin_state::to_send &&
           op.is_simple_query(*this);
}

// BEGIN in an exchange of its own, for a call that it can't travel with.
void engine::begin_first() {
    if (held_.empty() || !needs_begin_first(held_.front()) || cancel_ != cancel_state::none || unfinished_ != nullptr ||
        !session_.room_for_exchange())
        return;
    holder_.state = begin_state::sent;
    begin_failure_.reset();
    session_.begin(&begin_);
    wire::serialize(wire::simple_query{.sql = holder_.begin}, session_.output());
    session_.end();
}

clock::time_point engine::lease_deadline() const noexcept {
    const auto told_at = std::min(holder_.warns_at, pause_deadline());
    return holder_.ending || holder_.released ? told_at : std::min(holder_.deadline, told_at);
}

// A COMMIT that is on its way is not stopped half-way: its fate would be unknown.
void engine::ending(operation& op) noexcept {
    if (op.lease != holder_.id) return;
    holder_.ending = true;
    if (options_.watcher) {
        holder_.ender = &op;
        holder_.commits = op.text() == "commit";
    }
    set_deadline(op);
}

void engine::watch_lease() {
    if (holder_.warns_at <= now_) {
        holder_.warns_at = clock::time_point::max();
        tell_long_transaction();
    }
    if (is_pausing() && pause_deadline() <= now_) tell_pause();
    if (holder_.deadline > now_ || holder_.ending || holder_.released) return;
    overdue_lease_ = holder_.id;
    release(holder_.id);
}

error engine::lease_error(lease_id lease) const {
    if (lease == overdue_lease_)
        return error{errc::timed_out, "the transaction was over its time limit: it was rolled back", fate::rejected};
    return error{errc::transaction_ended, "the transaction has ended: begin another one"};
}

bool engine::cancel_harms(lease_id lease) const noexcept {
    // Behind a pooler a cancel costs the connection.
    return lease != 0 && (options_.peer == peer::pooler || !(holder_.undoing || holder_.released));
}

// A ROLLBACK doesn't wait for the end of what it undoes.
void engine::make_way(const undone& for_what) {
    // A SAVEPOINT that was sent behind a leftover would be lost with it, and its ROLLBACK TO would fail.
    const bool nothing_else = session_.in_flight() == 1 && held_.empty();
    const bool costs_connection = options_.peer == peer::pooler;
    if (!costs_connection && (for_what.part == undone::part::transaction || nothing_else)) stop_leftovers();
    give_up_alone();
}

void engine::give_up_alone() {
    if (holder_.alone == nullptr) return;
    auto& op = *holder_.alone;
    op.fail(error{errc::transaction_ended, "what it was opened in was rolled back before its end",
                  session_.was_sent(op) ? op.fate_when_lost() : fate::not_sent});
    holder_.undoing = true;
    session_.forget(op, let_go(op));
    holder_.undoing = false;
    finish(op);
    driver_.attention();
}

// What ran on only because a cancel would have failed the transaction: it is undone, so nothing speaks for reading it to
// its end. What was sent behind it may be hit by the cancel too; a ROLLBACK is sent again then.
void engine::stop_leftovers() noexcept {
    const bool at_work = session_.head() == &leftovers_ && session_.was_sent(leftovers_);
    session_.forget(leftovers_);
    if (!at_work || options_.peer == peer::pooler || cancel_ != cancel_state::none) return;
    cancel_ = cancel_state::wanted;
    driver_.attention();
}

void engine::lose_portals_behind(std::uint64_t kept) noexcept {
    for (auto* q : {&running_, &held_, &paused_, &done_})
        for (auto& op : *q)
            if (op.lease == holder_.id && op.portal_ > kept) op.portal_is_gone_ = true;
}

void engine::owe(lease_id lease, std::string commands, std::uint64_t portals_kept) {
    if (!lives(lease)) return;  // it went with its transaction
    make_way({.part = undone::part::behind_savepoint, .portals_kept = portals_kept});
    holder_.owed.push_back({std::move(commands), portals_kept});
    start_waiting();
    driver_.attention();
}

void engine::pay() {
    if (holder_.owed.empty() || holder_.ending || holder_.released || cancel_ != cancel_state::none ||
        unfinished_ != nullptr)
        return;
    for (const auto& owed : std::exchange(holder_.owed, {})) {
        lose_portals_behind(owed.portals_kept);
        session_.begin(&owed_);
        wire::serialize(wire::simple_query{.sql = owed.commands}, session_.output());
        session_.end();
    }
}

}  // namespace howdah::core
