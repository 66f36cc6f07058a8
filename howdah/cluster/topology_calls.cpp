// Which node gets a call.

#include <algorithm>
#include <array>

#include "howdah/cluster/balancing.hpp"
#include "howdah/cluster/topology.hpp"

namespace howdah::clustering {
namespace {

// How much a new observation weighs in the moving average of a node's latency.
constexpr double newest = 0.1;

// Candidates of one call, without an allocation.
class candidates {
public:
    void add(std::size_t index, const candidate& c) noexcept {
        index_[size_] = index;
        seen_[size_++] = c;
    }
    bool empty() const noexcept { return size_ == 0; }
    std::size_t pick(balance by, double (*draw)()) const {
        return index_[clustering::pick(std::span{seen_}.first(size_), by, draw)];
    }

private:
    std::array<std::size_t, topology::most_nodes> index_;
    std::array<candidate, topology::most_nodes> seen_;
    std::size_t size_ = 0;
};

}  // namespace

std::shared_ptr<node> topology::choose(const wish& w, std::uint64_t tried, clock::time_point now) {
    const auto primary_for = [&]() -> std::shared_ptr<node> {
        const bool may = primary_ != nullptr && (tried & primary_->bit()) == 0 && primary_->breaker_.admits(now) &&
                         (w.past == nullptr || primary_->timeline() >= w.past->timeline);
        return may ? primary_ : nullptr;
    };
    if (w.to == wish::side::primary || w.how.from == read_from::primary) return primary_for();
    candidates near, all;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const auto& n = nodes_[i];
        const bool may =
            n.get() == primary_.get() ? w.how.from == read_from::any && primary_for() != nullptr : may_read(*n, w);
        if (!may || (tried & n->bit()) != 0 || !n->breaker_.admits(now)) continue;
        const candidate c{&n->credit_, n->options_.weight, n->in_use_, n->latency_};
        all.add(i, c);
        if (!zone_.empty() && n->options_.zone == zone_) near.add(i, c);
    }
    if (!all.empty()) return nodes_[(near.empty() ? all : near).pick(w.how.by, draw_)];
    return w.how.from == read_from::replica_preferred ? primary_for() : nullptr;
}

bool topology::may_read(const node& n, const wish& w) const noexcept {
    if (n.role_ != node_role::replica) return false;
    if (w.past != nullptr) return has_replayed(n, *w.past);
    if (w.how.max_lag_bytes && lag_bytes(n).value_or(0) > *w.how.max_lag_bytes) return false;
    return w.how.max_lag.count() == 0 || lag(n).value_or(clock::duration{}) <= w.how.max_lag;
}

// On another timeline a position says nothing: what was written there may be another's.
bool topology::has_replayed(const node& n, const wal_position& p) const noexcept {
    return n.known_.position && n.known_.timeline == p.timeline && *n.known_.position >= p.at;
}

bool topology::may_catch_up(const wish& w) const noexcept {
    return w.past != nullptr && w.to == wish::side::reads && w.how.from != read_from::primary &&
           std::ranges::any_of(nodes_, [&](const auto& n) {
               return n->role_ == node_role::replica && n->known_.timeline == w.past->timeline && n->known_.position;
           });
}

std::optional<std::uint64_t> topology::lag_bytes(const node& n) const noexcept {
    if (!n.known_.position || history_.empty()) return std::nullopt;
    const auto ahead = history_.last();
    return ahead > *n.known_.position ? ahead.position - n.known_.position->position : 0;
}

std::optional<clock::duration> topology::lag(const node& n) const noexcept {
    if (!n.known_.position || history_.empty()) return std::nullopt;
    return history_.lag(*n.known_.position, n.probed_at_);
}

void topology::began(node& n) noexcept {
    ++n.in_use_;
    ++n.calls_;
    n.breaker_.began();
}

void topology::ended(node& n, outcome how, clock::duration took, clock::time_point now) noexcept {
    --n.in_use_;
    switch (how) {
        case outcome::answered: {
            n.breaker_.succeeded();
            const auto seen = std::chrono::duration<double, std::micro>(took).count();
            n.latency_ = n.latency_ == 0 ? seen : n.latency_ * (1 - newest) + seen * newest;
            break;
        }
        case outcome::failed:
            ++n.failures_;
            n.breaker_.failed(options_, now);
            break;
        case outcome::abandoned: n.breaker_.ended(); break;
    }
}

}  // namespace howdah::clustering
