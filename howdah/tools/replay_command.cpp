#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "howdah/sim/replay/replay_server.hpp"
#include "howdah/sim/replay/replay_transport.hpp"
#include "howdah/tools/command.hpp"
#include "howdah/tools/interruption.hpp"
#include "howdah/tools/reception_words.hpp"
#include "howdah/tools/words.hpp"

namespace howdah::tools {
namespace {

struct replay_arguments {
    std::vector<std::string> listen;
    std::string cassette, latency = "none", repeats = "last", faults, report, format = "text";
    reception_words reception;
    bool strict = false, loose = false;
};

sim::replay_options options_of(const replay_arguments& given) {
    return {.how = given.loose ? sim::strictness::loose : sim::strictness::strict,
            .repeats = given.repeats == "error" ? sim::repeats::error : sim::repeats::last,
            .latency = sim::read_latency(given.latency).value_or(0)};
}

std::string formatted(const sim::drift_report& report, const replay_arguments& given, sim::strictness how) {
    if (given.format == "json") return sim::to_json(report);
    return given.format == "junit" ? sim::to_junit(report, how) : sim::to_text(report);
}

void write_report(const std::string& text, const std::string& file) {
    if (file.empty()) {
        std::cout << text << std::flush;
        if (!std::cout) throw std::runtime_error{"the report could not be written"};
        return;
    }
    std::ofstream out{file, std::ios::binary | std::ios::trunc};
    out << text << std::flush;
    if (!out) throw std::runtime_error{"the report could not be written to " + file};
}

void run(const replay_arguments& given) {
    const interruption stop;
    const auto options = options_of(given);
    auto faults = given.faults.empty() ? sim::fault_rules{} : sim::fault_rules::load(given.faults);
    const auto from = std::make_shared<sim::replayer>(given.cassette, options, std::move(faults));
    sim::replay_server server{from, given.reception.options()};
    for (const auto& [host, port] : server.listen(given.listen))
        std::cout << "host=" << host << " port=" << port << "\n" << std::flush;
    try {
        stop.wait_for(-1, 0);
    } catch (const error& e) {
        if (e.code() != errc::cancelled) throw;
    }
    server.stop();
    const auto report = from->report();
    write_report(formatted(report, given, options.how), given.report);
    if (sim::drifted(report, options.how)) throw exit_now{exit_status::drifted};
}

std::string check_latency(const std::string& text) {
    return sim::read_latency(text) ? std::string{} : text + " is neither none, recorded, nor a factor such as x2";
}

constexpr const char* replay_examples =
    "Answers PostgreSQL's clients from what `howdah record` has written, without a server, until it is interrupted;\n"
    "then prints what was not as recorded. With --strict (the default) requests that are unmatched, unused or out of\n"
    "order are drift, with --loose only what is unmatched. A request that nothing recorded answers gets an error with\n"
    "SQLSTATE XXR01, which shows the nearest recorded ones; see docs/simulation.md for the others and for faults.\n"
    "Exit status: 0 no drift, 1 an error, 2 bad usage, 3 drift.\n"
    "Examples:\n"
    "  howdah replay --listen 127.0.0.1:6543 --cassette tests/cassettes/orders\n"
    "  howdah replay --listen :6543 --cassette tapes --report drift.xml --format junit\n"
    "  howdah replay --listen /tmp:5432 --cassette tapes --loose --latency recorded --faults faults.json";

}  // namespace

void add_replay(CLI::App& howdah) {
    auto* command = howdah.add_subcommand("replay", "Answer clients from a recording, without a server");
    const auto given = std::make_shared<replay_arguments>();
    command->add_option("--listen", given->listen, "HOST:PORT, :PORT (this machine) or /FOLDER:PORT; may be repeated")
        ->required();
    command->add_option("--cassette", given->cassette, "The folder that was recorded into")->required();
    auto* strict = command->add_flag("--strict", given->strict, "Unused and out of order is drift, too (default)");
    command->add_flag("--loose", given->loose, "Only what is unmatched is drift")->excludes(strict);
    command->add_option("--repeats", given->repeats, "Behind the last recorded answer: last, error (default: last)")
        ->check(CLI::IsMember({"last", "error"}));
    command->add_option("--latency", given->latency, "none, recorded, or a factor: x2, x0.5 (default: none)")
        ->check(check_latency);
    command->add_option("--faults", given->faults, "What is to go wrong, and when: a JSON file");
    command->add_option("--report", given->report, "Where to write the report (default: standard output)");
    command->add_option("--format", given->format, "Of the report: text, json, junit")
        ->check(CLI::IsMember({"text", "json", "junit"}));
    given->reception.add_to(*command, reception_words::methods::of_a_replay);
    command->footer(replay_examples);
    command->callback([given] {
        for (auto* word : {&given->cassette, &given->faults, &given->report}) *word = unmarked(*word);
        for (auto& address : given->listen) address = unmarked(address);
        run(*given);
    });
}

}  // namespace howdah::tools
