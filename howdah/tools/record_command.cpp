#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "howdah/sim/record/record_server.hpp"
#include "howdah/tools/command.hpp"
#include "howdah/tools/interruption.hpp"
#include "howdah/tools/printable.hpp"
#include "howdah/tools/reception_words.hpp"
#include "howdah/tools/words.hpp"

namespace howdah::tools {
namespace {

struct record_arguments {
    std::vector<std::string> listen;
    std::string upstream, cassette;
    reception_words reception;
    bool dry_run = false;
};

// Whoever reaches the address of a recorder that trusts has the upstream's rights.
void refuse_trusting_a_network(const record_arguments& given, const sim::record_server& server) {
    if (!given.reception.trusts()) return;
    for (const auto& place : server.places())
        if (place.host != "::1" && !place.host.starts_with("127.") && place.host[0] != '/' && place.host[0] != '@')
            throw CLI::ValidationError{"--auth", "trust is for addresses of this machine only, and " + place.host +
                                                     " is none: choose scram-sha-256 with --users, or pass-through"};
}

void print(const sim::recorder_report& report, const record_arguments& given) {
    std::cerr << "recorded " << report.sessions << (report.sessions == 1 ? " session, " : " sessions, ") << report.bytes
              << " bytes, into " << given.cassette << '\n';
    for (const auto& [what, times] : report.losses) std::cerr << "not recorded: " << what << " (" << times << ")\n";
}

void run(const record_arguments& given) {
    const interruption interrupted;
    const auto heard_by = given.dry_run ? nullptr : std::make_shared<sim::recorder>(given.cassette);
    {
        sim::record_options options;
        options.listen = given.listen;
        options.upstream = given.upstream;
        options.reception = given.reception.options();
        options.report = [](const std::string& what) { std::cerr << "howdah: " + printable(what) + '\n'; };
        sim::record_server server{std::move(options), heard_by};
        refuse_trusting_a_network(given, server);
        for (const auto& place : server.places())
            std::cout << "host=" << place.host << " port=" << place.port << '\n' << std::flush;
        const std::stop_callback stops{interrupted.token(), [&server] { server.stop(); }};
        server.run();
    }
    if (heard_by) print(heard_by->finish(), given);
}

constexpr const char* record_examples =
    "Clients connect to the address as they would to the server; what both say passes unchanged, and is written to "
    "the\n"
    "folder at the end (Ctrl-C, SIGTERM) and whenever no client is connected. Prints host= and port= of each address.\n"
    "What the connection string says of user, password and database holds for every client; what it leaves out is the\n"
    "client's own, its password from --users or by --auth pass-through.\n"
    "Examples:\n"
    "  howdah record --listen :6543 --upstream service=app --cassette tests/cassettes/orders\n"
    "  howdah record --listen 0.0.0.0:6543 --auth scram-sha-256 --users users.txt --tls-cert c.pem --tls-key k.pem\\\n"
    "      --upstream 'host=db sslmode=verify-full' --cassette orders";

}  // namespace

void add_record(CLI::App& howdah) {
    auto* command = howdah.add_subcommand("record", "Stand between clients and a server, and record what they say");
    const auto given = std::make_shared<record_arguments>();
    command->add_option("--listen", given->listen, "HOST:PORT, :PORT (this machine only) or /FOLDER:PORT; port 0: any")
        ->required()
        ->allow_extra_args(false);
    command->add_option("--upstream", given->upstream, "The server: a URI or key=value pairs, as libpq reads them")
        ->required();
    auto* cassette =
        command->add_option("--cassette", given->cassette, "The folder to record into; made if it is missing");
    auto* dry_run = command->add_flag("--dry-run", given->dry_run, "Relay, and record nothing");
    cassette->excludes(dry_run);
    given->reception.add_to(*command, reception_words::methods::of_a_recorder);
    command->footer(record_examples);
    command->callback([given] {
        for (auto* text : {&given->upstream, &given->cassette}) *text = unmarked(*text);
        for (auto& address : given->listen) address = unmarked(address);
        if (given->cassette.empty() && !given->dry_run) throw CLI::RequiredError{"--cassette (or --dry-run)"};
        run(*given);
    });
}

}  // namespace howdah::tools
