#pragma once

#include <chrono>
#include <ctime>

namespace howdah::testing {

using deadline = std::chrono::steady_clock::time_point;

inline deadline from_now(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

/// Asks `done` every 5 ms until it says true (then true) or `limit` passes (then false). For what gives no event:
/// a file that another process writes, or a process that is not our child.
template <class Predicate>
bool poll_until(deadline limit, Predicate&& done) {
    while (!done()) {
        if (std::chrono::steady_clock::now() >= limit) return false;
        const std::timespec pause{.tv_sec = 0, .tv_nsec = 5'000'000};
        ::nanosleep(&pause, nullptr);
    }
    return true;
}

}  // namespace howdah::testing
