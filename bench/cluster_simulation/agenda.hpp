#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

namespace simulation {

using clock = std::chrono::steady_clock;
using duration = clock::duration;
using time_point = clock::time_point;
using namespace std::chrono_literals;

/// Discrete events on a virtual clock. Those of one moment happen in the order in which they were planned.
class agenda {
public:
    time_point now() const noexcept { return now_; }
    /// Since the beginning.
    duration elapsed() const noexcept { return now_ - beginning; }
    void at(time_point when, std::function<void()> what);
    void after(duration d, std::function<void()> what) { at(now_ + d, std::move(what)); }
    void run(duration until);

private:
    // The policies know moments that mean "never" and "long ago": this is neither.
    static constexpr time_point beginning{1h};

    struct event {
        time_point when;
        std::uint64_t number;
        std::function<void()> what;
        bool operator<(const event& other) const noexcept {  // the first is on top
            return when != other.when ? when > other.when : number > other.number;
        }
    };
    time_point now_ = beginning;
    std::uint64_t planned_ = 0;
    std::priority_queue<event> events_;
};

}  // namespace simulation
