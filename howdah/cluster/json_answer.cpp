#include "howdah/cluster/json_answer.hpp"

#include <algorithm>
#include <boost/property_tree/json_parser.hpp>
#include <sstream>

#include "howdah/base/error.hpp"

namespace howdah::clustering {
namespace {

// The parser calls itself for each level: what would go deeper is refused in front of it.
bool nests_too_deeply(std::string_view text) noexcept {
    constexpr int deepest = 32;
    int level = 0;
    return std::ranges::any_of(text, [&](char c) {
        if (c == '{' || c == '[') ++level;
        if (c == '}' || c == ']') --level;
        return level > deepest;
    });
}

}  // namespace

json_tree read_json(std::string_view text, const std::string& whose) {
    if (nests_too_deeply(text)) throw error{errc::protocol_violation, whose + " is nested too deeply"};
    std::istringstream in{std::string{text}};
    json_tree out;
    try {
        boost::property_tree::read_json(in, out);
    } catch (const boost::property_tree::json_parser_error& e) {
        throw error{errc::protocol_violation,
                    whose + " is no JSON: " + e.message() + " in line " + std::to_string(e.line())};
    }
    return out;
}

}  // namespace howdah::clustering
