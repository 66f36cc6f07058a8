#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "howdah/blocking/blocking.hpp"
#include "howdah/tools/command.hpp"
#include "howdah/tools/doctor_dial.hpp"
#include "howdah/tools/doctor_report.hpp"
#include "howdah/tools/failure.hpp"
#include "howdah/types/types.hpp"

namespace howdah::tools {
namespace {

using core::clock;

constexpr std::size_t round_trips = 100;
constexpr std::int64_t full_percent = 90;  // of the connections that anybody may have

struct doctor_arguments {
    std::string dsn;
    bool json = false;
};

struct server_facts {
    std::string version, user, database;
    std::int64_t max_connections, superuser_reserved, role_reserved, connections, process_id;
    std::string time_zone, client_encoding, standard_conforming_strings, synchronous_commit, statement_timeout;
    bool in_recovery, read_only;
};

// pg_stat_database counts everybody's connections for everybody; pg_stat_activity hides what is not one's own.
server_facts ask(blocking::connection& db) {
    return db.fetch_one<server_facts>(
        "select pg_catalog.version(), current_user::text, pg_catalog.current_database()::text,"
        " pg_catalog.current_setting('max_connections')::bigint,"
        " pg_catalog.current_setting('superuser_reserved_connections')::bigint,"
        // For members of pg_use_reserved_connections; PostgreSQL 16 and newer.
        " coalesce(pg_catalog.current_setting('reserved_connections', true)::bigint, 0),"
        " (select coalesce(sum(numbackends), 0)::bigint from pg_catalog.pg_stat_database),"
        " pg_catalog.pg_backend_pid()::bigint,"
        " pg_catalog.current_setting('TimeZone'), pg_catalog.current_setting('client_encoding'),"
        " pg_catalog.current_setting('standard_conforming_strings'), pg_catalog.current_setting('synchronous_commit'),"
        " pg_catalog.current_setting('statement_timeout'), pg_catalog.pg_is_in_recovery(),"
        " pg_catalog.current_setting('transaction_read_only')::boolean");
}

// A pooler gives its clients cancel keys of its own, and may serve each transaction by another process.
std::string pooler_guess(const server_facts& first, const server_facts& second, std::uint32_t process_id) {
    if (first.process_id != second.process_id) return "likely, in transaction mode: use statement_mode::unnamed";
    if (process_id != static_cast<std::uint32_t>(first.process_id))
        return "likely: the connection's process is not the server's";
    return "none seen";
}

void look_at_settings(blocking::connection& db, doctor_report& report) {
    const auto start = clock::now();
    const auto s = ask(db);
    const auto again = ask(db);
    const auto process_id = db.process_id();
    const auto open_to_all = s.max_connections - s.superuser_reserved - s.role_reserved;
    report.add({.name = "settings",
                .took = clock::now() - start,
                .found = {{"version", s.version},
                          {"user", s.user},
                          {"database", s.database},
                          {"max_connections", s.max_connections},
                          {"superuser_reserved_connections", s.superuser_reserved},
                          {"reserved_connections", s.role_reserved},
                          {"connections", s.connections},
                          {"free_connections", std::max<std::int64_t>(open_to_all - s.connections, 0)},
                          {"TimeZone", s.time_zone},
                          {"client_encoding", s.client_encoding},
                          {"standard_conforming_strings", s.standard_conforming_strings},
                          {"synchronous_commit", s.synchronous_commit},
                          {"statement_timeout", s.statement_timeout},
                          {"in_recovery", s.in_recovery},
                          {"read_only", s.read_only},
                          {"pooler", pooler_guess(s, again, process_id)}}});
    if (s.connections * 100 >= open_to_all * full_percent)
        report.warn(std::to_string(s.connections) + " connections are in use, of " + std::to_string(open_to_all) +
                    " that are not reserved");
    if (s.standard_conforming_strings != "on")
        report.warn("standard_conforming_strings is off: a backslash in a string literal is an escape");
    if (s.synchronous_commit == "off")
        report.warn("synchronous_commit is off: a crash of the server may lose the last commits");
}

void measure_round_trips(blocking::connection& db, doctor_report& report) {
    const auto start = clock::now();
    (void)db.execute("select 1");  // the first one also warms up
    std::vector<std::chrono::nanoseconds> times;
    for (std::size_t i = 0; i < round_trips; ++i) {
        const auto sent = clock::now();
        (void)db.execute("select 1");
        times.push_back(clock::now() - sent);
    }
    std::ranges::sort(times);
    report.add({.name = "round_trip",
                .took = clock::now() - start,
                .found = {{"count", std::int64_t{round_trips}},
                          {"min_ms", milliseconds(times.front())},
                          {"p50_ms", milliseconds(times[round_trips / 2 - 1])},
                          {"p99_ms", milliseconds(times[round_trips * 99 / 100 - 1])},
                          {"max_ms", milliseconds(times.back())}}});
}

template <class F>
bool attempted(const char* name, doctor_report& report, F&& run) {
    const auto start = clock::now();
    try {
        run();
        return true;
    } catch (const error& e) {
        report.add(failed_step(name, clock::now() - start, e));
        return false;
    }
}

void examine(const connection_config& config, doctor_report& report) {
    std::optional<connection_config> here;
    // What the configuration names is read first: certificates, keys.
    if (!attempted("configuration", report, [&] { here = dial(config, report); }) || !here) return;
    std::optional<blocking::connection> db;
    if (!attempted("settings", report, [&] { look_at_settings(db.emplace(*here), report); })) return;
    if (!attempted("round_trip", report, [&] { measure_round_trips(*db, report); })) return;
    report.set_healthy();
}

void run(const doctor_arguments& given) {
    const auto config = config_of(given.dsn, "howdah doctor");
    doctor_report report;
    examine(config, report);
    if (given.json) {
        report.write_json(std::cout);
    } else {
        report.write_text(std::cout);
    }
    if (!report.healthy()) throw exit_now{exit_status::failed};
}

}  // namespace

void add_doctor(CLI::App& howdah) {
    auto* command = howdah.add_subcommand("doctor", "Connect step by step, and say what is wrong and what to do");
    const auto given = std::make_shared<doctor_arguments>();
    command->add_option("DSN", given->dsn, "Where: a URI or key=value pairs, as libpq reads them")->required();
    command->add_flag("--json", given->json, R"(Print {"ok","steps","warnings"} on one line)");
    command->footer(
        "The steps, each with its time: resolve, connect, tls, authenticate, settings, round_trip. Exit status 1 if\n"
        "the connection does not work.\n"
        "Examples:\n"
        "  howdah doctor postgresql://app@db.example/app?sslmode=verify-full\n"
        "  howdah doctor service=app --json");
    command->callback([given] { run(*given); });
}

}  // namespace howdah::tools
