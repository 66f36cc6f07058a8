#include "howdah/tools/table.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/tools/printable.hpp"
#include "howdah/types/types.hpp"

namespace howdah::tools {
namespace {

constexpr std::size_t narrowest_cut = 8;  // a value that is cut to less says nothing
constexpr std::size_t around_columns = 2, between_columns = 3;

bool is_number(oid type) {
    return type == oids::int2 || type == oids::int4 || type == oids::int8 || type == oids::float4 ||
           type == oids::float8 || type == oids::numeric || type == oids::money || type == oids::oid;
}

std::string cell(const field_view& value) { return value.is_null() ? "NULL" : printable(value.content().text()); }

struct table_column {
    std::string name;
    bool right;
    std::size_t width;
};

std::vector<table_column> columns_of(const result& rows) {
    std::vector<table_column> out;
    for (const auto& c : rows.columns()) {
        auto name = printable(c.name);
        const auto width = width_of(name);
        out.push_back({.name = std::move(name), .right = is_number(c.type), .width = width});
    }
    for (const auto row : rows)
        for (std::size_t i = 0; i < out.size(); ++i) out[i].width = std::max(out[i].width, width_of(cell(row[i])));
    return out;
}

std::size_t total_width(const std::vector<table_column>& columns, std::size_t most) {
    std::size_t out = around_columns + between_columns * (columns.size() - 1);
    for (const auto& c : columns) out += std::min(c.width, most);
    return out;
}

// Cuts the widest columns, all to the same width. False: even then they would not fit.
bool fit(std::vector<table_column>& columns, std::size_t width) {
    if (width == any_width || total_width(columns, any_width) <= width) return true;
    if (total_width(columns, narrowest_cut) > width) return false;
    auto most = narrowest_cut;
    while (total_width(columns, most + 1) <= width) ++most;
    for (auto& c : columns) c.width = std::min(c.width, most);
    return true;
}

void append_cell(std::string& line, std::string_view text, const table_column& c, bool last) {
    const auto shown = cut_to(text, c.width);
    const std::string space(c.width - width_of(shown), ' ');
    line += ' ';
    line += c.right ? space + shown : shown;
    if (!last) (c.right ? line : line += space).append(" |");
}

void write_side_by_side(std::ostream& out, const result& rows, const std::vector<table_column>& columns) {
    std::string head, rule;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        append_cell(head, columns[i].name, columns[i], i + 1 == columns.size());
        rule.append(i == 0 ? "" : "+").append(columns[i].width + 2, '-');
    }
    out << head << '\n' << rule << '\n';
    for (const auto row : rows) {
        std::string line;
        for (std::size_t i = 0; i < columns.size(); ++i)
            append_cell(line, cell(row[i]), columns[i], i + 1 == columns.size());
        out << line << '\n';
    }
}

void write_one_below_the_other(std::ostream& out, const result& rows, const std::vector<table_column>& columns) {
    std::size_t widest = 0, number = 0;
    for (const auto& c : columns) widest = std::max(widest, width_of(c.name));
    for (const auto row : rows) {
        out << "-- row " << ++number << '\n';
        for (std::size_t i = 0; i < columns.size(); ++i)
            out << ' ' << columns[i].name << std::string(widest - width_of(columns[i].name), ' ') << " | "
                << cell(row[i]) << '\n';
    }
}

}  // namespace

std::size_t output_width() {
    std::size_t width = 0;
    if (const char* given = std::getenv("COLUMNS"); given != nullptr) {
        const std::string_view text{given};
        std::from_chars(text.data(), text.data() + text.size(), width);
    }
    winsize terminal{};
    if (width == 0 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &terminal) == 0) width = terminal.ws_col;
    return width == 0 ? any_width : width;
}

void write_table(std::ostream& out, const result& rows, std::size_t width) {
    if (!rows.columns().empty()) {
        auto columns = columns_of(rows);
        if (fit(columns, width)) {
            write_side_by_side(out, rows, columns);
        } else {
            write_one_below_the_other(out, rows, columns);
        }
        out << '(' << rows.size() << (rows.size() == 1 ? " row)\n" : " rows)\n");
    }
    if (!rows.command_tag().empty() && !rows.command_tag().starts_with("SELECT")) out << rows.command_tag() << '\n';
}

}  // namespace howdah::tools
