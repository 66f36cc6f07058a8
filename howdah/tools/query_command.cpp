#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "howdah/blocking/blocking.hpp"
#include "howdah/tools/command.hpp"
#include "howdah/tools/duration.hpp"
#include "howdah/tools/failure.hpp"
#include "howdah/tools/masks.hpp"
#include "howdah/tools/notice_printer.hpp"
#include "howdah/tools/query_output.hpp"
#include "howdah/tools/table.hpp"
#include "howdah/tools/words.hpp"
#include "howdah/types/text.hpp"

namespace howdah::tools {
namespace {

const std::map<std::string, output_format> output_format_names{{"table", output_format::table},
                                                               {"json", output_format::json},
                                                               {"ndjson", output_format::ndjson},
                                                               {"csv", output_format::csv}};

struct query_arguments {
    std::string dsn, sql;
    std::vector<std::string> parameters;
    std::string format = "table";
    std::string timeout;
    masks mask;
};

/// Every column as PostgreSQL writes it.
class text_rows final : public core::row_sink {
public:
    using answer = result;
    answer take() { return std::move(rows_); }

    bool needs_description() const noexcept override { return false; }
    bool uses_catalog() const noexcept override { return true; }
    std::span<const format> first_formats() const noexcept override { return {}; }
    void choose_formats(std::span<const column>, std::span<format> out) override {
        std::ranges::fill(out, format::text);
    }
    std::optional<error> describe(const column_list& columns) override {
        rows_.describe(columns);
        return std::nullopt;
    }
    std::error_code rows(bytes_view frames, std::uint32_t count) override { return rows_.append_rows(frames, count); }
    void complete(command_result&& done) override { rows_.complete(std::move(done)); }
    void clear() noexcept override { rows_.clear(); }

private:
    result rows_;
};

/// Text fits a parameter of any type.
struct text_parameters {
    const std::vector<std::string>& values;
    std::vector<parameter_view> views() const {
        std::vector<parameter_view> out;
        for (const auto& v : values) out.push_back({&v, &parameter_codec_of<std::string>});
        return out;
    }
};

void write(const query_arguments& given, const result& rows) {
    switch (output_format_names.at(given.format)) {
        case output_format::table: write_table(std::cout, rows, output_width()); break;
        case output_format::json: write_json(std::cout, rows); break;
        case output_format::ndjson: write_ndjson(std::cout, rows); break;
        case output_format::csv: write_csv(std::cout, rows); break;
    }
    std::cout.flush();
    if (!std::cout) throw std::runtime_error{"the output could not be written"};
}

void run(const query_arguments& given) {
    auto config = config_of(given.dsn, "howdah query");
    std::optional<std::chrono::milliseconds> timeout;
    if (!given.timeout.empty()) {
        timeout = read_duration(given.timeout);
        if (timeout->count() > 0 && (config.connect_timeout.count() == 0 || config.connect_timeout > *timeout))
            config.connect_timeout = *timeout;
    }
    try {
        blocking::connection db{config, std::make_shared<notice_printer>()};
        auto server = db.target();
        server.options.timeout = timeout;
        const auto rows = blocking::detail::target::run<text_rows>(server, statement_text{unsafe_sql{given.sql}},
                                                                   text_parameters{given.parameters});
        if (given.mask.empty()) write(given, rows);
        else write(given, given.mask.masked(db, rows));
    } catch (const error& e) {
        if (e.code() != errc::wrong_parameter_count) throw;
        std::cerr << "howdah: " << words_of(e) << '\n';
        throw exit_now{exit_status::bad_usage};
    }
}

constexpr const char* query_examples =
    "Each PARAM is the text of $1, $2, ..., whatever its type; behind -- it may begin with a hyphen.\n"
    "Formats: table, fitted to the terminal (or to COLUMNS); json, one line with an array of objects; ndjson, an "
    "object\n"
    "a line; csv, with a header, by RFC 4180. In JSON int and float are numbers, json and arrays are themselves, and\n"
    "all else is a string as PostgreSQL writes it: numeric, NaN and Infinity too.\n"
    "A mask by name fits the column as the result or as its table calls it; what is computed from a column has its own "
    "name only.\n"
    "Examples:\n"
    "  howdah query 'host=/run/postgresql dbname=app' 'select now()'\n"
    "  howdah query postgresql://app@localhost/app 'select * from book where id = $1' 7 --format json\n"
    "  howdah query service=app 'select * from book where price < any($1)' '{10,20}' --format csv >books.csv\n"
    "  howdah query service=app 'select pg_sleep($1)' 60 --timeout 500ms\n"
    "  howdah query service=app 'select * from users' --mask email=partial --mask users.phone --mask type:bytea=null\n"
    "  howdah query service=app 'select $1::float8' -- -Infinity";

}  // namespace

void add_query(CLI::App& howdah) {
    auto* command = howdah.add_subcommand("query", "Run one statement and print what it gives");
    const auto given = std::make_shared<query_arguments>();
    command->add_option("DSN", given->dsn, "Where: a URI or key=value pairs, as libpq reads them")->required();
    command->add_option("SQL", given->sql, "The statement; values belong into PARAM, as $1, $2, ...")->required();
    command->add_option("PARAM", given->parameters, "The values of $1, $2, ..., as text");
    std::vector<std::string> names;
    for (const auto& [name, value] : output_format_names) names.push_back(name);
    command->add_option("--format", given->format, "How rows are printed (default: table)")
        ->transform(unmarked)
        ->check(CLI::IsMember(names));
    command
        ->add_option("--timeout", given->timeout,
                     "How long connecting to an address, and the statement, may take: 500ms, 5s, 1m; 0s: any time")
        ->transform(unmarked)
        ->check(duration_error);
    given->mask.add_to(*command);
    command->footer(query_examples);
    command->callback([given] {
        given->dsn = unmarked(given->dsn);
        given->sql = unmarked(given->sql);
        for (auto& value : given->parameters) value = unmarked(value);
        given->mask.read();
        run(*given);
    });
}

}  // namespace howdah::tools
