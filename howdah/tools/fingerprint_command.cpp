#include <CLI/CLI.hpp>

#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "howdah/observe/json_line.hpp"
#include "howdah/sim/fingerprint.hpp"
#include "howdah/tools/command.hpp"
#include "howdah/tools/printable.hpp"
#include "howdah/tools/words.hpp"

namespace howdah::tools {
namespace {

struct fingerprint_arguments {
    std::vector<std::string> statements;
    bool json = false;
};

void print(const std::string& script, bool as_json) {
    for (const auto& statement : sim::split_statements(script)) {
        const auto read = sim::read_statement(statement);
        if (as_json) {
            observe::json_line line;
            line.add("fingerprint", read.fingerprint).add("statement", read.text);
            line.add("literals", read.literals.size()).add("fallback", read.fallback).add("secret", read.secret);
            std::cout << line.finish() << '\n';
        } else {
            std::cout << read.fingerprint << '\t' << printable(read.text) << '\n';
        }
    }
}

void run(const fingerprint_arguments& given) {
    for (const auto& statement : given.statements) print(unmarked(statement), given.json);
    if (given.statements.empty()) {
        const std::string script{std::istreambuf_iterator<char>{std::cin}, {}};
        if (std::cin.bad()) throw std::runtime_error{"standard input could not be read"};
        print(script, given.json);
    }
    if (!std::cout.flush()) throw std::runtime_error{"the output could not be written"};
}

constexpr const char* fingerprint_examples =
    "Prints a line for each statement: its fingerprint, a tab, and its text without "
    "literals. Statements that differ only\n"
    "in their literals, or in spelling, have one fingerprint. \"fallback-\" marks what "
    "libpg_query's parser, PostgreSQL 15's,\n"
    "can't read: the fingerprint is the text's hash then. No literal is printed.\n"
    "Examples:\n"
    "  howdah fingerprint 'select * from book where id = 7'\n"
    "  howdah fingerprint --json < schema.sql";

}  // namespace

void add_fingerprint(CLI::App& howdah) {
    auto* command = howdah.add_subcommand("fingerprint", "What statements have in common, whatever their literals");
    const auto given = std::make_shared<fingerprint_arguments>();
    command->add_option("SQL", given->statements, "Statements, or scripts of several (default: standard input)");
    command->add_flag("--json", given->json, "Print a JSON object a statement");
    command->footer(fingerprint_examples);
    command->callback([given] { run(*given); });
}

}  // namespace howdah::tools
