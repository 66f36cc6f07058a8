#include <CLI/CLI.hpp>

#include <csignal>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "howdah/tools/command.hpp"
#include "howdah/tools/copy.hpp"
#include "howdah/tools/duration.hpp"
#include "howdah/tools/words.hpp"

namespace howdah::tools {
namespace {

const std::map<std::string, data_format> format_names{
    {"csv", data_format::csv}, {"text", data_format::text}, {"binary", data_format::binary}};

/// As they are typed.
struct copy_words {
    copy_arguments read;
    std::string format = "csv", columns, delimiter, null, quote, escape, encoding, timeout, state;
    std::uint64_t chunk = 0;

    copy_arguments arguments(const CLI::App& command);
};

// A shell makes it hard to type a tab.
std::string with_tab(const std::string& text) { return text == "\\t" ? "\t" : text; }

copy_arguments copy_words::arguments(const CLI::App& command) {
    auto out = read;
    for (auto* word : {&out.dsn, &out.what, &out.file}) *word = unmarked(*word);
    const auto given = [&](const char* option, const std::string& value) -> std::optional<std::string> {
        return command.count(option) == 0 ? std::nullopt : std::optional{value};
    };
    out.layout.format = format_names.at(format);
    out.layout.columns = columns;
    out.layout.delimiter = given("--delimiter", with_tab(delimiter));
    out.layout.null = given("--null", null);
    out.layout.quote = given("--quote", quote);
    out.layout.escape = given("--escape", escape);
    out.layout.encoding = given("--encoding", encoding);
    out.mask.read();
    if (!timeout.empty()) out.timeout = *read_duration(timeout);
    out.state = state;
    if (chunk != 0) out.chunk = chunk;
    if (const auto flaw = out.layout.flaw(); !flaw.empty()) throw CLI::ValidationError{flaw};
    if (!out.mask.empty() && (out.layout.format == data_format::binary || out.layout.encoding))
        throw CLI::ValidationError{"--mask", "what is masked is csv or text, in UTF-8"};
    if (out.chunk && out.layout.encoding)
        throw CLI::ValidationError{"--chunk", "cuts what is UTF-8, so it goes without --encoding"};
    return out;
}

void add_options(CLI::App& command, copy_words& given) {
    std::vector<std::string> names;
    for (const auto& [name, value] : format_names) names.push_back(name);
    const auto add = [&](const char* name, std::string& value, const char* description) {
        return command.add_option(name, value, description)->transform(unmarked);
    };
    add("--format", given.format, "Of the data (default: csv)")->check(CLI::IsMember(names));
    command.add_flag("--header", given.read.layout.header, "The first line has the columns' names");
    add("--columns", given.columns, "Columns of the data, in their order: a,b,\"C d\" (default: all)");
    add("--delimiter", given.delimiter, "Between values: one character, or \\t (default: , in csv, a tab in text)");
    add("--null", given.null, "What stands for NULL (default: nothing in csv, \\N in text)");
    add("--quote", given.quote, "Around values, in csv (default: \")");
    add("--escape", given.escape, "In front of a quote inside of quotes, in csv (default: the quote)");
    add("--encoding", given.encoding, "Of the data, in PostgreSQL's words: LATIN1 (default: UTF8)");
    add("--timeout", given.timeout, "How long the server may be silent: 500ms, 5s, 1m (default: any time)")
        ->check(duration_error);
    command.add_flag("--quiet", given.read.quiet, "Report no progress");
}

constexpr const char* in_examples =
    "All is stored or, with exit status 1, nothing is; with --chunk, whole chunks are. Of what the server refuses, "
    "line "
    "and\n"
    "column are told. With --state, the same command goes on where the last run ended, whatever ended it, and neither\n"
    "doubles a row nor leaves one out; what is stored of FILE must not change, a line behind that may be corrected.\n"
    "Examples:\n"
    "  howdah copy in service=app book books.csv --header\n"
    "  howdah copy in service=app shop.price - --format text --columns 'book, cents' <prices.tsv\n"
    "  howdah copy in service=app event events.csv --chunk 100000 --state events.state";

constexpr const char* out_examples =
    "A file is there when all of it is: until then it is FILE.part.\n"
    "Examples:\n"
    "  howdah copy out service=app book books.csv --header\n"
    "  howdah copy out service=app 'select id, title from book where price > 10' - --delimiter '\\t' | sort\n"
    "  howdah copy out service=app users users.csv --mask email=hash --mask-key-env MASK_KEY\n"
    "  howdah copy out service=app shop.price prices.bin --format binary";

/// `howdah copy in` or `howdah copy out`.
std::shared_ptr<copy_words> add_direction(CLI::App& command, const char* what, const char* file, const char* examples,
                                          void (*run)(const copy_arguments&)) {
    auto given = std::make_shared<copy_words>();
    command.add_option("DSN", given->read.dsn, "Where: a URI or key=value pairs, as libpq reads them")->required();
    command.add_option("TABLE", given->read.what, what)->required();
    command.add_option("FILE", given->read.file, file)->required();
    add_options(command, *given);
    command.footer(examples);
    command.callback([given, run, &command] {
        std::signal(SIGPIPE, SIG_IGN);  // a closed pipe, and a file over its limit, are errors as others are
        std::signal(SIGXFSZ, SIG_IGN);
        run(given->arguments(command));
    });
    return given;
}

}  // namespace

void add_copy(CLI::App& howdah) {
    auto* command = howdah.add_subcommand("copy", "Move a table's data in bulk, by COPY");
    command->require_subcommand(1);
    auto* in = command->add_subcommand("in", "Store a file's rows in a table");
    const auto given =
        add_direction(*in, "Its name, as SQL spells it", "The data; - is the standard input", in_examples, copy_in);
    auto* chunk = in->add_option("--chunk", given->chunk, "Store so many rows at once, each time in a transaction")
                      ->transform(unmarked)
                      ->check(CLI::PositiveNumber);
    in->add_option("--state", given->state, "A file that keeps how much is stored, to go on from there")
        ->transform(unmarked)
        ->needs(chunk);
    auto* out = command->add_subcommand("out", "Write a table, or what a query gives, to a file");
    add_direction(*out, "A table's name as SQL spells it, or a query", "Where to; - is the standard output",
                  out_examples, copy_out)
        ->read.mask.add_to(*out);
}

}  // namespace howdah::tools
