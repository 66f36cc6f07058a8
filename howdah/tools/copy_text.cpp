#include "howdah/tools/copy_text.hpp"

#include <CLI/Error.hpp>

#include <span>
#include <string_view>
#include <vector>

#include "howdah/sql/identifier.hpp"
#include "howdah/sql/sql.hpp"
#include "howdah/tools/names.hpp"

namespace howdah::tools {
namespace {

// Whatever standard_conforming_strings says.
std::string literal(std::string_view text) {
    std::string out = "E'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') out += c;
        out += c;
    }
    return out += '\'';
}

std::string_view name_of(data_format format) {
    switch (format) {
        case data_format::text: return "text";
        case data_format::csv: return "csv";
        case data_format::binary: return "binary";
    }
    return {};
}

std::optional<std::string> table_of(const std::string& text) {
    const auto names = read_names(text, '.');
    if (!names || names->size() > 3) return std::nullopt;
    std::string out;
    for (const auto& n : *names) out.append(out.empty() ? "" : ".").append(quoted_identifier(n));
    return out;
}

std::string columns_of(const copy_layout& layout) {
    if (layout.columns.empty()) return {};
    const auto names = read_names(layout.columns, ',');
    const std::vector<std::string_view> views(names->begin(), names->end());
    return " (" + quoted_list(views) + ')';
}

std::string options_of(const copy_layout& layout) {
    std::string out{" (format "};
    out.append(name_of(layout.format));
    if (layout.header) out.append(", header");
    const auto add = [&](const char* name, const std::optional<std::string>& value) {
        if (value) out.append(", ").append(name).append(" ").append(literal(*value));
    };
    add("delimiter", layout.delimiter);
    add("null", layout.null);
    add("quote", layout.quote);
    add("escape", layout.escape);
    add("encoding", layout.encoding);
    return out += ')';
}

bool is_other_than_one_character(const std::optional<std::string>& text) { return text && text->size() != 1; }

}  // namespace

std::string copy_layout::flaw() const {
    if (!columns.empty() && !read_names(columns, ',')) return "--columns: not a list of names such as a,b,\"C d\"";
    if (is_other_than_one_character(delimiter) || is_other_than_one_character(quote) ||
        is_other_than_one_character(escape))
        return "--delimiter, --quote and --escape are one character of one byte each";
    if (format == data_format::binary && (header || delimiter || null))
        return "the binary format has no --header, --delimiter or --null";
    if (format != data_format::csv && (quote || escape)) return "--quote and --escape are of --format csv";
    return {};
}

record_rules copy_layout::rules() const {
    record_rules out{.format = format};
    if (quote) out.quote = out.escape = (*quote)[0];
    if (escape) out.escape = (*escape)[0];
    return out;
}

std::string copy_in_text(const std::string& table, const copy_layout& layout, header_line header) {
    const auto name = table_of(table);
    if (!name)
        throw CLI::ValidationError{
            "TABLE", '"' + table + "\" is no table's name as SQL spells it: books, shop.books or '\"Odd Name\"'"};
    auto rest = layout;
    rest.header = layout.header && header == header_line::in_data;
    return "copy " + *name + columns_of(layout) + " from stdin" + options_of(rest);
}

std::string copy_query(const std::string& what, const copy_layout& layout) {
    const auto name = table_of(what);
    if (!name) return what;
    auto columns = columns_of(layout);
    if (columns.empty()) return "select * from " + *name;
    columns = columns.substr(2, columns.size() - 3);  // without " (" and ")"
    return "select " + columns + " from " + *name;
}

std::string copy_out_text(const std::string& what, const copy_layout& layout) {
    if (const auto name = table_of(what))
        return "copy " + *name + columns_of(layout) + " to stdout" + options_of(layout);
    if (!layout.columns.empty()) throw CLI::ValidationError{"--columns", "a query names its columns itself"};
    if (statement_text{unsafe_sql{what}}.outline().several_statements)
        throw CLI::ValidationError{"TABLE", "several statements: one SELECT is what can be copied"};
    // The line's end ends a comment that the query may end with.
    return "copy (" + what + "\n) to stdout" + options_of(layout);
}

}  // namespace howdah::tools
