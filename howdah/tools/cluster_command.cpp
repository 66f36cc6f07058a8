#include <CLI/CLI.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include "howdah/cluster/blocking_cluster.hpp"
#include "howdah/tools/cluster_report.hpp"
#include "howdah/tools/command.hpp"
#include "howdah/tools/failure.hpp"
#include "howdah/tools/interruption.hpp"
#include "howdah/tools/words.hpp"

namespace howdah::tools {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_again{20}, refresh{1'000};

struct status_arguments {
    std::string dsn;
    bool watch = false, json = false;
};

// Until each node has answered, or has not for as long as a probe may take, twice.
std::vector<node_status> first_look(const blocking::cluster& db, const cluster_options& options,
                                    const interruption& stop) {
    const auto until = clock::now() + 2 * options.probe_timeout + options.probe_interval;
    for (;;) {
        auto nodes = db.status();
        const bool all_known = std::ranges::all_of(nodes, [](const auto& n) { return n.probes != 0; });
        if (all_known || stop.asked_for() || clock::now() >= until) return nodes;
        std::this_thread::sleep_for(look_again);
    }
}

bool has_primary(const std::vector<node_status>& nodes) {
    return std::ranges::any_of(nodes, [](const auto& n) { return n.role.what == node_role::primary; });
}

void watch(const blocking::cluster& db, const status_arguments& given, const interruption& stop,
           std::vector<node_status> nodes) {
    const bool on_terminal = ::isatty(STDOUT_FILENO) == 1;
    cluster_history history;
    auto next = clock::now();
    while (!stop.asked_for() && std::cout) {
        history.add(nodes);
        if (on_terminal && !given.json) std::cout << "\033[H\033[2J";
        if (given.json) write_json(std::cout, nodes);
        else write_text(std::cout, nodes, &history);
        std::cout << std::flush;
        for (next += refresh; !stop.asked_for() && clock::now() < next;) std::this_thread::sleep_for(look_again);
        nodes = db.status();
    }
}

void run(const status_arguments& given) {
    const interruption stop;
    const auto config = config_of(given.dsn, "howdah cluster");
    cluster_options options;
    options.pool.max_connections = 1;
    const blocking::cluster db{config, options};
    const auto nodes = first_look(db, options, stop);
    if (given.watch) return watch(db, given, stop, nodes);
    if (given.json) write_json(std::cout, nodes);
    else write_text(std::cout, nodes, nullptr);
    if (!has_primary(nodes)) throw exit_now{exit_status::failed};
}

constexpr const char* cluster_examples =
    "Lag is that of a replica's replay, against the primary as it was seen last; an idle primary is no lag. Exit "
    "status 1\n"
    "where there is no primary.\n"
    "Examples:\n"
    "  howdah cluster status postgresql://app@db1,db2,db3/app\n"
    "  howdah cluster status 'host=db1,db2 user=app' --watch\n"
    "  howdah cluster status service=app --json | jq -r '.nodes[] | select(.role == \"unknown\").name'";

}  // namespace

void add_cluster(CLI::App& howdah) {
    auto* parent = howdah.add_subcommand("cluster", "A primary and its replicas");
    parent->require_subcommand(1);
    auto* command = parent->add_subcommand("status", "What each node is: role, lag, latency");
    const auto given = std::make_shared<status_arguments>();
    command->add_option("DSN", given->dsn, "All nodes: host=db1,db2 or postgresql://db1,db2/")->required();
    command->add_flag("--watch", given->watch, "Go on, every second, until it is interrupted");
    command->add_flag("--json", given->json, R"(Print {"nodes"} on one line)");
    command->footer(cluster_examples);
    command->callback([given] {
        given->dsn = unmarked(given->dsn);
        run(*given);
    });
}

}  // namespace howdah::tools
