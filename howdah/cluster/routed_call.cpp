#include "howdah/cluster/routed_call.hpp"

#include <algorithm>
#include <utility>

#include "howdah/base/generated/sqlstates.hpp"

namespace howdah::clustering {
namespace {

bool is_nodes_state(sqlstate s) noexcept {
    return s == admin_shutdown || s == crash_shutdown || s == cannot_connect_now || s == too_many_connections ||
           s.category() == "08";
}

bool is_of_connecting(const error& e) noexcept {
    switch (e.phase()) {
        case phase::resolve:
        case phase::connect:
        case phase::tls:
        case phase::authenticate: return e.fate() == fate::not_sent;
        case phase::queue:
        case phase::query:
        case phase::cancel: break;
    }
    return false;
}

}  // namespace

blame blame_of(const error& e) noexcept {
    if (e.state() == read_only_sql_transaction) return blame::role;
    if (e.state() == serialization_failure) return blame::conflict;
    if (e.code() == errc::no_node) return blame::replay;
    if (e.code() == errc::queue_full || (e.code() == errc::timed_out && e.phase() == phase::queue)) return blame::queue;
    if (is_nodes_state(e.state()) || is_of_connecting(e)) return blame::node;
    const auto code = e.code();
    const bool lost = code == errc::connection_closed || code == errc::connect_failed || code == errc::host_not_found ||
                      code == errc::pool_closed || code.category() == std::system_category();
    return lost ? blame::node : blame::statement;
}

error not_replayed_there() {
    return error{errc::no_node, "the replica has not replayed yet what the session has written", fate::rejected};
}

routed_call::routed_call(enum kind what, const wish& w, clock::time_point now, clock::time_point deadline,
                         const cluster_options& options) noexcept
    : kind_{what},
      wish_{w},
      deadline_{deadline},
      node_until_{std::min(deadline, now + options.node_timeout)},
      replay_until_{std::min(deadline, now + options.replay_timeout)} {
    if (kind_ == kind::write) wish_.to = wish::side::primary;
}

routed_call::step routed_call::next(topology& t, clock::time_point now) {
    seen_ = t.version();
    urgency_ = urgency::none;
    if (suspect_ != nullptr)
        if (const auto s = confirm_role(now)) return *s;
    // While a replica may still come to have replayed it, the primary is spared.
    const bool patient = wish_.past != nullptr && now < replay_until_ && t.may_catch_up(wish_);
    auto w = wish_;
    if (patient && w.how.from == read_from::replica_preferred) w.how.from = read_from::replica_only;
    on_ = t.choose(w, tried_, now);
    if (on_ == nullptr && patient) return wait_until(replay_until_, urgency::poll, now);
    // What a session wrote is on the primary, wherever its reads are meant to go.
    if (on_ == nullptr && wish_.past != nullptr) {
        w.to = wish::side::primary;
        on_ = t.choose(w, tried_, now);
    }
    if (on_ == nullptr) {
        if (const auto* why = t.hopeless()) {
            last_ = *why;
            return step::refuse;
        }
    }
    if (on_ == nullptr && crowded_) return step::refuse;  // it has waited in the queues of all that there are
    if (on_ == nullptr) {
        tried_ = 0;
        return wait_until(node_until_, urgency::search, now);
    }
    repeated_ = repeated_ || last_.has_value();
    began_ = now;
    t.began(*on_);
    return step::run;
}

routed_call::step routed_call::wait_until(clock::time_point when, enum urgency how, clock::time_point now) noexcept {
    if (when <= now) return step::refuse;
    until_ = when;
    urgency_ = how;
    repeated_ = true;
    return step::wait;
}

// A read-only transaction on a primary says 25006 too: only where the node is found to be none any more, another one is
// looked for.
std::optional<routed_call::step> routed_call::confirm_role(clock::time_point now) {
    if (suspect_->role() == node_role::primary) {
        if (suspect_->probes() != suspect_probes_) return step::refuse;
        return wait_until(node_until_, urgency::poll, now);
    }
    suspect_.reset();
    return std::nullopt;
}

void routed_call::leave(topology& t, outcome how, clock::time_point now) noexcept {
    t.ended(*on_, how, now - began_, now);
    on_.reset();
}

void routed_call::succeeded(topology& t, clock::time_point now) noexcept { leave(t, outcome::answered, now); }

void routed_call::abandoned(topology& t, clock::time_point now) noexcept {
    if (running()) leave(t, outcome::abandoned, now);
}

bool routed_call::failed(topology& t, const error& e, clock::time_point now) {
    const auto b = blame_of(e);
    const auto n = on_;
    last_ = e;
    leave(t,
          b == blame::node                                   ? outcome::failed
          : b == blame::queue || e.code() == errc::cancelled ? outcome::abandoned
                                                             : outcome::answered,
          now);
    if (b == blame::node) urgency_ = urgency::search;
    crowded_ = b == blame::queue;
    const bool by_primary = b == blame::conflict && n->role() != node_role::replica;  // a true serialization failure
    if (now >= deadline_ || by_primary || !may_move(b, e)) return false;
    switch (b) {
        case blame::statement: return false;
        case blame::node:
        case blame::queue:
        case blame::conflict: tried_ |= n->bit(); return true;
        case blame::replay: t.not_replayed(*n); return true;
        case blame::role: break;
    }
    if (n->role() == node_role::primary) {
        suspect_ = n;
        suspect_probes_ = n->probes();
    }
    wish_.to = wish::side::primary;
    return true;
}

bool routed_call::may_move(blame b, const error& e) const noexcept {
    const bool undone = e.fate() == fate::not_sent || e.fate() == fate::rejected;
    switch (b) {
        case blame::statement: return false;
        case blame::node: return kind_ != kind::write || undone;
        case blame::queue: return kind_ != kind::write;
        case blame::role: return kind_ != kind::bound && undone;
        case blame::conflict: return kind_ != kind::write && undone;
        case blame::replay: return true;
    }
    return false;
}

error routed_call::refusal(const topology& t) const {
    if (last_) return *last_;
    const std::string what = wish_.to == wish::side::primary ? "a primary" : "a node that may have this read";
    return error{errc::no_node, "the cluster has not found " + what + " in time: " + t.describe()}.at(phase::queue);
}

}  // namespace howdah::clustering
