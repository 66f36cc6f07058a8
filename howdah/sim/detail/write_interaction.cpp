#include <concepts>
#include <cstdint>
#include <string>
#include <utility>

#include "howdah/sim/detail/interaction_json.hpp"
#include "howdah/sim/detail/json_writer.hpp"
#include "howdah/sim/detail/names.hpp"

namespace howdah::sim {
namespace {

// Members of an object, in the order of their names, on one line.
class line {
public:
    line& add(std::string_view name, std::string_view json) {
        (out_ += out_.size() > 1 ? ", " : "") += json_text(name);
        (out_ += ": ") += json;
        return *this;
    }
    line& text(std::string_view name, std::string_view value) {
        return value.empty() ? *this : add(name, to_json(canonical_text(value)));
    }
    line& number(std::string_view name, std::integral auto value) { return add(name, std::to_string(value)); }
    std::string end() { return std::move(out_ += '}'); }

private:
    std::string out_ = "{";
};

std::string message_json(const server_message& m) {
    line out;
    out.text("code", m.code.text()).text("column", m.column).text("constraint", m.constraint);
    out.text("data_type", m.data_type).text("detail", m.detail).text("file", m.file).text("hint", m.hint);
    if (m.internal_position != 0) out.number("internal_position", m.internal_position);
    out.text("internal_query", m.internal_query).text("line", m.line).text("message", m.message);
    if (m.position != 0) out.number("position", m.position);
    out.text("routine", m.routine).text("schema", m.schema).text("severity", m.severity);
    return out.text("table", m.table).text("where", m.where).end();
}

std::string column_json(const recorded_column& c) {
    line out;
    if (c.attribute != 0) out.number("attribute", c.attribute);
    if (c.type_modifier != -1) out.number("modifier", c.type_modifier);
    out.add("name", to_json(canonical_text(c.name))).number("size", c.type_size);
    if (c.table != 0) out.number("table", c.table);
    return out.number("type", static_cast<std::uint32_t>(c.type)).end();
}

void write_columns(json_writer& out, const std::vector<recorded_column>& columns) {
    out.member("columns").begin_array();
    for (const auto& c : columns) out.raw(column_json(c));
    out.end_array();
}

void write_rows(json_writer& out, std::string_view name, const recorded_rows& rows) {
    out.member(name);
    if (!rows.file.empty()) {
        out.raw(line{}.number("bytes", rows.bytes).number("count", rows.count).text("file", rows.file).end());
        return;
    }
    out.begin_array();
    for (const auto& row : rows.here) out.raw(to_json(row));
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
    if (!statement.literals.empty()) out.member("literals").raw(to_json(statement.literals));
}

std::string use_json(const written_use& use) {
    return use.answer + (use.times > 1 ? ",\n   \"times\": " + std::to_string(use.times) : "") + "\n  }";
}

}  // namespace

std::string to_json(const answer& given) {
    json_writer out{2};
    out.begin_object();
    if (given.error) out.member("error").raw(message_json(*given.error));
    write_list(out, "notices", given.notices, [&](const auto& one) { out.raw(message_json(one)); });
    write_list(out, "notifications", given.notifications, [&](const auto& one) {
        out.raw(line{}
                    .add("channel", to_json(canonical_text(one.channel)))
                    .add("payload", to_json(canonical_text(one.payload)))
                    .end());
    });
    write_list(out, "parameters", given.parameters, [&](const auto& one) {
        out.raw(to_json(recorded_row{canonical_text(one.first), canonical_text(one.second)}));
    });
    if (given.error && given.where != refused_at::execute) out.member("refused_at", name_of(given.where));
    write_list(out, "results", given.results, [&](const auto& one) { write_result(out, one); });
    out.member("status", std::string_view{name_of(given.status)});
    auto text = out.end_object().take();
    text.resize(text.rfind('\n'));
    return text;
}

std::string write_interaction(const interaction_key& key, const std::vector<written_use>& uses) {
    json_writer out;
    out.begin_object();
    write_statement(out, key.statement);
    if (!key.parameters.empty()) out.member("parameters").raw(to_json(key.parameters));
    out.member("statement").raw(to_json(canonical_text(key.statement.text)));
    out.member("uses").begin_array();
    for (const auto& use : uses) out.raw(use_json(use));
    return sealed(out.end_array().end_object().take());
}

std::string with_more_uses(std::string_view content, const std::vector<written_use>& uses) {
    constexpr std::string_view end = "\n ]\n}\n";
    std::string out{content.substr(0, content.size() - end.size())};
    for (const auto& use : uses) (out += ",\n  ") += use_json(use);
    return sealed_again(out += end);
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
    out.member("statement").raw(to_json(canonical_text(statement.text)));
    return sealed(out.end_object().take());
}

}  // namespace howdah::sim
