#include <CLI/CLI.hpp>

#include <algorithm>
#include <exception>
#include <iostream>
#include <sstream>
#include <utility>

#include "howdah/tools/command.hpp"
#include "howdah/tools/failure.hpp"
#include "howdah/tools/words.hpp"

namespace howdah::tools {
namespace {

constexpr auto commands = {add_query,    add_copy,        add_listen,  add_notify, add_doctor,    add_cluster,
                           add_top,      add_conninfo,    add_audit,   add_auth,   add_record,    add_replay,
                           add_cassette, add_fingerprint, add_sandbox, add_types,  add_completion};

constexpr const char* command_examples =
    "Examples:\n"
    "  howdah query service=app 'select * from book where id = $1' 7\n"
    "  howdah copy in service=app book books.csv --header\n"
    "  howdah listen service=app orders --json\n"
    "  howdah doctor postgresql://app@localhost/app\n"
    "  howdah cluster status postgresql://app@db1,db2,db3/app --watch\n"
    "  howdah top service=app\n"
    "  howdah conninfo 'host=db1,db2 user=app'\n"
    "  howdah sandbox start --tls --json      a throwaway PostgreSQL server\n"
    "  howdah sandbox stop --all\n"
    "  howdah replay --listen :6543 --cassette tapes\n"
    "  howdah cassette ls tests/cassette       what was recorded\n"
    "  howdah fingerprint 'select * from book where id = 7'\n"
    "  howdah completion bash                 for your shell's start-up file\n"
    "Each command has its own --help. Exit status: 0 done, 1 a server or connection error, 2 bad usage.\n"
    "replay: 3 drift.";

int run(int argc, char** argv) {
    CLI::App howdah{"Howdah: a PostgreSQL client", "howdah"};
    howdah.set_version_flag("--version", "howdah " HOWDAH_VERSION);
    howdah.set_help_all_flag("--help-all", "Print the help of every command and exit");
    howdah.require_subcommand(1);
    howdah.footer(command_examples);
    for (const auto add : commands) add(howdah);
    try {
        auto words = marked_words(argc, argv);
        std::ranges::reverse(words);  // as CLI11 takes them
        howdah.parse(std::move(words));
        return static_cast<int>(exit_status::done);
    } catch (const CLI::ParseError& e) {
        std::ostringstream words;
        const bool asked_for = howdah.exit(e, std::cout, words) == 0;  // --help and --version are no errors
        std::cerr << without_marks(words.str());
        return static_cast<int>(asked_for ? exit_status::done : exit_status::bad_usage);
    } catch (const exit_now& e) {
        return static_cast<int>(e.status);
    } catch (const error& e) {
        std::cerr << "howdah: " << words_of(e) << '\n';
        return static_cast<int>(exit_status::failed);
    }
}

}  // namespace
}  // namespace howdah::tools

int main(int argc, char** argv) {
    try {
        return howdah::tools::run(argc, argv);
    } catch (const std::exception& e) {
        std::cerr << "howdah: " << e.what() << '\n';
        return static_cast<int>(howdah::tools::exit_status::failed);
    }
}
