#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace howdah::clustering {

/// A JSON text (RFC 8259), read into memory. Numbers keep their spelling.
struct json {
    enum class kind : std::uint8_t { null, boolean, number, string, array, object };

    kind what = kind::null;
    bool flag = false;
    std::string text;                // of a string or a number
    std::vector<json> items;         // of an array, or the values of an object
    std::vector<std::string> names;  // of an object's values

    /// Null: it is no object, or has none of that name.
    const json* find(std::string_view name) const noexcept;
};

/// Throws errc::protocol_violation for what is no JSON, or nests deeper than 32.
json read_json(std::string_view text);

}  // namespace howdah::clustering
