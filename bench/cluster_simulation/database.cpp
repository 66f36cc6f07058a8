#include "bench/cluster_simulation/database.hpp"

#include <algorithm>
#include <utility>

namespace simulation {

database::database(agenda& t, const hardware& h) : t_{t}, has_{h}, free_at_(h.cores, time_point{}) {}

void database::ask(std::uint64_t life, duration w, answer then) {
    if (!up_ || life != life_) return refuse(then);
    work(w, std::move(then));
}

void database::connect(answer then) {
    count(attempts_);
    if (!up_) return refuse(then);
    connecting_ += has_.connecting;
    work(has_.connecting, [this, then = std::move(then)](bool answered) {
        if (answered) count(accepted_);
        then(answered);
    });
}

// Queries arrive in the order in which they are sent, so that one event says when each is answered.
void database::work(duration w, answer then) {
    std::ranges::pop_heap(free_at_, std::greater{});
    const auto begins = std::max(free_at_.back(), t_.now() + has_.each_way);
    const auto ends = begins + std::chrono::duration_cast<duration>(w * slowness_);
    free_at_.back() = ends;
    std::ranges::push_heap(free_at_, std::greater{});
    const auto number = asked_++;
    under_way_.emplace(number, std::move(then));
    t_.at(ends + has_.each_way, [this, number] {
        if (auto one = under_way_.extract(number)) one.mapped()(true);
    });
}

void database::refuse(const answer& then) {
    t_.after(2 * has_.each_way, [then] { then(false); });
}

void database::kill() {
    up_ = false;
    ++life_;
    std::ranges::fill(free_at_, time_point{});
    t_.after(has_.each_way, [this, lost = std::exchange(under_way_, {})] {
        for (const auto& [number, then] : lost) then(false);
        for (const auto& f : losers_) f();
    });
}

void database::start() { up_ = true; }

void database::count(std::vector<std::uint32_t>& in) const {
    const auto at = static_cast<std::size_t>(t_.elapsed() / span);
    if (in.size() <= at) in.resize(at + 1);
    ++in[at];
}

}  // namespace simulation
