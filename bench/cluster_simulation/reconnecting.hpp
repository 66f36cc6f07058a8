#pragma once

#include <cstdint>
#include <vector>

#include "bench/cluster_simulation/agenda.hpp"

namespace simulation {

/// How clients come back to a primary.
enum class comeback : std::uint8_t {
    each_caller,  // no pool: each has a connection, and tries again 10 ms behind a refusal
    no_pause,     // the pool's one attempt at a time, again 1 ms behind a refusal
    no_jitter,    // the pool's backoff, with pauses that are drawn for nobody
    pool,         // as shipped
    cluster,      // as shipped: pools, and monitors that look for the new primary
};

/// A primary is killed, and three seconds later one accepts connections: at the same address, or, for a cluster, a replica that
/// is promoted. Callers write, think, and write again.
struct comeback_case {
    comeback by = comeback::pool;
    std::uint32_t processes = 100, callers = 20, connections = 20;  // callers, connections: of each process
    std::uint32_t connecting = 0;                                   // at once, of each pool; 0: without limit
    duration thinking = 100ms, work = 200us;                        // both are means
    duration lasts = 10s;
    std::uint64_t seed = 1;
};

struct comeback_result {
    std::uint64_t refused_calls = 0;                // those whose caller got an error
    std::vector<std::uint32_t> attempts, accepted;  // by the new primary, in spans of 10 ms
    std::uint64_t attempts_while_down = 0;          // on any node
    std::uint32_t peak_down = 0, peak_up = 0;       // attempts in a span
    duration half_served{}, all_served{};  // since the new primary accepts: so many callers had an answer of it
    duration spent_on_connecting{};        // CPU of the new primary

    bool operator==(const comeback_result&) const = default;
};

constexpr duration dies_at = 2s, is_back_at = 5s;

comeback_result simulate(const comeback_case& c);

}  // namespace simulation
