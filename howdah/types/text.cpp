#include "howdah/types/text.hpp"

#include "howdah/types/text_form.hpp"
#include "howdah/types/type_map.hpp"
#include "howdah/types/versioned_text.hpp"

namespace howdah {

namespace types {

std::error_code append_text(bytes& out, std::string_view text) {
    if (text.size() > largest_value) return errc::message_too_large;  // before it is read, and copied
    if (text.find('\0') != std::string_view::npos) return errc::invalid_encoding;
    append(out, text);
    return {};
}

bool is_enumeration(type_ref type) noexcept {
    const auto* d = type.description();
    return d != nullptr && d->kind == type_kind::enumeration;
}

std::error_code decode_string_view(const field& in, std::string_view& out) {
    if (in.format == format::text || is_text(in.type)) {
        out = in.text();
        return {};
    }
    if (in.type != oids::jsonb) return errc::type_mismatch;
    return read_versioned_text(in.data, out);
}

std::error_code decode_string(const field& in, std::string& out) {
    std::string_view text;
    const auto failed = decode_string_view(in, text);
    if (failed == errc::type_mismatch) return to_text(in, out);
    out.assign(text);
    return failed;
}

}  // namespace types

std::error_code codec<char>::decode_as(const field& in, char& out) {
    if (in.type == type && in.format == format::text && in.data.empty()) {
        out = '\0';  // charout's text of the zero byte
        return {};
    }
    if (in.type != type && in.format == format::binary && !types::is_text(in.type)) return errc::type_mismatch;
    if (in.data.size() != 1) return in.data.empty() ? errc::truncated : errc::value_out_of_range;
    out = load(in.data.data());
    return {};
}

}  // namespace howdah
