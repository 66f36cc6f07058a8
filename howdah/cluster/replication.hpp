#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "howdah/cluster/discovery_plan.hpp"

namespace howdah::clustering {

/// Who streams from a primary, of PostgreSQL 12 and up. Not subscribers of logical replication; `replays` tells a replica from
/// pg_receivewal.
inline constexpr char replication_query[] =
    "select coalesce(application_name, ''), host(client_addr), state, replay_lsn is not null "
    "from pg_stat_replication r "
    "where not exists (select from pg_replication_slots s where s.active_pid = r.pid and s.slot_type = 'logical')";

struct replication_row {
    std::string application_name;
    std::optional<std::string> client_address, state;
    bool replays;
};

/// Where the replicas are: at what `where` says, or else at their client address and `port`.
/// Throws errc::no_node where the user is not told.
std::vector<found_node> read_replication(std::span<const replication_row> rows, const discovery::place_of& where,
                                         std::uint16_t port);

}  // namespace howdah::clustering
