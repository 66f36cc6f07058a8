#pragma once

#include <chrono>

namespace howdah::net {

using time_point = std::chrono::steady_clock::time_point;

/// For a caller that said "no timeout" in so many words; nothing waits like this by default.
inline constexpr time_point no_deadline = time_point::max();

/// How long a wait may take, and what ends it before.
struct wait_limit {
    wait_limit(time_point until, int interruption_descriptor = -1) noexcept  // NOLINT(google-explicit-constructor)
        : deadline{until}, interruption{interruption_descriptor} {}

    time_point deadline;
    int interruption;  // once this descriptor is readable, the wait ends with errc::cancelled; -1: nothing does
};

}  // namespace howdah::net
