#pragma once

#include <chrono>
#include <cstdint>

#include "howdah/base/error.hpp"
#include "howdah/pool/pool_options.hpp"

namespace howdah::pooling {

/// Whether an attempt to connect that failed so may succeed a little later, with nothing changed: the server refuses,
/// starts, stops or has no slots, or the network fails.
bool may_pass(const error& connecting) noexcept;

/// Who wants another connection: a caller that waits, or only min_connections.
enum class demand : std::uint8_t { caller, background };

/// When the next attempt to connect may begin: one for a pool, so that a dead server is not stormed. What can't pass by
/// itself, such as a wrong password, is tried again for a caller as soon, and in the background seldom.
class backoff {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// `draw` in [0, 1) gives the jitter.
    explicit backoff(double (*draw)()) noexcept : draw_{draw} {}

    void failed(const error& why, const pool_options& options, time_point now);
    void succeeded() noexcept { reset(); }
    /// Something has changed: the next attempt may begin at once.
    void reset() noexcept {
        failures_ = 0;
        for_callers_ = for_background_ = time_point::min();
    }

    time_point until(demand d) const noexcept { return d == demand::caller ? for_callers_ : for_background_; }
    /// Attempts that have failed since one succeeded.
    std::uint32_t failures() const noexcept { return failures_; }

private:
    double (*draw_)();
    std::uint32_t failures_ = 0;
    time_point for_callers_ = time_point::min(), for_background_ = time_point::min();
};

}  // namespace howdah::pooling
