#include <CLI/CLI.hpp>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "howdah/base/error.hpp"
#include "howdah/observe/audit/verify.hpp"
#include "howdah/tools/command.hpp"
#include "howdah/tools/printable.hpp"

namespace howdah::tools {
namespace {

struct verify_arguments {
    std::vector<std::string> files;
    std::string key_variable, last;
};

secret_string key_of(const std::string& variable) {
    if (variable.empty()) return {};
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr || *value == '\0') throw CLI::ValidationError("--key-env", variable + " is not set");
    return secret_string{value};
}

void fail(const std::string& words) {
    std::cerr << printable(words) << '\n';
    throw exit_now{exit_status::failed};
}

void verify(const verify_arguments& given) {
    const auto v = verify_audit_trail(given.files, key_of(given.key_variable));
    if (v.flaw) fail(v.flaw->file + ':' + std::to_string(v.flaw->line) + ": " + v.flaw->what);
    if (v.lines == 0) fail(given.files.front() + ": there is no line");
    std::cout << v.lines << " lines are sound, numbers " << v.first << " to " << v.last.number
              << "; the last has the hash\n"
              << v.last.hash << '\n';
    if (v.first != 1) std::cout << "The trail began before: " << v.first - 1 << " lines are elsewhere.\n";
    if (!v.closed)
        std::cout << "It was not closed: it is being written, its program was killed, or lines are missing.\n";
    if (!given.last.empty() && given.last != v.last.hash)
        fail("the last line is another one: the end was cut off or replaced");
}

constexpr const char* audit_examples =
    "Files of one trail stand in the order in which they were written: PATH.1, PATH.2, ..., PATH.\n"
    "Prints the first line that was changed, cut off, moved or whose neighbour is missing, as FILE:LINE, and exits "
    "with 1.\n"
    "Lines that were cut off at the end of the last file can only be seen by the hash that was last, kept elsewhere.\n"
    "Examples:\n"
    "  howdah audit verify /var/log/shop/audit.1 /var/log/shop/audit\n"
    "  howdah audit verify --key-env AUDIT_KEY audit";

}  // namespace

void add_audit(CLI::App& howdah) {
    auto* audit = howdah.add_subcommand("audit", "Audit trails");
    audit->require_subcommand(1);
    auto given = std::make_shared<verify_arguments>();
    auto* command = audit->add_subcommand("verify", "Check that nothing in an audit trail was changed");
    command->add_option("FILE", given->files, "The trail's files, the oldest first")->required();
    command->add_option("--key-env", given->key_variable, "The environment variable that holds the trail's key");
    command->add_option("--last", given->last, "The hash that the last line must have");
    command->footer(audit_examples);
    command->callback([given] { verify(*given); });
}

}  // namespace howdah::tools
