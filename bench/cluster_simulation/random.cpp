#include "bench/cluster_simulation/random.hpp"

#include <cmath>

namespace simulation {
namespace {

thread_local std::uint64_t state = 1;

// SplitMix64: the same on every machine, which std::exponential_distribution is not.
std::uint64_t next() noexcept {
    auto z = (state += 0x9e37'79b9'7f4a'7c15);
    z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9;
    z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11eb;
    return z ^ (z >> 31);
}

}  // namespace

void seed(std::uint64_t with) noexcept { state = with; }
double draw() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }
double no_jitter() noexcept { return 1; }

duration about(duration mean) noexcept { return std::chrono::duration_cast<duration>(mean * -std::log(1 - draw())); }

}  // namespace simulation
