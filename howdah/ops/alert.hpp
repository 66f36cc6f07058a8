#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace howdah {

enum class alert_kind : std::uint8_t {
    pool_exhausted,          // callers of a pool wait, or are refused
    node_down,               // a node of a cluster is unknown
    no_primary,              // a cluster has none
    replica_lag,             // a replica is further behind than it should be
    failover,                // a cluster has another primary
    authentication_failing,  // a server refuses us
    lock_waits,              // statements wait for locks, or give up
    certificate_expiry,      // a certificate ends soon, or has ended
    credential_expiry,       // a password or token does
};
inline constexpr std::size_t alert_kinds = 9;

enum class alert_state : std::uint8_t { raised, still, cleared };

/// What somebody should look at.
struct alert {
    alert_kind kind = alert_kind::pool_exhausted;
    alert_state state = alert_state::raised;
    std::string subject;  // the pool, node, host or certificate
    std::string words;    // of what was seen last
    std::chrono::steady_clock::time_point since{};
    std::uint64_t occurrences = 0;
};

/// "pool_exhausted"
std::string_view to_string(alert_kind k) noexcept;
/// "raised", "still", "cleared"
std::string_view to_string(alert_state s) noexcept;

}  // namespace howdah
