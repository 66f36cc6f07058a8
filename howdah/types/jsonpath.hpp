#pragma once

#include <string>

#include "howdah/types/text.hpp"
#include "howdah/types/versioned_text.hpp"

namespace howdah {

/// A path into JSON as the text it is; the server checks it. Equality is that of the texts.
struct jsonpath {
    std::string text;

    friend bool operator==(const jsonpath&, const jsonpath&) = default;
};

template <>
struct codec<jsonpath> {
    static constexpr oid type = oids::jsonpath;
    static std::error_code encode(const jsonpath& value, bytes& out) {
        return types::append_versioned_text(out, value.text);
    }
    static std::error_code encode_text(const jsonpath& value, bytes& out) {
        return types::append_text(out, value.text);
    }
    static std::error_code decode(bytes_view in, jsonpath& out) {
        std::string_view text;
        const auto failed = types::read_versioned_text(in, text);
        out.text.assign(text);
        return failed;
    }
    static std::error_code decode_text(std::string_view in, jsonpath& out) {
        out.text.assign(in);
        return {};
    }
};

}  // namespace howdah
