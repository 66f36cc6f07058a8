#include "howdah/cluster/circuit_breaker.hpp"

#include <algorithm>

namespace howdah::clustering {

void circuit_breaker::succeeded() noexcept { *this = {}; }

void circuit_breaker::failed(const cluster_options& options, clock::time_point now) noexcept {
    ended();
    ++failures_;
    // What was under way when it opened tells nothing new.
    if (open_ ? now < until_ : failures_ < options.failures_to_break) return;
    break_ = open_ ? std::min(break_ * 2, options.longest_break) : options.first_break;
    until_ = now + break_;
    open_ = true;
}

}  // namespace howdah::clustering
