#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <utility>

#include "howdah/sim/detail/interaction_json.hpp"
#include "howdah/sim/detail/json_writer.hpp"
#include "howdah/sim/detail/names.hpp"

namespace howdah::sim {
namespace {

// An object's members, in the order of their names, on one line behind `out`.
class line {
public:
    explicit line(std::string& out) : out_{out} { out_ += '{'; }
    line& text(std::string_view name, std::string_view value) {
        append_text(member(name), value);
        return *this;
    }
    line& text_if_any(std::string_view name, std::string_view value) {
        return value.empty() ? *this : text(name, value);
    }
    line& number(std::string_view name, std::integral auto value) {
        member(name) += std::to_string(value);
        return *this;
    }
    void end() { out_ += '}'; }

private:
    std::string& member(std::string_view name) {
        if (!std::exchange(first_, false)) out_ += ", ";
        return ((out_ += '"') += name) += "\": ";
    }

    std::string& out_;
    bool first_ = true;
};

void append_message(std::string& to, const server_message& m) {
    line out{to};
    out.text_if_any("code", m.code.text()).text_if_any("column", m.column).text_if_any("constraint", m.constraint);
    out.text_if_any("data_type", m.data_type)
        .text_if_any("detail", m.detail)
        .text_if_any("file", m.file)
        .text_if_any("hint", m.hint);
    if (m.internal_position != 0) out.number("internal_position", m.internal_position);
    out.text_if_any("internal_query", m.internal_query).text_if_any("line", m.line).text_if_any("message", m.message);
    if (m.position != 0) out.number("position", m.position);
    out.text_if_any("routine", m.routine).text_if_any("schema", m.schema).text_if_any("severity", m.severity);
    out.text_if_any("table", m.table).text_if_any("where", m.where).end();
}

void append_column(std::string& to, const recorded_column& c) {
    line out{to};
    if (c.attribute != 0) out.number("attribute", c.attribute);
    if (c.type_modifier != -1) out.number("modifier", c.type_modifier);
    out.text("name", c.name).number("size", c.type_size);
    if (c.table != 0) out.number("table", c.table);
    out.number("type", static_cast<std::uint32_t>(c.type)).end();
}

void write_columns(json_writer& out, const std::vector<recorded_column>& columns) {
    out.member("columns").begin_array();
    for (const auto& c : columns) append_column(out.raw(), c);
    out.end_array();
}

void write_rows(json_writer& out, std::string_view name, const recorded_rows& rows) {
    out.member(name);
    if (!rows.file.empty()) {
        line{out.raw()}.number("bytes", rows.bytes).number("count", rows.count).text("file", rows.file).end();
        return;
    }
    out.begin_array();
    for (const auto& row : rows.here) append_json(out.raw(), row);
    out.end_array();
}

void write_copy(json_writer& out, const recorded_copy& copy) {
    out.member("copy").begin_object();
    if (!copy.columns.empty()) {
        std::string formats = "[";
        for (const auto f : copy.columns) (formats += formats.size() > 1 ? ", " : "") += f == format::text ? '0' : '1';
        out.member("columns").raw(formats += ']');
    }
    write_rows(out, "data", copy.data);
    if (copy.how == recorded_copy::ending::failed) out.member("failed").raw("true");
    if (copy.format == format::binary) out.member("format", "binary");
    out.member("where", copy.where == recorded_copy::direction::in ? "in" : "out").end_object();
}

void write_result(json_writer& out, const recorded_result& result) {
    out.begin_object();
    if (result.columns) write_columns(out, *result.columns);
    if (result.copy) write_copy(out, *result.copy);
    if (result.how != recorded_result::ending::complete) out.member("ending", name_of(result.how));
    if (result.columns) write_rows(out, "rows", result.rows);
    if (!result.tag.empty()) out.member("tag", result.tag);
    out.end_object();
}

template <class Range, class Write>
void write_list(json_writer& out, std::string_view name, const Range& list, Write&& write) {
    if (list.empty()) return;
    out.member(name).begin_array();
    for (const auto& one : list) write(one);
    out.end_array();
}

void write_statement(json_writer& out, const statement_key& statement) {
    out.member("fingerprint", statement.fingerprint);
    out.member("format").number(manifest::current_format);
    if (!statement.literals.empty()) append_json(out.member("literals").raw(), statement.literals);
}

constexpr std::string_view times_start = ",\n   \"times\": ", use_end = "\n  }", uses_end = "\n ]\n}";

void append_times(std::string& out, std::uint64_t times) {
    if (times > 1) (out += times_start) += std::to_string(times);
    out += use_end;
}

void append_uses(std::string& out, const std::vector<written_use>& uses, std::string_view before_first) {
    for (const auto& use : uses) {
        out += &use == uses.data() ? before_first : std::string_view{",\n  "};
        append_times(out += use.answer, use.times);
    }
}

/// How often the last of these uses was met, which is taken off their end.
std::uint64_t take_times(std::string_view& uses) {
    uses.remove_suffix(use_end.size());
    const auto last_line = uses.rfind('\n');
    const auto start = uses.substr(last_line - 1);
    std::uint64_t times = 1;
    if (!start.starts_with(times_start)) return times;
    std::from_chars(start.data() + times_start.size(), start.data() + start.size(), times);
    uses.remove_suffix(start.size());
    return times;
}

}  // namespace

std::string to_json(const answer& given) {
    json_writer out{2};
    out.begin_object();
    if (given.error) append_message(out.member("error").raw(), *given.error);
    write_list(out, "notices", given.notices, [&](const auto& one) { append_message(out.raw(), one); });
    write_list(out, "notifications", given.notifications, [&](const auto& one) {
        line{out.raw()}.text("channel", one.channel).text("payload", one.payload).end();
    });
    write_list(out, "parameters", given.parameters, [&](const auto& one) {
        append_json(out.raw(), recorded_row{canonical_text(one.first), canonical_text(one.second)});
    });
    if (given.error && given.where != refused_at::execute) out.member("refused_at", name_of(given.where));
    write_list(out, "results", given.results, [&](const auto& one) { write_result(out, one); });
    out.member("status", std::string_view{name_of(given.status)});
    auto text = out.end_object().take();
    text.resize(text.rfind('\n'));
    return text;
}

std::string begin_interaction(const interaction_key& key) {
    json_writer out;
    out.begin_object();
    write_statement(out, key.statement);
    if (!key.parameters.empty()) append_json(out.member("parameters").raw(), key.parameters);
    append_text(out.member("statement").raw(), key.statement.text);
    out.member("uses").raw("[");
    return out.take();
}

std::string write_interaction(std::string_view beginning, const std::vector<written_use>& uses) {
    std::string out{beginning};
    append_uses(out, uses, "\n  ");
    return sealed(out += uses_end);
}

std::string with_more_uses(std::string_view content, std::uint64_t of_last, const std::vector<written_use>& uses) {
    auto kept = content.substr(0, content.size() - uses_end.size() - 1);
    const auto times = take_times(kept);
    std::string out{kept};
    append_times(out, times + of_last);
    append_uses(out, uses, ",\n  ");
    return sealed_again((out += uses_end) += '\n');
}

std::string write_facts(const statement_key& statement, const statement_facts& facts) {
    json_writer out;
    out.begin_object();
    if (facts.columns) write_columns(out, *facts.columns);
    write_statement(out, statement);
    std::string types = "[";
    for (const auto type : facts.parameters)
        (types += types.size() > 1 ? ", " : "") += std::to_string(static_cast<std::uint32_t>(type));
    out.member("parameters").raw(types += ']');
    append_text(out.member("statement").raw(), statement.text);
    return sealed(out.end_object().take());
}

}  // namespace howdah::sim
