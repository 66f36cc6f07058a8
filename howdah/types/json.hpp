#pragma once

#include <string>

#include "howdah/types/codec.hpp"

namespace howdah {

/// A json or jsonb value as the text it is; the server checks it. Equality is that of the texts.
struct json {
    std::string text;

    friend bool operator==(const json&, const json&) = default;
};

template <>
struct codec<json> {
    static constexpr oid type = oids::json;
    static constexpr bool accepts(oid target) noexcept { return target == oids::json || target == oids::jsonb; }
    static std::error_code encode_as(const json& value, oid target, bytes& out);
    static std::error_code encode_text(const json& value, bytes& out);
    static std::error_code decode_as(const field& in, json& out);
};

}  // namespace howdah
