#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <string>

#include "howdah/base/error.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/tools/command.hpp"

namespace howdah::tools {
namespace {

struct conninfo_arguments {
    std::string dsn;
    bool given_only = false;
    bool no_environment = false;
    bool show_password = false;
};

void print(const conninfo_arguments& given) {
    try {
        const auto info = given.given_only ? read_conninfo(given.dsn)
                                           : resolve_conninfo(given.dsn, {.use_environment = !given.no_environment});
        std::cout << conninfo_json(info, {.show_password = given.show_password}) << '\n';
    } catch (const error& e) {
        throw CLI::ValidationError{"DSN", e.what()};
    }
}

}  // namespace

void add_conninfo(CLI::App& howdah) {
    auto* command = howdah.add_subcommand("conninfo", "Print what a connection string means, as JSON");
    const auto given = std::make_shared<conninfo_arguments>();
    command->add_option("DSN", given->dsn, "A URI or key=value pairs, as libpq reads them; '' for all the defaults")
        ->required();
    command->add_flag("--given", given->given_only, "Only what stands in DSN itself");
    command->add_flag("--no-env", given->no_environment, "Leave out the environment's PGHOST, PGUSER and their like");
    command->add_flag("--show-password", given->show_password, "Print secrets; otherwise they are ********");
    command->footer(
        "One object, keyed by libpq's keywords in libpq's order; every value is a string. Nothing is connected to.\n"
        "Examples:\n"
        "  howdah conninfo postgresql://app@db1,db2:5433/app?sslmode=verify-full\n"
        "  howdah conninfo --given 'host=/run/postgresql user=app'\n"
        "  howdah conninfo --no-env ''");
    command->callback([given] { print(*given); });
}

}  // namespace howdah::tools
