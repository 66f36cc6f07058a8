#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "howdah/cluster/node.hpp"
#include "howdah/types/types.hpp"

namespace howdah::clustering {

/// What a monitor asks, of PostgreSQL 12 and up. A replica's timeline is that of what it receives, where the user may see
/// that (pg_read_all_stats, of which pg_monitor is a member); else it is known from its next restart point on.
inline constexpr char probe_query[] =
    "select r.in_recovery, "
    "case when r.in_recovery then pg_last_wal_replay_lsn() else pg_current_wal_flush_lsn() end, "
    "case when r.in_recovery then pg_last_wal_receive_lsn() end, "
    "s.system_identifier, "
    "greatest(c.timeline_id, e.min_recovery_end_timeline, w.received_tli), "
    "case when not r.in_recovery then pg_walfile_name(pg_current_wal_insert_lsn()) end, "
    "current_setting('transaction_read_only') = 'on', "
    "w.status "
    "from (select pg_is_in_recovery() as in_recovery) r, pg_control_system() s, pg_control_checkpoint() c, "
    "pg_control_recovery() e left join pg_stat_wal_receiver w on true";

/// Its answer.
struct probe_row {
    bool in_recovery;
    std::optional<lsn> position, received;
    std::int64_t system;
    std::int32_t timeline;
    std::optional<std::string> wal_file;  // that a primary writes
    bool read_only;
    std::optional<std::string> receiver;
};

/// The same of a server that replays no log of its own, such as Aurora's: it has no such functions, or denies them.
inline constexpr char plain_probe_query[] = "select pg_is_in_recovery()";

/// The server does not answer the query: it has to be the plain one.
bool is_too_much_asked(const error& e) noexcept;

/// Throws invalid_value for what no server answers.
probe_answer read_probe(const probe_row& row);

}  // namespace howdah::clustering
