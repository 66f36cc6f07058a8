// How values and rows stand in a cassette's files.
#include <utility>

#include "howdah/observe/json_line.hpp"
#include "howdah/sim/detail/interaction_json.hpp"
#include "howdah/sim/detail/json_reader.hpp"
#include "howdah/sim/detail/json_writer.hpp"
#include "howdah/wire/base64.hpp"

namespace howdah::sim {
namespace {

using kind = canonical_value::kind;

void append_base64(std::string& out, std::string_view name, std::string_view data) {
    ((out += "{\"") += name) += "\": \"";
    (out += wire::encode_base64(as_bytes(data))) += "\"}";
}

std::string bytes_of(const json_node& node) {
    const auto found = wire::decode_base64(node.text());
    if (!found) node.refuse("is no base64");
    return std::string{as_text(*found)};
}

bool is_mask(std::string_view digits) {
    return digits.size() == 16 && digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

canonical_value read_value(const json_node& node) {
    if (node.is_null()) return {};
    if (node.is_text()) return {kind::text, node.text()};
    if (!node.is_object() || node.object().size() != 1) node.refuse("is no value");
    if (node.has("bytes")) return {kind::binary, bytes_of(node["bytes"])};
    if (node.has("text")) return {kind::text, bytes_of(node["text"])};
    if (node.has("secret")) return {kind::secret, {}};
    auto mask = node["masked"].text();
    if (!is_mask(mask)) node.refuse("is no value");
    return {kind::masked, std::move(mask)};
}

}  // namespace

void append_json(std::string& out, const canonical_value& value) {
    switch (value.what) {
        case kind::null: out += "null"; return;
        case kind::text: append_text(out, value.data); return;
        case kind::binary: append_base64(out, "bytes", value.data); return;
        case kind::masked: ((out += "{\"masked\": \"") += value.data) += "\"}"; return;
        case kind::secret: out += "{\"secret\": true}"; return;
    }
}

void append_text(std::string& out, std::string_view text) {
    // JSON has no text that is not Unicode, and a reader of it none with a NUL.
    if (is_utf8(text)) observe::append_json_text(out, text);
    else append_base64(out, "text", text);
}

void append_json(std::string& out, const recorded_row& row) {
    out += '[';
    for (const auto& value : row) {
        if (&value != row.data()) out += ", ";
        append_json(out, value);
    }
    out += ']';
}

std::string read_text(const json_node& node) {
    auto value = read_value(node);
    if (value.what != kind::text) node.refuse("is no text");
    return std::move(value.data);
}

recorded_row read_row(const json_node& node) {
    recorded_row out;
    out.reserve(node.size());
    for (std::size_t i = 0; i < node.size(); ++i) out.push_back(read_value(node[i]));
    return out;
}

}  // namespace howdah::sim
