#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace howdah {

/// What calls took in one stretch of time. No call: all zero.
struct latency_slot {
    std::uint64_t calls = 0, failures = 0;
    std::chrono::microseconds p50{}, p90{}, p99{};  // so long or less took 50, 90 and 99 of 100 calls
};

/// How long calls took in the last minutes, as a ring of histograms. A percentile is up to a quarter too high, never too low.
/// Time is an argument, and must not go back. Not for several threads at once.
class latency_history {
public:
    using clock = std::chrono::steady_clock;

    /// Throws invalid_option.
    explicit latency_history(std::chrono::milliseconds a_slot, std::size_t slots);

    void add(std::chrono::microseconds took, bool failed, clock::time_point now);
    /// The oldest first; the last one is still being filled.
    std::vector<latency_slot> list(clock::time_point now) const;
    std::chrono::milliseconds a_slot() const noexcept { return a_slot_; }

private:
    // Four buckets for each power of two, in microseconds, up to 4.7 hours.
    static constexpr std::size_t buckets = 132;
    struct slot {
        std::int64_t number = -1;  // of the stretch of time it is about; older ones count as empty
        std::uint64_t failures = 0;
        std::array<std::uint32_t, buckets> counts{};
    };

    std::int64_t number_at(clock::time_point now) const noexcept { return now.time_since_epoch() / a_slot_; }

    std::chrono::milliseconds a_slot_;
    std::vector<slot> ring_;
};

}  // namespace howdah
