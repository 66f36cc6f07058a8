#pragma once

#include <cstddef>
#include <vector>

#include "bench/pool/figures.hpp"

namespace bench {

/// How long callers would wait for a connection if handing it over took no time: `tasks` of them, first come first served,
/// on `connections`, each asking again as soon as it has given its connection back. `service` is how long each use took.
std::vector<duration> ideal_waits(const std::vector<duration>& service, std::size_t tasks, std::size_t connections);

}  // namespace bench
