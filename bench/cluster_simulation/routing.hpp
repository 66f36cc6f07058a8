#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "bench/cluster_simulation/agenda.hpp"
#include "howdah/cluster/cluster_options.hpp"

namespace simulation {

/// What befalls some of the replicas.
enum class trouble : std::uint8_t {
    none,
    slow,  // one is ten times slower
    dead,  // one is killed, and stays so
    lag,   // a quarter of them replay no more
};

/// Reads on replicas: callers that ask, wait for the answer, think, and ask again.
struct routing_case {
    howdah::balance by = howdah::balance::round_robin;
    trouble with = trouble::none;
    std::uint32_t processes = 100, callers = 20, replicas = 20;  // callers: of each process
    duration thinking = 20ms, work = 1ms;                        // both are means
    std::chrono::milliseconds max_lag{2'000};
    duration lasts = 10s;
    std::uint64_t seed = 1;
};

/// Of the calls that ended from the trouble on, which begins after three tenths.
struct routing_result {
    std::uint64_t calls = 0, failed = 0;
    duration p50{}, p99{}, p999{}, longest{};
    duration stalest{};                     // of what a read saw
    std::vector<std::uint64_t> of_replica;  // calls it served

    bool operator==(const routing_result&) const = default;
};

routing_result simulate(const routing_case& c);

}  // namespace simulation
