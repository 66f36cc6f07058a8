#include "howdah/sim/manifest.hpp"

#include <cstdlib>
#include <limits>
#include <string>
#include <utility>

#include "howdah/base/digest.hpp"
#include "howdah/base/error.hpp"
#include "howdah/sim/detail/json_reader.hpp"
#include "howdah/sim/detail/json_writer.hpp"
#include "howdah/sim/detail/names.hpp"
#include "howdah/sim/errc.hpp"

namespace howdah::sim {
namespace {

constexpr auto largest = std::numeric_limits<std::int32_t>::max();

// Members in the order of their names; what is empty is left out.
void write_text(json_writer& out, std::string_view name, std::string_view value) {
    if (!value.empty()) out.member(name, value);
}
void write_position(json_writer& out, std::size_t position) {
    if (position != 0) out.member("position").number(position);
}

void write(json_writer& out, const match_rule& rule) {
    out.begin_object().member("by", name_of(rule.by));
    write_text(out, "fingerprint", rule.where.fingerprint);
    write_text(out, "pattern", rule.pattern);
    write_position(out, rule.where.position);
    write_text(out, "statement", rule.where.statement);
    write_text(out, "type", rule.where.type);
    if (rule.by == match_by::time_within)
        out.member("within_ms").number(std::chrono::duration_cast<std::chrono::milliseconds>(rule.tolerance).count());
    out.end_object();
}

void write(json_writer& out, const normalise_rule& rule) {
    out.begin_object().member("as", name_of(rule.as));
    write_text(out, "column", rule.where.column);
    write_text(out, "fingerprint", rule.where.fingerprint);
    write_position(out, rule.where.position);
    write_text(out, "statement", rule.where.statement);
    write_text(out, "type", rule.where.type);
    out.end_object();
}

void write(json_writer& out, const masking_rule& rule) {
    out.begin_object().member("as", name_of(rule.as));
    write_text(out, "column", rule.column);
    write_position(out, rule.position);
    write_text(out, "statement", rule.statement);
    write_text(out, "type", rule.type);
    out.end_object();
}

template <class Rule>
void write_rules(json_writer& out, std::string_view name, const std::vector<Rule>& rules) {
    if (rules.empty()) return;
    out.member(name).begin_array();
    for (const auto& rule : rules) write(out, rule);
    out.end_array();
}

std::size_t read_position(const json_node& in) {
    return static_cast<std::size_t>(in.number("position", 1, largest, 0));
}

value_selector read_selector(const json_node& in) {
    return {.fingerprint = in.text("fingerprint", ""),
            .statement = in.text("statement", ""),
            .position = read_position(in),
            .type = in.text("type", ""),
            .column = in.text("column", "")};
}

match_rule read_match(const json_node& in) {
    in.allow({"by", "fingerprint", "pattern", "position", "statement", "type", "within_ms"});
    const auto by = match_by_of(in["by"].text());
    if (!by) in.refuse("is by none of any, regex, ignore_case, time_within, json_equal, same_as_earlier");
    if ((*by == match_by::regex) != in.has("pattern")) in.refuse("needs a pattern with regex, and only then");
    if ((*by == match_by::time_within) != in.has("within_ms"))
        in.refuse("needs within_ms with time_within, and only then");
    return {.where = read_selector(in),
            .by = *by,
            .pattern = in.text("pattern", ""),
            .tolerance = std::chrono::milliseconds{in.number("within_ms", 0, std::int64_t{largest} * 1000, 0)}};
}

normalise_rule read_normalise(const json_node& in) {
    in.allow({"as", "column", "fingerprint", "position", "statement", "type"});
    const auto as = normalise_as_of(in["as"].text());
    if (!as) in.refuse("is as none of fixed_time, numbered_uuid, numbered");
    if (in.has("column") && in.has("position")) in.refuse("is about a column and a parameter: make it two rules");
    return {.where = read_selector(in), .as = *as};
}

masking_rule read_mask(const json_node& in) {
    in.allow({"as", "column", "position", "statement", "type"});
    const auto as = masking_of(in["as"].text());
    if (!as) in.refuse("is as none of none, full, partial, hash, null");
    auto column = in.text("column", "");
    // It would never fit, and so hide nothing.
    if (column.find('.') != std::string::npos)
        in.refuse("names a table, which the wire does not: give the column alone");
    return {.as = *as,
            .position = read_position(in),
            .type = in.text("type", ""),
            .column = std::move(column),
            .statement = in.text("statement", "")};
}

template <class Read>
auto read_rules(const json_node& in, std::string_view name, Read&& read) {
    std::vector<decltype(read(in))> out;
    if (!in.has(name)) return out;
    const auto list = in[name];
    for (std::size_t i = 0; i < list.size(); ++i) out.push_back(read(list[i]));
    return out;
}

}  // namespace

std::string to_json(const manifest& m) {
    json_writer out;
    out.begin_object().member("format").number(m.format);
    write_text(out, "key_check", m.key_check);
    write_rules(out, "match", m.match);
    write_rules(out, "normalize", m.normalise);
    out.member("parameters").begin_object();
    for (const auto& [name, value] : m.parameters) out.member(name, value);
    out.end_object();
    out.member("policy").begin_object();
    write_rules(out, "columns", m.policy.columns);
    write_rules(out, "parameters", m.policy.parameters);
    out.end_object();
    out.member("server_version", m.server_version);
    return out.end_object().take() + '\n';
}

manifest read_manifest(std::string_view json, std::string_view file) {
    const json_document document{json, file};
    const auto root = document.root();
    manifest out;
    out.format = root["format"].number(1, std::numeric_limits<std::int64_t>::max());
    if (out.format > manifest::current_format)
        throw error{error{cassette_errc::future_format, std::string{file} + ": format " + std::to_string(out.format) +
                                                            " is newer than this program's " +
                                                            std::to_string(manifest::current_format) +
                                                            "; use a newer Howdah, or record again"}};
    root.allow({"format", "key_check", "match", "normalize", "parameters", "policy", "server_version"});
    out.key_check = root.text("key_check", "");
    out.server_version = root.text("server_version", "");
    if (root.has("parameters"))
        for (const auto& member : root["parameters"].object()) {
            const std::string_view name{member.key().data(), member.key().size()};
            out.parameters.emplace(name, root["parameters"][name].text());
        }
    out.match = read_rules(root, "match", read_match);
    out.normalise = read_rules(root, "normalize", read_normalise);
    if (root.has("policy")) {
        const auto policy = root["policy"];
        policy.allow({"columns", "parameters"});
        out.policy.columns = read_rules(policy, "columns", read_mask);
        out.policy.parameters = read_rules(policy, "parameters", read_mask);
    }
    return out;
}

secret_string key_from_environment() {
    const char* key = std::getenv("HOWDAH_CASSETTE_KEY");
    return secret_string{key == nullptr ? "" : key};
}

std::string key_check_of(const secret_string& key) {
    return hmac_sha_256(key.reveal(), "howdah cassette key").hexadecimal().substr(0, 16);
}

}  // namespace howdah::sim
