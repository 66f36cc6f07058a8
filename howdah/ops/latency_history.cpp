#include "howdah/ops/latency_history.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "howdah/base/error.hpp"

namespace howdah {
namespace {

using std::chrono::microseconds;

constexpr std::uint64_t longest_time = (std::uint64_t{1} << 34) - 1;

std::size_t bucket_of(microseconds took) noexcept {
    const auto us = std::min(static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0)), longest_time);
    if (us < 4) return us;
    const auto width = static_cast<std::size_t>(std::bit_width(us));
    return 4 * (width - 2) + ((us >> (width - 3)) & 3);
}

// The longest_time time that falls into it.
microseconds end_of(std::size_t bucket) noexcept {
    if (bucket < 4) return microseconds{bucket};
    const auto width = bucket / 4 + 2;
    return microseconds{((4 + bucket % 4 + 1) << (width - 3)) - 1};
}

template <class Counts>
microseconds percentile(const Counts& counts, std::uint64_t calls, std::uint64_t percent) noexcept {
    if (calls == 0) return {};
    const auto wanted = (calls * percent + 99) / 100;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        seen += counts[i];
        if (seen >= wanted) return end_of(i);
    }
    return end_of(counts.size() - 1);
}

}  // namespace

latency_history::latency_history(std::chrono::milliseconds a_slot, std::size_t slots) : a_slot_{a_slot} {
    if (a_slot.count() <= 0 || slots == 0)
        throw error{errc::invalid_option, "a latency_history needs slots, and time for each"};
    ring_.resize(slots);
}

void latency_history::add(microseconds took, bool failed, clock::time_point now) {
    const auto number = number_at(now);
    auto& in = ring_[static_cast<std::size_t>(number) % ring_.size()];
    if (in.number != number) in = {.number = number};
    if (failed) ++in.failures;
    ++in.counts[bucket_of(took)];
}

std::vector<latency_slot> latency_history::list(clock::time_point now) const {
    std::vector<latency_slot> out;
    out.reserve(ring_.size());
    const auto last = number_at(now);
    for (auto number = last - static_cast<std::int64_t>(ring_.size()) + 1; number <= last; ++number) {
        auto& to = out.emplace_back();
        if (number < 0) continue;
        const auto& from = ring_[static_cast<std::size_t>(number) % ring_.size()];
        if (from.number != number) continue;
        to.calls = std::accumulate(from.counts.begin(), from.counts.end(), std::uint64_t{0});
        to.failures = from.failures;
        to.p50 = percentile(from.counts, to.calls, 50);
        to.p90 = percentile(from.counts, to.calls, 90);
        to.p99 = percentile(from.counts, to.calls, 99);
    }
    return out;
}

}  // namespace howdah
