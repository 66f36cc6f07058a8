#pragma once

#include <chrono>

namespace howdah::net {

using time_point = std::chrono::steady_clock::time_point;

/// For a caller that said "no timeout" in so many words; nothing waits like this by default.
inline constexpr time_point no_deadline = time_point::max();

}  // namespace howdah::net
