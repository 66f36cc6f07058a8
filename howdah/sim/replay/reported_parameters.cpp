#include "howdah/sim/replay/reported_parameters.hpp"

namespace howdah::sim {
namespace {

bool same_name(std::string_view a, std::string_view b) noexcept {
    const parameter_order before;
    return !before(a, b) && !before(b, a);
}

/// As the server spells it: "utf-8" is UTF8.
std::string encoding_name(std::string_view given) {
    std::string out;
    for (const char c : given)
        if (c != '-' && c != '_') out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out == "UNICODE" ? "UTF8" : out;
}

}  // namespace

session_parameters reported_parameters(const manifest& about, std::string_view user,
                                       const std::vector<std::pair<std::string, std::string>>& startup) {
    session_parameters out{about.parameters.begin(), about.parameters.end()};
    out["application_name"] = "";
    out["session_authorization"] = user;
    for (const auto& [name, value] : startup) {
        // The server completes a DateStyle and an IntervalStyle, as it did when it was recorded.
        if (same_name(name, "DateStyle") || same_name(name, "IntervalStyle")) continue;
        const auto reported = out.find(name);
        if (reported == out.end()) continue;
        reported->second = same_name(name, "client_encoding") ? encoding_name(value) : value;
    }
    return out;
}

}  // namespace howdah::sim
