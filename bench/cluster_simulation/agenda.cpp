#include "bench/cluster_simulation/agenda.hpp"

#include <utility>

namespace simulation {

void agenda::at(time_point when, std::function<void()> what) {
    events_.push({.when = std::max(when, now_), .number = planned_++, .what = std::move(what)});
}

void agenda::run(duration until) {
    while (!events_.empty() && events_.top().when <= beginning + until) {
        // Nothing that orders the queue is moved from.
        auto what = std::move(const_cast<event&>(events_.top()).what);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
        now_ = events_.top().when;
        events_.pop();
        what();
    }
    now_ = beginning + until;
}

}  // namespace simulation
