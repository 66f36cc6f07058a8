#include <CLI/CLI.hpp>

#include <functional>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "howdah/sim/upkeep.hpp"
#include "howdah/tools/cassette_listing.hpp"
#include "howdah/tools/command.hpp"
#include "howdah/tools/printable.hpp"

namespace howdah::tools {
namespace {

struct cassette_arguments {
    std::string folder, other, prefer;
    std::vector<std::string> names, columns, parameters;
    bool seal = false;
};

[[noreturn]] void fail() { throw exit_now{exit_status::failed}; }

void list(const cassette_arguments& given) {
    const sim::cassette tape{given.folder};
    for (const auto& name : tape.names()) std::cout << line_of(name, *tape.load(name)) << '\n';
}

void show(const cassette_arguments& given) {
    const sim::cassette tape{given.folder};
    for (const auto& start : given.names.empty() ? std::vector<std::string>{""} : given.names) {
        bool found = false;
        for (const auto& name : tape.names()) {
            if (!name.starts_with(start)) continue;
            print_whole(std::cout, tape, name);
            found = true;
        }
        if (!found)
            throw std::runtime_error{given.folder + ": there is no interaction whose name begins with " + start};
    }
}

void diff(const cassette_arguments& given) {
    const auto found = sim::diff(sim::cassette{given.folder}, sim::cassette{given.other});
    for (const auto& one : found) {
        using kind = sim::cassette_difference::kind;
        const char* what = one.what == kind::answers         ? "answers differ"
                           : one.what == kind::only_in_first ? "only in the first"
                                                             : "only in the second";
        std::cout << one.name << '\t' << what << '\t' << cut_to(printable(one.statement), 120) << '\n';
        for (const auto& line : one.lines) std::cout << "  " << cut_to(printable(line), 160) << '\n';
    }
    if (!found.empty()) fail();
}

void prune(const cassette_arguments& given) {
    const auto gone = sim::prune(given.folder);
    for (const auto& file : gone) std::cout << "removed " << file << '\n';
    std::cout << gone.size() << " files removed\n";
}

void verify(const cassette_arguments& given) {
    if (given.seal)
        for (const auto& file : sim::seal(given.folder)) std::cout << "sealed " << file << '\n';
    const auto found = sim::verify(given.folder);
    for (const auto& one : found) std::cerr << printable(one.file + ": " + one.what) << '\n';
    if (!found.empty()) fail();
    std::cout << sim::cassette{given.folder}.size() << " interactions are sound\n";
}

void merge(const cassette_arguments& given) {
    const auto prefer = given.prefer.empty()     ? sim::preference::neither
                        : given.prefer == "ours" ? sim::preference::ours
                                                 : sim::preference::theirs;
    const auto done = sim::merge(given.folder, sim::cassette{given.other}, prefer);
    std::cout << done.added << " interactions added, " << done.replaced << " replaced, " << done.conflicts.size()
              << " conflicts\n";
    if (done.conflicts.empty()) return;
    for (const auto& name : done.conflicts)
        std::cerr << name << ": both have it, with different answers; --prefer ours or theirs decides\n";
    fail();
}

/// "mail=partial", "mail": hidden in full.
masking_rule rule_of(const std::string& text, const char* option) {
    const auto equals = text.rfind('=');
    const auto as = equals == std::string::npos ? masking::full : masking_of(text.substr(equals + 1));
    if (!as) throw CLI::ValidationError{option, text + ": what stands behind = is none, full, partial, hash or null"};
    masking_rule out;
    out.as = *as;
    out.column = text.substr(0, equals);
    return out;
}

masking_rule parameter_rule_of(const std::string& text) {
    auto out = rule_of(text, "--parameter");
    if (out.column != "all") {
        std::size_t read = 0;
        try {
            out.position = std::stoul(out.column, &read);
        } catch (const std::exception&) {
            read = 0;
        }
        if (read == 0 || read != out.column.size() || out.position == 0)
            throw CLI::ValidationError{"--parameter", text + ": it is neither a number from 1 nor all"};
    }
    out.column.clear();
    return out;
}

void redact(const cassette_arguments& given) {
    if (sim::finish_redaction(given.folder)) {
        std::cout << "what was interrupted is finished, by the rules it had; for others run it again\n";
        return;
    }
    sim::cassette_policy policy;
    for (const auto& column : given.columns) policy.columns.push_back(rule_of(column, "--column"));
    for (const auto& parameter : given.parameters) policy.parameters.push_back(parameter_rule_of(parameter));
    const auto changed = sim::redact(given.folder, policy, sim::key_from_environment());
    std::cout << changed << " interactions changed\n";
}

constexpr const char* cassette_examples =
    "Examples:\n"
    "  howdah cassette ls tests/cassette\n"
    "  howdah cassette show tests/cassette 50fde20626009aba\n"
    "  howdah cassette diff before after          exit status 1 if they differ\n"
    "  howdah cassette verify tests/cassette      --seal takes hand edits for meant\n"
    "  howdah cassette merge tests/cassette theirs --prefer theirs\n"
    "  HOWDAH_CASSETTE_KEY=... howdah cassette redact tests/cassette --column mail=partial --parameter all";

}  // namespace

void add_cassette(CLI::App& howdah) {
    auto* cassette = howdah.add_subcommand("cassette", "Recordings of traffic: look at them, and keep them in order");
    cassette->require_subcommand(1);
    cassette->footer(cassette_examples);
    const auto given = std::make_shared<cassette_arguments>();
    const auto add = [&](const char* name, const char* description, void (*run)(const cassette_arguments&)) {
        auto* command = cassette->add_subcommand(name, description);
        command->add_option("DIR", given->folder, "The cassette's folder")->required();
        command->callback([given, run] {
            run(*given);
            if (!std::cout.flush()) throw std::runtime_error{"the output could not be written"};
        });
        return command;
    };
    add("ls", "List what was recorded: name, uses, statement, values", list);
    add("show", "Print interactions as they were recorded", show)
        ->add_option("NAME", given->names, "The start of names (default: all)");
    add("diff", "Compare with another cassette", diff)
        ->add_option("OTHER", given->other, "The other folder")
        ->required();
    add("prune", "Remove what the last recording did not meet, and what nothing refers to", prune);
    add("verify", "Check every file", verify)
        ->add_flag("--seal", given->seal, "Give files that were edited by hand their checksum");
    auto* merging = add("merge", "Take over what another cassette has", merge);
    merging->add_option("OTHER", given->other, "The other folder")->required();
    merging->add_option("--prefer", given->prefer, "Whose answers stay where both have a key")
        ->check(CLI::IsMember({"ours", "theirs"}));
    auto* redacting = add("redact", "Hide values that were recorded, by the manifest's policy and these rules", redact);
    redacting->add_option("--column", given->columns, "NAME or NAME=MASK: a column of results");
    redacting->add_option("--parameter", given->parameters, "NUMBER, all, or either =MASK: parameters and literals");
}

}  // namespace howdah::tools
