#pragma once

#include <cstdint>
#include <span>

#include "howdah/cluster/cluster_options.hpp"

namespace howdah::clustering {

/// A node that may have a call, as the policies see it.
struct candidate {
    std::int64_t* credit;  // of its turn in round robin
    std::uint32_t weight;  // not 0
    std::uint32_t in_use;
    double latency;  // microseconds; 0: not known
};

/// The index of the one that gets the call. There is one at least. Weighted round robin is nginx's smooth one: turns
/// are spread evenly, whoever comes and goes.
std::size_t pick(std::span<const candidate> from, balance by, double (*draw)());

}  // namespace howdah::clustering
