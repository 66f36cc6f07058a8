#include "howdah/ops/detail/lock_waits.hpp"

#include "howdah/types/types.hpp"

namespace howdah::ops {

// pg_blocking_pids() stops others for a moment: it is asked for those alone that wait. Before PostgreSQL 14 nobody knows since when.
std::vector<lock_wait> lock_waits_of(blocking::connection& db, const std::vector<std::int32_t>& processes,
                                     std::chrono::milliseconds patience) {
    return db.with({.timeout = patience})
        .fetch_all<lock_wait>(
            "with waiting as materialized (select pid, wait_event, query, query_start, pg_blocking_pids(pid) as "
            "blockers "
            "from pg_stat_activity where wait_event_type = 'Lock' and pid = any($1)) "
            "select w.pid, (extract(epoch from clock_timestamp() - w.query_start) * 1000000)::int8, "
            "coalesce(w.wait_event, ''), coalesce(w.query, ''), b.pid, coalesce(a.application_name, ''), "
            "coalesce(a.usename::text, ''), coalesce(a.state, ''), "
            "case when a.state is null then '' else coalesce(a.query, '') end from waiting w "
            "cross join lateral (select distinct unnest(w.blockers)) as b(pid) left join pg_stat_activity a on a.pid = "
            "b.pid "
            "order by w.query_start limit 100",
            processes);
}

std::vector<std::int32_t> living(blocking::connection& db, const std::vector<std::int32_t>& processes,
                                 std::chrono::milliseconds patience) {
    return db.with({.timeout = patience})
        .fetch_all<std::int32_t>("select pid from pg_stat_activity where pid = any($1)", processes);
}

}  // namespace howdah::ops
