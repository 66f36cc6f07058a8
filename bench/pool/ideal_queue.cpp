#include "bench/pool/ideal_queue.hpp"

#include <functional>
#include <queue>

namespace bench {

std::vector<duration> ideal_waits(const std::vector<duration>& service, std::size_t tasks, std::size_t connections) {
    std::vector<duration> waits;
    waits.reserve(service.size());
    std::priority_queue<duration, std::vector<duration>, std::greater<>> free_at;  // of each connection
    for (std::size_t i = 0; i < connections; ++i) free_at.push({});
    std::queue<duration> asked_at;  // those that wait, in the order in which they came
    for (std::size_t i = 0; i < tasks; ++i) asked_at.push({});
    for (const auto use : service) {
        const auto begins = std::max(free_at.top(), asked_at.front());
        waits.push_back(begins - asked_at.front());
        free_at.pop();
        asked_at.pop();
        free_at.push(begins + use);
        asked_at.push(begins + use);
    }
    return waits;
}

}  // namespace bench
