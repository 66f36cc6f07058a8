#include "howdah/sim/canonical_value.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "howdah/base/errc.hpp"
#include "howdah/base/utf8.hpp"
#include "howdah/sim/detail/json_writer.hpp"
#include "howdah/types/binary_form.hpp"
#include "howdah/types/builtin_types.hpp"
#include "howdah/types/oids.hpp"
#include "howdah/types/text_form.hpp"

namespace howdah::sim {
namespace {

using kind = canonical_value::kind;

/// Their binary form is their text form.
bool is_text_both_ways(oid type) noexcept {
    constexpr std::array types{oids::text, oids::varchar, oids::bpchar, oids::name,
                               oids::json, oids::xml,     oids::unknown};
    return std::ranges::find(types, type) != types.end();
}

/// Their text form always gives the same bytes back, so that it need not be tried.
bool is_exact(oid type) noexcept {
    constexpr std::array types{oids::int4, oids::int8, oids::int2, oids::oid, oids::uuid, oids::date};
    return std::ranges::find(types, type) != types.end();
}

field as_text_field(std::string_view text, oid type) noexcept {
    return {.data = as_bytes(text), .type = type, .format = format::text};
}

canonical_value from_binary(const field& in) {
    if (is_text_both_ways(in.type)) return {kind::text, std::string{in.text()}};
    std::string text;
    if (!to_text(in, text) && is_utf8(text)) {
        if (is_exact(in.type)) return {kind::text, std::move(text)};
        bytes back;
        if (!to_binary(as_text_field(text, in.type), back) && std::ranges::equal(back, in.data))
            return {kind::text, std::move(text)};
    }
    return {kind::binary, std::string{in.text()}};
}

}  // namespace

canonical_value canonical_column(const field& in) {
    if (in.is_null) return {};
    if (in.format == format::text) return {kind::text, std::string{in.text()}};
    return from_binary(in);
}

canonical_value canonical_parameter(const field& in) {
    if (in.is_null) return {};
    if (in.format == format::binary) return from_binary(in);
    if (in.type == oid{} || is_text_both_ways(in.type)) return {kind::text, std::string{in.text()}};
    bytes binary;
    if (to_binary(in, binary)) return {kind::text, std::string{in.text()}};
    return from_binary({.data = binary, .type = in.type, .format = format::binary, .known = in.known});
}

canonical_value canonical_text(std::string_view text) { return {kind::text, std::string{text}}; }

std::error_code append_value(const canonical_value& in, oid type, enum format wanted, bytes& out) {
    switch (in.what) {
        case kind::text:
            if (wanted == format::binary && !is_text_both_ways(type))
                return to_binary(as_text_field(in.data, type), out);
            append(out, std::string_view{in.data});
            return {};
        case kind::binary: {
            if (wanted == format::binary || is_text_both_ways(type)) {
                append(out, std::string_view{in.data});
                return {};
            }
            return to_text({.data = as_bytes(in.data), .type = type, .format = format::binary}, out);
        }
        case kind::null:
        case kind::masked:
        case kind::secret: break;
    }
    return errc::unexpected_null;
}

std::string shown(const canonical_value& in) {
    constexpr std::size_t longest = 80;
    std::string out;
    switch (in.what) {
        case kind::null: return "NULL";
        case kind::secret: return "secret";
        case kind::masked: return "masked " + in.data;
        case kind::text:
            out = "'";
            for (std::string_view rest = in.data; !rest.empty() && out.size() <= longest;) {
                const auto first = utf8::first_of(rest);
                const bool plain = first.sound && !utf8::steers(first.code);
                out += plain ? rest.substr(0, first.size) : std::string_view{"\ufffd"};
                rest.remove_prefix(first.size);
            }
            return out += out.size() > longest ? "...'" : "'";
        case kind::binary:
            out = "\\x";
            for (const char c : std::string_view{in.data}.substr(0, longest / 2)) {
                constexpr std::string_view digits = "0123456789abcdef";
                const auto byte = static_cast<unsigned char>(c);
                (out += digits[byte >> 4]) += digits[byte & 15U];
            }
            return out += in.data.size() > longest / 2 ? "..." : "";
    }
    return out;
}

}  // namespace howdah::sim
