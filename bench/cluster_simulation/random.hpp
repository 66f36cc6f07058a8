#pragma once

#include <cstdint>

#include "bench/cluster_simulation/agenda.hpp"

namespace simulation {

/// One sequence for all of a run, the policies' draws too: they take a plain function. A run is one thread's.
void seed(std::uint64_t with) noexcept;
/// In [0, 1).
double draw() noexcept;
/// A backoff without jitter: always as long as it may be.
double no_jitter() noexcept;
/// Exponentially distributed.
duration about(duration mean) noexcept;

}  // namespace simulation
