#include "howdah/tools/cassette_listing.hpp"

#include <ostream>
#include <string_view>

#include "howdah/tools/printable.hpp"
#include "howdah/types/builtin_types.hpp"

namespace howdah::tools {
namespace {

constexpr std::uint64_t most_rows = 50;

std::string values_of(const sim::interaction_key& key) {
    std::string out;
    std::size_t position = 0;
    for (const auto* values : {&key.parameters, &key.statement.literals})
        for (const auto& value : *values)
            out.append(out.empty() ? "$" : " $")
                .append(std::to_string(++position))
                .append("=")
                .append(sim::shown(value));
    return out;
}

void print_rows(std::ostream& out, const sim::cassette& tape, const sim::recorded_rows& rows) {
    sim::row_reader reader{tape, rows};
    std::uint64_t printed = 0;
    for (sim::recorded_row row; printed < most_rows && reader.next(row); ++printed) {
        std::string line;
        for (const auto& value : row) line.append(line.empty() ? "" : " | ").append(sim::shown(value));
        out << "    " << line << '\n';
    }
    if (rows.count > printed) out << "    ... " << rows.count - printed << " more rows\n";
}

void print_columns(std::ostream& out, const std::vector<sim::recorded_column>& columns) {
    std::string line;
    for (const auto& c : columns) {
        const auto type = type_name(c.type);
        line.append(line.empty() ? "" : " | ").append(printable(c.name)).append(" ");
        line.append(type.empty() ? "oid " + std::to_string(static_cast<std::uint32_t>(c.type)) : std::string{type});
    }
    out << "    " << line << '\n';
}

void print_message(std::ostream& out, const char* what, const server_message& m) {
    out << "    " << what << ' ' << printable(m.severity + ' ' + std::string{m.code.text()} + ": " + m.message) << '\n';
}

void print_result(std::ostream& out, const sim::cassette& tape, const sim::recorded_result& result) {
    if (result.columns) {
        print_columns(out, *result.columns);
        print_rows(out, tape, result.rows);
    }
    if (result.copy) {
        out << "    COPY " << (result.copy->where == sim::recorded_copy::direction::in ? "in" : "out") << '\n';
        print_rows(out, tape, result.copy->data);
    }
    if (!result.tag.empty()) out << "    " << printable(result.tag) << '\n';
}

void print_answer(std::ostream& out, const sim::cassette& tape, const sim::answer& given) {
    for (const auto& notice : given.notices) print_message(out, "notice", notice);
    for (const auto& one : given.notifications)
        out << "    notification " << printable(one.channel) << ": " << printable(one.payload) << '\n';
    for (const auto& [name, value] : given.parameters)
        out << "    " << printable(name) << " = " << printable(value) << '\n';
    for (const auto& result : given.results) print_result(out, tape, result);
    if (given.error) print_message(out, "error", *given.error);
}

}  // namespace

std::string line_of(const std::string& name, const sim::interaction& one) {
    return name + '\t' + std::to_string(one.use_count()) + '\t' + cut_to(printable(one.key.statement.text), 120) +
           '\t' + cut_to(printable(values_of(one.key)), 120);
}

void print_whole(std::ostream& out, const sim::cassette& tape, const std::string& name) {
    const auto one = tape.load(name);
    out << name << '\n' << "  " << printable(one->key.statement.text) << '\n';
    if (const auto values = values_of(one->key); !values.empty()) out << "  " << values << '\n';
    std::uint64_t number = 1;
    for (const auto& use : one->uses) {
        out << "  use " << number;
        if (use.times > 1) out << " to " << number + use.times - 1;
        if (use.given.duration.count() != 0) out << ", " << use.given.duration.count() << " us";
        out << '\n';
        print_answer(out, tape, use.given);
        number += use.times;
    }
}

}  // namespace howdah::tools
