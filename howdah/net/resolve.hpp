#pragma once

#include <cstddef>
#include <stop_token>
#include <vector>

#include "howdah/config/connection_config.hpp"
#include "howdah/net/address.hpp"
#include "howdah/net/deadline.hpp"

namespace howdah::net {

/// The addresses of `host`, in getaddrinfo's order (RFC 6724). Blocks as long as getaddrinfo does: for the caller's
/// own threads. Unix sockets, hostaddr and numeric hosts never block.
/// Throws error host_not_found, or invalid_option for a hostaddr that is no address.
std::vector<address> resolve_now(const endpoint& host);

/// How a name is looked up; resolve_now but in tests.
using lookup = std::vector<address> (*)(const endpoint& host);

/// At most this many look-ups run at once, those that were given up included.
inline constexpr std::size_t max_lookups = 64;

/// As resolve_now, but gives up at `deadline` with error timed_out. getaddrinfo can't be interrupted, so a name is
/// looked up on a thread of its own, which outlives a look-up that was given up: it ends with getaddrinfo. Numeric
/// hosts and unix sockets take no thread. Asked to `stop`, it gives up at once with error cancelled.
std::vector<address> resolve(const endpoint& host, time_point deadline, const std::stop_token& stop = {},
                             lookup by = resolve_now);

}  // namespace howdah::net
