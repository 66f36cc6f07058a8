#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "howdah/blocking/blocking.hpp"
#include "howdah/tools/command.hpp"
#include "howdah/tools/failure.hpp"
#include "howdah/tools/printable.hpp"
#include "howdah/tools/type_roundtrip.hpp"
#include "howdah/tools/words.hpp"
#include "howdah/types/types.hpp"

namespace howdah::tools {
namespace {

struct roundtrip_arguments {
    std::string dsn, file = "-";
    bool quiet = false;
};

struct type_case {
    std::string type, literal;
    int since = 0;  // the first major version that has it
};

struct verdict {
    bool same = false;
    std::string text;  // what the server makes of the value that came back
};

struct counts {
    int passed = 0, failed = 0, skipped = 0;
};

/// `type<TAB>literal`, or with `<TAB>since=14` behind it.
type_case read_case(std::string_view line) {
    const auto tab = line.find('\t');
    if (tab == 0 || tab == std::string_view::npos) throw std::runtime_error{"not type<TAB>literal: " + printable(line)};
    type_case out{.type = std::string{line.substr(0, tab)}, .literal = std::string{line.substr(tab + 1)}};
    constexpr std::string_view mark = "\tsince=";
    if (const auto at = out.literal.rfind(mark); at != std::string::npos) {
        out.since = std::stoi(out.literal.substr(at + mark.size()));
        out.literal.resize(at);
    }
    return out;
}

// The literal is a parameter; only the type's name is pasted, since no parameter can stand for it.
unsafe_sql statement(const std::string& before, const std::string& type, const std::string& behind = "") {
    return unsafe_sql{before + type + behind};
}

void report(std::string_view result, const type_case& c, const std::string& got = "") {
    std::cout << result << '\t' << c.type << '\t' << c.literal;
    if (!got.empty()) std::cout << '\t' << got;
    std::cout << '\n';
}

bool passes(blocking::connection& db, const type_case& c, bool quiet) {
    try {
        const auto value = db.fetch_one<returned>(statement("select $1::text::", c.type), c.literal);
        if (value.failed) {
            report("UNSUPPORTED", c, value.failed.message());
            return false;
        }
        const auto compared = db.fetch_one<verdict>(
            statement("select a.v::text is not distinct from b.v::text, coalesce(a.v::text, 'NULL') from (select $1::",
                      c.type, " as v) a, (select $2::text::" + c.type + " as v) b"),
            value, c.literal);
        if (!compared.same) report("DIFFERENT", c, compared.text);
        else if (!quiet) report("ok", c);
        return compared.same;
    } catch (const error& e) {
        if (!db.open()) throw;
        report("UNSUPPORTED", c, words_of(e));
        return false;
    }
}

counts run_cases(blocking::connection& db, std::istream& in, bool quiet) {
    const auto version = std::stoi(std::string{db.server_parameter("server_version")});
    counts out;
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line.starts_with('#')) continue;
        const auto c = read_case(line);
        if (c.since > version) ++out.skipped;
        else if (passes(db, c, quiet)) ++out.passed;
        else ++out.failed;
    }
    if (in.bad()) throw std::runtime_error{"the cases could not be read"};
    return out;
}

void run(const roundtrip_arguments& given) {
    const auto config = config_of(given.dsn, "howdah types");
    std::ifstream file;
    if (given.file != "-") {
        file.open(given.file);
        if (!file) throw std::runtime_error{"can't read " + given.file};
    }
    blocking::connection db{config};
    const auto result = run_cases(db, given.file == "-" ? std::cin : file, given.quiet);
    std::cout << result.passed << " passed, " << result.failed << " failed";
    if (result.skipped != 0) std::cout << ", " << result.skipped << " skipped";
    std::cout << '\n' << std::flush;
    if (!std::cout) throw std::runtime_error{"the output could not be written"};
    if (result.failed != 0) throw exit_now{exit_status::failed};
}

constexpr const char* types_examples =
    "Each line is a type, a tab and a literal of it; behind another tab may stand since=14, the first major version\n"
    "that has it. The value is fetched in binary, decoded to its C++ type, encoded, sent back, and compared by the\n"
    "server. Prints ok, DIFFERENT or UNSUPPORTED for each; the last line counts. Exit status 1 if one is not ok.\n"
    "Examples:\n"
    "  printf 'numeric\\t1e-16383\\nint4[]\\t{1,NULL}\\n' | howdah types roundtrip service=app\n"
    "  howdah types roundtrip postgresql://app@localhost/app tests/types/roundtrip_cases.tsv --quiet";

}  // namespace

void add_types(CLI::App& howdah) {
    auto* types = howdah.add_subcommand("types", "What becomes of PostgreSQL's types");
    types->require_subcommand(1);
    auto* command = types->add_subcommand("roundtrip", "Send values there and back, and have the server compare them");
    const auto given = std::make_shared<roundtrip_arguments>();
    command->add_option("DSN", given->dsn, "Where: a URI or key=value pairs, as libpq reads them")->required();
    command->add_option("FILE", given->file, "The values; - is standard input (default: -)");
    command->add_flag("--quiet", given->quiet, "Print no line for a value that is ok");
    command->footer(types_examples);
    command->callback([given] {
        given->dsn = unmarked(given->dsn);
        given->file = unmarked(given->file);
        run(*given);
    });
}

}  // namespace howdah::tools
