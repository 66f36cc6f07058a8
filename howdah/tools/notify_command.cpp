#include <CLI/CLI.hpp>

#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "howdah/blocking/blocking.hpp"
#include "howdah/tools/command.hpp"
#include "howdah/tools/failure.hpp"
#include "howdah/tools/words.hpp"

namespace howdah::tools {
namespace {

struct notify_arguments {
    std::string dsn, channel, payload;
};

// A line's end, which echo and editors add, is no part of it.
std::string payload_of(const std::string& word) {
    if (word != "-") return word;
    std::string text{std::istreambuf_iterator{std::cin}, {}};
    if (text.ends_with('\n')) text.pop_back();
    return text;
}

void run(const notify_arguments& given) {
    const auto config = config_of(given.dsn, "howdah notify");
    const auto payload = payload_of(given.payload);
    howdah::core::require_notifiable(given.channel, payload);
    blocking::connection db{config};
    db.notify(given.channel, payload);
}

constexpr const char* notify_examples =
    "A payload has less than 8000 bytes. The line's end at the end of what is read is no part of it.\n"
    "Examples:\n"
    "  howdah notify service=app orders 7\n"
    "  howdah notify service=app orders '{\"id\": 7}'\n"
    "  jq -c .order <order.json | howdah notify service=app orders -";

}  // namespace

void add_notify(CLI::App& howdah) {
    auto* command = howdah.add_subcommand("notify", "Tell all who listen on a channel");
    const auto given = std::make_shared<notify_arguments>();
    command->add_option("DSN", given->dsn, "Where: a URI or key=value pairs, as libpq reads them")->required();
    command->add_option("CHANNEL", given->channel, "Its name, as it is")->required();
    command->add_option("PAYLOAD", given->payload, "What to tell; - reads the standard input (default: nothing)");
    command->footer(notify_examples);
    command->callback([given] {
        for (auto* word : {&given->dsn, &given->channel, &given->payload}) *word = unmarked(*word);
        run(*given);
    });
}

}  // namespace howdah::tools
