#pragma once

#include <chrono>
#include <cstdint>

#include "howdah/cluster/cluster_options.hpp"

namespace howdah {

/// Whether a node gets calls.
enum class breaker_state : std::uint8_t {
    closed,     // it does
    open,       // it does not, for a while
    half_open,  // it gets one, to try
};

namespace clustering {

using clock = std::chrono::steady_clock;

/// Keeps calls from a node that fails them.
class circuit_breaker {
public:
    breaker_state state(clock::time_point now) const noexcept {
        if (!open_) return breaker_state::closed;
        return now < until_ ? breaker_state::open : breaker_state::half_open;
    }
    /// A call may go there.
    bool admits(clock::time_point now) const noexcept { return !open_ || (now >= until_ && trials_ == 0); }
    /// A call that was admitted goes there.
    void began() noexcept {
        if (open_) ++trials_;
    }
    void succeeded() noexcept;
    void failed(const cluster_options& options, clock::time_point now) noexcept;
    /// It ended, and tells nothing of the node.
    void ended() noexcept {
        if (trials_ != 0) --trials_;
    }

private:
    bool open_ = false;
    std::uint32_t trials_ = 0;    // under way
    std::uint32_t failures_ = 0;  // one after another
    clock::time_point until_{};
    std::chrono::milliseconds break_{0};
};

}  // namespace clustering
}  // namespace howdah
