#include "howdah/core/retry.hpp"

#include <random>
#include <thread>

namespace howdah::core {

double draw() {
    thread_local std::minstd_rand source{std::random_device{}()};
    return std::uniform_real_distribution{}(source);
}

void sleep_before(const transaction_options& options, std::uint32_t next) {
    std::this_thread::sleep_for(backoff(options, next, draw()));
}

}  // namespace howdah::core
