#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "howdah/tools/command.hpp"
#include "howdah/tools/duration.hpp"
#include "howdah/tools/failure.hpp"
#include "howdah/tools/interruption.hpp"
#include "howdah/tools/printable.hpp"
#include "howdah/tools/top_metrics.hpp"
#include "howdah/tools/top_screen.hpp"
#include "howdah/tools/top_server.hpp"

namespace howdah::tools {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using screen_lines = std::vector<std::string>;

constexpr std::chrono::milliseconds look_patience{5'000};

struct top_arguments {
    std::string dsn, url, token_file, interval = "1s";
    bool once = false;
};

/// What is looked at again and again.
struct watched {
    std::string title;
    std::function<screen_lines()> look;
    bool counts_since_last_look = false;  // so that the first look has no rates
};

secret_string token_of(const top_arguments& given) {
    if (given.token_file.empty()) {
        const char* set = std::getenv("HOWDAH_STATUS_TOKEN");  // NOLINT(concurrency-mt-unsafe): nobody sets it
        return secret_string{set == nullptr ? "" : set};
    }
    std::ifstream in{given.token_file};
    std::string line;
    if (!std::getline(in, line)) throw CLI::ValidationError{"--token-file", given.token_file + " can't be read"};
    return secret_string{line};
}

watched what_to_watch(const top_arguments& given, const interruption& stop) {
    if (given.dsn.empty() == given.url.empty())
        throw CLI::ValidationError{"DSN", "give a server, or --metrics with a program's URL"};
    if (!given.dsn.empty()) {
        const auto config = config_of(given.dsn, "howdah top");
        const auto server = std::make_shared<top_server>(config);
        return {.title = config.hosts.empty() ? std::string{} : config.hosts.front().to_string(),
                .look = [server] { return server->look(); },
                .counts_since_last_look = true};
    }
    try {
        const auto url = metrics_url::read(given.url);
        return {.title = given.url, .look = [url, token = token_of(given), stopped = stop.token()] {
                    return look_at(url, token, look_patience, stopped);
                }};
    } catch (const error& e) {
        if (e.code() != errc::invalid_option) throw;
        throw CLI::ValidationError{"--metrics", e.what()};
    }
}

void print_once(const watched& what, std::chrono::milliseconds interval, const interruption& stop) {
    auto seen = what.look();
    if (what.counts_since_last_look) {
        for (const auto until = clock::now() + interval; clock::now() < until && !stop.asked_for();)
            std::this_thread::sleep_for(20ms);
        seen = what.look();
    }
    std::cout << "howdah top  " << printable(what.title) << '\n';
    for (const auto& line : seen) std::cout << line << '\n';
}

// A server that is away for a while is no reason to end.
screen_lines look_or_say_why_not(const watched& what) {
    try {
        return what.look();
    } catch (const error& e) {
        return {words_of(e)};
    }
}

void go_on(const watched& what, std::chrono::milliseconds interval, const interruption& stop) {
    auto seen = what.look();  // the first failure ends it
    const top_screen screen;
    for (auto next = clock::now() + interval;;) {
        screen_lines shown{"howdah top  " + printable(what.title) + "  (q: end)"};
        shown.insert(shown.end(), seen.begin(), seen.end());
        screen.draw(shown);
        if (!screen.wait(next, stop)) return;
        if (clock::now() < next) continue;  // another size
        seen = look_or_say_why_not(what);
        next = clock::now() + interval;
    }
}

void run(const top_arguments& given) {
    const interruption stop;
    const auto what = what_to_watch(given, stop);
    const auto interval = *read_duration(given.interval);
    if (given.once || !top_screen::is_there()) print_once(what, interval, stop);
    else go_on(what, interval, stop);
}

std::string check_interval(const std::string& text) {
    const auto read = read_duration(text);
    return read && *read >= 50ms ? std::string{} : text + " is no time such as 500ms, 1s or 1m";
}

constexpr const char* top_examples =
    "Of a server it shows its sessions and who blocks them, statements without their literals, and rates over all\n"
    "databases; others' statements are seen by superusers and members of pg_read_all_stats alone. A token is read "
    "from\n"
    "HOWDAH_STATUS_TOKEN or a file. It ends with q or Ctrl-C.\n"
    "Examples:\n"
    "  howdah top service=app\n"
    "  howdah top --metrics http://127.0.0.1:9180/\n"
    "  howdah top --metrics http://127.0.0.1:9187/metrics --once";

}  // namespace

void add_top(CLI::App& howdah) {
    auto* command = howdah.add_subcommand("top", "What a server, or a program's connections, do now");
    const auto given = std::make_shared<top_arguments>();
    command->add_option("DSN", given->dsn, "A server: a URI or key=value pairs, as libpq reads them");
    command->add_option("--metrics", given->url, "A program's status server or /metrics: http://HOST:PORT[/PATH]");
    command->add_option("--token-file", given->token_file, "Its token is the first line of this file");
    command->add_option("--interval", given->interval, "Between two looks: 500ms, 1s, 1m")
        ->check(check_interval)
        ->capture_default_str();
    command->add_flag("--once", given->once, "Print what there is once; also where the output is no terminal");
    command->footer(top_examples);
    command->callback([given] { run(*given); });
}

}  // namespace howdah::tools
