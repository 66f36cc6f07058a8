#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace howdah::testing {

/// A member of a flat JSON object: a text or number (as text), null, or a list of texts.
struct flat_value {
    std::optional<std::string> text;
    std::vector<std::string> list;
};

using flat_object = std::map<std::string, flat_value, std::less<>>;

/// `text` as a JSON string, with its quotes.
std::string json_string(std::string_view text);
std::string json_list(const std::vector<std::string>& texts);

/// Reads what this project has written: one object of strings, numbers, nulls and lists of strings.
/// Throws error at anything else.
flat_object parse_flat_json(std::string_view text);

}  // namespace howdah::testing
