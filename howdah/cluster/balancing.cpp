#include "howdah/cluster/balancing.hpp"

#include <algorithm>

namespace howdah::clustering {
namespace {

std::size_t next_turn(std::span<const candidate> from) {
    std::int64_t all = 0;
    std::size_t best = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
        *from[i].credit += from[i].weight;
        all += from[i].weight;
        if (*from[i].credit > *from[best].credit) best = i;
    }
    *from[best].credit -= all;
    return best;
}

// Of equals the one whose turn it is.
std::size_t least_busy(std::span<const candidate> from) {
    const auto load = [](const candidate& c) { return static_cast<double>(c.in_use) / c.weight; };
    double least = load(from[0]);
    for (const auto& c : from) least = std::min(least, load(c));
    std::size_t best = from.size();
    std::int64_t all = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (load(from[i]) > least) continue;
        *from[i].credit += from[i].weight;
        all += from[i].weight;
        if (best == from.size() || *from[i].credit > *from[best].credit) best = i;
    }
    *from[best].credit -= all;
    return best;
}

// Each as likely as its weight says. `without`: one that is left out, or from.size().
std::size_t drawn(std::span<const candidate> from, std::size_t without, double draw) {
    double all = 0;
    for (std::size_t i = 0; i < from.size(); ++i)
        if (i != without) all += from[i].weight;
    double at = draw * all;
    std::size_t last = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (i == without) continue;
        last = i;
        at -= from[i].weight;
        if (at < 0) break;
    }
    return last;
}

// How long a call would take, with as much to do in front of it. Who was never seen is seen to first.
double expected(const candidate& c) { return c.latency * (1.0 + c.in_use) / c.weight; }

std::size_t better_of_two(std::span<const candidate> from, double (*draw)()) {
    const auto one = drawn(from, from.size(), draw());
    const auto other = drawn(from, one, draw());
    return expected(from[other]) < expected(from[one]) ? other : one;
}

}  // namespace

std::size_t pick(std::span<const candidate> from, balance by, double (*draw)()) {
    if (from.size() == 1) return 0;
    switch (by) {
        case balance::round_robin: return next_turn(from);
        case balance::least_connections: return least_busy(from);
        case balance::random: return drawn(from, from.size(), draw());
        case balance::two_choices: return better_of_two(from, draw);
    }
    return 0;
}

}  // namespace howdah::clustering
