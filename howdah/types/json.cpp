#include "howdah/types/json.hpp"

#include "howdah/types/text.hpp"
#include "howdah/types/versioned_text.hpp"

namespace howdah {

std::error_code codec<json>::encode_as(const json& value, oid target, bytes& out) {
    if (!accepts(target)) return errc::parameter_type_mismatch;
    return target == oids::jsonb ? types::append_versioned_text(out, value.text) : types::append_text(out, value.text);
}

std::error_code codec<json>::encode_text(const json& value, bytes& out) { return types::append_text(out, value.text); }

std::error_code codec<json>::decode_as(const field& in, json& out) {
    const bool from_text = in.format == format::text && (in.type == oid{} || is_user_defined(in.type));
    if (!accepts(in.type) && !from_text) return errc::type_mismatch;
    std::string_view text;
    const auto failed = types::decode_string_view(in, text);
    out.text.assign(text);
    return failed;
}

}  // namespace howdah
