#include "howdah/tools/top_server.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <string_view>

#include "howdah/blocking/blocking.hpp"
#include "howdah/observe/statement_text.hpp"
#include "howdah/tools/amounts.hpp"
#include "howdah/tools/printable.hpp"
#include "howdah/tools/side_by_side.hpp"
#include "howdah/types/types.hpp"

namespace howdah::tools {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::seconds answer_patience{5};
constexpr std::size_t longest_statement = 300;

struct server_state {
    std::string version, database;
    bool recovers;
    double up_seconds;
    std::int32_t most_sessions;
};

struct session {
    std::int32_t process_id;
    std::string user, database, application, state, wait;
    std::optional<double> query_seconds, transaction_seconds;
    std::string statement;
    std::vector<std::int32_t> blockers;
};

server_state facts_of(blocking::connection& db) {
    return db.with({.timeout = answer_patience})
        .fetch_one<server_state>(
            "select current_setting('server_version'), current_database()::text, pg_is_in_recovery(), "
            "extract(epoch from clock_timestamp() - pg_postmaster_start_time())::float8, "
            "current_setting('max_connections')::int");
}

// pg_blocking_pids() stops others for a moment, so it is asked for those alone that wait for a lock.
std::vector<session> sessions_of(blocking::connection& db) {
    return db.with({.timeout = answer_patience})
        .fetch_all<session>(
            "select pid, coalesce(usename::text, ''), coalesce(datname::text, ''), coalesce(application_name, ''), "
            "coalesce(state, ''), coalesce(wait_event_type || ':' || wait_event, ''), "
            "case when state = 'active' then extract(epoch from clock_timestamp() - query_start)::float8 end, "
            "extract(epoch from clock_timestamp() - xact_start)::float8, left(coalesce(query, ''), 4000), "
            "case when wait_event_type = 'Lock' then pg_blocking_pids(pid) else '{}' end "
            "from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() "
            "order by state = 'active' desc nulls last, coalesce(xact_start, query_start) nulls last limit 500");
}

std::string rate(std::int64_t now, std::int64_t before, double seconds) {
    std::array<char, 32> out{};
    std::snprintf(out.data(), out.size(), "%.1f", static_cast<double>(now - before) / seconds);
    return out.data();
}

std::string summary_of(const std::vector<session>& all, const server_state& server) {
    std::map<std::string, int> states;
    int waiting = 0;
    for (const auto& s : all) {
        ++states[s.state.empty() ? "not shown to this user" : s.state];
        if (!s.blockers.empty()) ++waiting;
    }
    std::string out = "sessions " + std::to_string(all.size()) + " of " + std::to_string(server.most_sessions);
    char separator = ':';
    for (const auto& [state, count] : states) {
        out.append(1, separator).append(" ").append(std::to_string(count)).append(" ").append(printable(state));
        separator = ',';
    }
    return waiting == 0 ? out : out + "; " + std::to_string(waiting) + " blocked";
}

std::string list_of(const std::vector<std::int32_t>& process_ids) {
    std::string out;
    for (const auto id : process_ids) (out += out.empty() ? "" : ",") += std::to_string(id);
    return out;
}

std::vector<std::string> cells_of(const session& s) {
    const auto time = [](const std::optional<double>& t) { return t ? words_of_time(*t) : std::string{"-"}; };
    return {std::to_string(s.process_id), printable(s.user),
            printable(s.database),        printable(s.application),
            printable(s.state),           printable(s.wait),
            list_of(s.blockers),          time(s.query_seconds),
            time(s.transaction_seconds),  printable(normalise(s.statement, longest_statement).shown())};
}

}  // namespace

top_server::top_server(const connection_config& config) : db_{config} {}

std::vector<std::string> top_server::look() {
    if (!db_.open()) {
        db_.reconnect();
        before_.reset();
    }
    const auto server = facts_of(db_);
    const auto sessions = sessions_of(db_);
    const auto now =
        db_.with({.timeout = answer_patience})
            .fetch_one<counters>(
                "select sum(xact_commit)::int8, sum(xact_rollback)::int8, sum(blks_hit)::int8, sum(blks_read)::int8, "
                "sum(tup_returned)::int8, sum(tup_inserted + tup_updated + tup_deleted)::int8, "
                "sum(deadlocks)::int8, sum(temp_bytes)::int8 from pg_stat_database");
    const auto at = clock::now();
    std::vector<std::string> out{"PostgreSQL " + printable(server.version) + ", " +
                                     (server.recovers ? "a replica" : "a primary") + ", up " +
                                     words_of_time(server.up_seconds) + ", database " + printable(server.database),
                                 summary_of(sessions, server)};
    if (before_) {
        const auto seconds = std::max(std::chrono::duration<double>(at - before_at_).count(), 0.001);
        const auto& b = *before_;
        const auto asked = now.hits - b.hits + now.reads - b.reads;
        out.push_back("a second: " + rate(now.commits, b.commits, seconds) + " commits, " +
                      rate(now.rollbacks, b.rollbacks, seconds) + " rollbacks, " +
                      rate(now.rows_read, b.rows_read, seconds) + " rows read, " +
                      rate(now.rows_written, b.rows_written, seconds) + " written; cache " +
                      (asked <= 0 ? "-" : std::to_string(100 * (now.hits - b.hits) / asked) + " %"));
    }
    out.push_back("since the statistics began: " + std::to_string(now.commits) + " commits, " +
                  std::to_string(now.rollbacks) + " rollbacks, " + std::to_string(now.deadlocks) + " deadlocks, " +
                  words_of_size(static_cast<std::uint64_t>(std::max<std::int64_t>(now.temporary_bytes, 0))) +
                  " of temporary files");
    before_ = now;
    before_at_ = at;
    std::vector<std::vector<std::string>> table{
        {"PID", "USER", "DATABASE", "APPLICATION", "STATE", "WAIT", "BLOCKED BY", "QUERY", "TRANSACTION", "STATEMENT"}};
    for (const auto& s : sessions) table.push_back(cells_of(s));
    out.emplace_back();
    for (auto& line : side_by_side(table)) out.push_back(std::move(line));
    return out;
}

}  // namespace howdah::tools
