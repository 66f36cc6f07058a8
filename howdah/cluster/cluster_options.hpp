#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "howdah/pool/pool_options.hpp"

namespace howdah {

/// Which nodes may have a read.
enum class read_from : std::uint8_t {
    primary,
    replica_preferred,  // replicas; the primary, where none may have it
    replica_only,       // no fallback: errc::no_node
    any,                // the primary is one among the replicas
};

/// Which of the nodes that may have a call gets it. Weights count in each.
enum class balance : std::uint8_t {
    round_robin,
    least_connections,  // with the fewest calls under way
    random,
    two_choices,  // of two drawn at random the one that has answered faster, and has less to do
};

/// How reads find their node.
struct routing {
    read_from from = read_from::replica_preferred;
    balance by = balance::round_robin;
    /// A replica that is further behind gets no reads; zero: however far. An idle primary is no lag.
    std::chrono::milliseconds max_lag{10'000};
    std::optional<std::uint64_t> max_lag_bytes{};
};

/// How a cluster behaves.
struct cluster_options {
    routing reads{};
    /// How long a call waits for a node that may have it, such as a new primary; within its own timeout.
    std::chrono::milliseconds node_timeout{15'000};
    /// How long a session's read waits for a replica to have replayed what the session wrote; then it goes to the primary.
    std::chrono::milliseconds replay_timeout{100};
    /// Each node is asked this often what it is, and in search of a primary at search_interval.
    std::chrono::milliseconds probe_interval{1'000};
    std::chrono::milliseconds search_interval{100};
    /// How long a node may take to answer that, and to be connected to for it.
    std::chrono::milliseconds probe_timeout{1'000};
    /// How often somebody who waits for a replica's replay has its position asked for.
    std::chrono::milliseconds poll_interval{5};
    /// So many calls that fail by their node, one after another, and it gets none for first_break; then one, to try. Each
    /// trial that fails doubles the break, up to longest_break.
    std::uint32_t failures_to_break = 3;
    std::chrono::milliseconds first_break{500};
    std::chrono::milliseconds longest_break{30'000};
    pool_options pool{};  // of each node

    /// Throws invalid_option, which names the option.
    void validate() const;
};
static_assert(std::is_trivially_destructible_v<cluster_options>, "written inline in co_await (GCC 12)");

}  // namespace howdah
