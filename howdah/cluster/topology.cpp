#include "howdah/cluster/topology.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/pool/backoff.hpp"

namespace howdah::clustering {
namespace {

// A node that does not answer in time may only be slow; one that refuses or hangs up is gone.
constexpr std::uint32_t late_probes_allowed = 1;

// Not a word of the server, which may go on with the connections that it has: to refuse one more is no end of these.
bool is_silence(const error& e) noexcept {
    const auto code = e.code();
    return e.state().empty() && (code == errc::timed_out || code == errc::connection_closed ||
                                 code == errc::connect_failed || code.category() == std::system_category());
}

// Whoever is refused so is refused again: a wrong password, no such database, no TLS, or a certificate that is not trusted.
bool is_lasting(const error& e) noexcept {
    const bool of_connecting = e.phase() == phase::tls || e.phase() == phase::authenticate;
    return of_connecting && e.code() != errc::cancelled && !pooling::may_pass(e);
}

}  // namespace

topology::topology(const cluster_options& options, std::string zone, double (*draw)())
    : options_{options}, zone_{std::move(zone)}, draw_{draw} {
    options_.validate();
}

// Nodes.

void topology::add(std::shared_ptr<node> n) {
    if (find(n->name()) != nullptr)
        throw error{errc::invalid_option, "the cluster has a node " + n->name() + " already"};
    if (nodes_.size() == most_nodes)
        throw error{errc::invalid_option, "a cluster has at most " + std::to_string(most_nodes) + " nodes"};
    if (n->options_.weight == 0)
        throw error{errc::invalid_option, "the node " + n->name() + " has the weight 0: leave it out, or give it one"};
    n->place_ = static_cast<std::uint32_t>(std::countr_one(places_));
    places_ |= n->bit();
    nodes_.push_back(std::move(n));
}

void topology::remove(const node& n, clock::time_point now) {
    const auto found = std::ranges::find(nodes_, &n, &std::shared_ptr<node>::get);
    if (found == nodes_.end()) return;
    const auto gone = std::move(*found);
    nodes_.erase(found);
    places_ &= ~gone->bit();
    gone->removed_ = true;
    if (primary_ == gone) lose_primary(now);
    become(*gone, node_role::unknown, "it was removed from the cluster");
    ++version_;
}

std::shared_ptr<node> topology::find(std::string_view name) const {
    const auto found = std::ranges::find(nodes_, name, [](const auto& n) -> std::string_view { return n->name(); });
    return found == nodes_.end() ? nullptr : *found;
}

std::shared_ptr<node> topology::handle(const node& n) const {
    const auto found = std::ranges::find(nodes_, &n, &std::shared_ptr<node>::get);
    return found == nodes_.end() ? nullptr : *found;
}

// Monitors.

void topology::probed(node& n, const probe_answer& answer, clock::duration round_trip, clock::time_point now) {
    if (n.removed_) return;
    ++n.probes_;
    ++version_;
    n.late_ = 0;
    n.refusal_.reset();
    n.probed_at_ = now;
    n.round_trip_ = round_trip;
    n.known_ = answer;
    if (n.role_ == node_role::unknown) n.breaker_.succeeded();  // it is back
    if (!is_of_this_system(n, answer)) return;
    if (!answer.in_recovery) return claims_primary(n, answer, now);
    n.refused_ = false;
    if (primary_.get() == &n) lose_primary(now);
    become(n, node_role::replica, {}, connections::discarded);
}

void topology::unreachable(node& n, const error& why, clock::time_point now) {
    if (n.removed_) return;
    ++n.probes_;
    ++version_;
    if (why.code() == errc::timed_out && n.role_ != node_role::unknown && n.late_ < late_probes_allowed) {
        ++n.late_;
        return;
    }
    if (why.state() == too_many_connections && n.role_ != node_role::unknown) {
        n.probed_at_ = now;  // it is alive, and counts as having replayed nothing since
        return;
    }
    if (is_lasting(why)) n.refusal_ = why;
    else n.refusal_.reset();
    n.round_trip_.reset();
    n.known_.position.reset();  // a server that crashes comes back with less replayed
    if (primary_.get() == &n) lose_primary(now);
    become(n, node_role::unknown, why.what(), is_silence(why) ? connections::cut_off : connections::discarded);
}

clock::duration topology::probe_interval() const noexcept {
    return primary_ != nullptr || hopeless() != nullptr ? options_.probe_interval
                                                        : std::min(options_.search_interval, options_.probe_interval);
}

const error* topology::hopeless() const noexcept {
    const bool all = std::ranges::all_of(nodes_, [](const auto& n) { return n->refusal_.has_value(); });
    return all && !nodes_.empty() ? &*nodes_.front()->refusal_ : nullptr;
}

bool topology::is_of_this_system(node& n, const probe_answer& answer) {
    if (answer.system == 0 || system_ == 0 || answer.system == system_) return true;
    become(n, node_role::unknown,
           "it belongs to another system: its identifier is " + std::to_string(answer.system) + ", not " +
               std::to_string(system_),
           connections::cut_off);
    return false;
}

void topology::claims_primary(node& n, const probe_answer& answer, clock::time_point now) {
    const bool is_it = primary_.get() == &n;
    const auto timeline = answer.timeline == 0 ? latest_timeline_ : answer.timeline;
    const bool is_rival = !is_it && primary_ != nullptr && timeline <= primary_->timeline();
    if (timeline < latest_timeline_ || is_rival) return refuse(n, timeline, now);
    if (is_it) {
        latest_timeline_ = timeline;
        if (answer.position) history_.add(*answer.position, now);
        return;
    }
    if (const auto old = primary_; old != nullptr) {
        conflict(n, *old);
        old->refused_ = true;
        lose_primary(now);
        become(*old, node_role::unknown, "another primary has the later timeline " + std::to_string(timeline),
               connections::cut_off);
    }
    believe(n, now);
}

void topology::refuse(node& n, std::uint32_t timeline, clock::time_point now) {
    if (primary_.get() == &n) lose_primary(now);
    if (!std::exchange(n.refused_, true) && primary_ != nullptr) conflict(*primary_, n);
    become(n, node_role::unknown,
           "it claims to be the primary on timeline " + std::to_string(timeline) + ", and the cluster's is on " +
               std::to_string(latest_timeline_),
           connections::cut_off);
}

void topology::believe(node& n, clock::time_point now) {
    if (system_ == 0) system_ = n.known_.system;
    latest_timeline_ = std::max(latest_timeline_, n.known_.timeline);
    history_.clear();
    if (n.known_.position) history_.add(*n.known_.position, now);
    primary_ = handle(n);
    n.refused_ = false;
    become(n, node_role::primary, {});
    news_.push_back({.what = news::kind::primary,
                     .who = primary_,
                     .other = last_primary_,
                     .without_primary = had_none_ ? clock::duration{} : now - without_since_});
    had_none_ = false;
    last_primary_ = primary_;
}

void topology::lose_primary(clock::time_point now) {
    primary_.reset();
    without_since_ = now;
}

void topology::conflict(const node& believed, const node& refused) {
    news_.push_back({.what = news::kind::conflict,
                     .who = handle(believed),
                     .other = handle(refused),
                     .timeline = believed.timeline(),
                     .other_timeline = refused.timeline()});
}

void topology::become(node& n, node_role what, std::string why, connections left) {
    n.trouble_ = std::move(why);
    const auto before = std::exchange(n.role_, what);
    if (before == what) return;
    auto who = handle(n);
    if (who == nullptr) return;  // it was removed: whoever did it sees to its connections
    news_.push_back({.what = news::kind::role,
                     .who = std::move(who),
                     .before = before,
                     .now = what,
                     .left = before == node_role::unknown ? connections::kept : left,
                     .reason = n.trouble_});
}

std::optional<news> topology::next_news() {
    if (news_.empty()) return std::nullopt;
    auto out = std::move(news_.front());
    news_.pop_front();
    return out;
}

// Words.

std::vector<node_status> topology::status(clock::time_point now) const {
    using std::chrono::duration_cast, std::chrono::microseconds;
    const auto in_microseconds = [](const std::optional<clock::duration>& d) {
        return d ? std::optional{duration_cast<microseconds>(*d)} : std::nullopt;
    };
    std::vector<node_status> all;
    all.reserve(nodes_.size());
    for (const auto& n : nodes_) {
        const bool is_replica = n->role_ == node_role::replica;
        const auto behind = is_replica ? lag_bytes(*n) : std::nullopt;
        all.push_back({.name = n->name_,
                       .zone = n->options_.zone,
                       .weight = n->options_.weight,
                       .role = {.what = n->role_, .lag_bytes = behind},
                       .trouble = n->trouble_,
                       .lag = in_microseconds(is_replica ? lag(*n) : std::nullopt),
                       .position = n->known_.position,
                       .received = n->known_.received,
                       .receiver = n->known_.receiver,
                       .timeline = n->known_.timeline,
                       .read_only = n->known_.read_only,
                       .round_trip = in_microseconds(n->round_trip_),
                       .latency = microseconds{static_cast<std::int64_t>(n->latency_)},
                       .in_use = n->in_use_,
                       .calls = n->calls_,
                       .failures = n->failures_,
                       .probes = n->probes_,
                       .breaker = n->breaker_.state(now)});
    }
    return all;
}

std::string topology::describe() const {
    std::string out;
    for (const auto& n : nodes_) {
        out.append(out.empty() ? "" : "; ").append(n->name_);
        switch (n->role_) {
            case node_role::primary: out += " is the primary"; break;
            case node_role::replica: out += " is a replica"; break;
            case node_role::unknown: out += " is unknown: " + n->trouble_; break;
        }
    }
    return out.empty() ? "it has no nodes" : out;
}

}  // namespace howdah::clustering
