#include "howdah/sim/detail/difference.hpp"

#include <algorithm>

namespace howdah::sim {
namespace {

constexpr std::size_t longest_shown = 200;

// From some characters before the place where they part.
std::string excerpt(std::string_view text, std::size_t parting) {
    constexpr std::size_t before = 40;
    const auto start = parting > before && text.size() > longest_shown ? parting - before : 0;
    auto out = shown(canonical_text(text.substr(start, longest_shown)));
    return start == 0 ? out : "..." + out;
}

void compare(std::vector<std::string>& out, const std::vector<canonical_value>& asked,
             const std::vector<canonical_value>& recorded, std::size_t first, std::string_view what) {
    if (asked.size() != recorded.size())
        out.push_back("it has " + std::to_string(asked.size()) + ' ' + std::string{what} + ", recorded are " +
                      std::to_string(recorded.size()));
    for (std::size_t i = 0; i < std::min(asked.size(), recorded.size()); ++i)
        if (asked[i] != recorded[i])
            out.push_back('$' + std::to_string(first + i) + " is " + shown(asked[i]) + ", recorded is " +
                          shown(recorded[i]));
}

}  // namespace

std::vector<std::string> differences(const interaction_key& asked, const interaction_key& recorded) {
    std::vector<std::string> out;
    const auto &a = asked.statement.text, &b = recorded.statement.text;
    if (a != b) {
        const auto parting = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
        out.push_back("the statement is " + excerpt(a, parting) + ", recorded is " + excerpt(b, parting));
    }
    compare(out, asked.parameters, recorded.parameters, 1, "parameters");
    compare(out, asked.statement.literals, recorded.statement.literals, asked.parameters.size() + 1, "literals");
    return out;
}

double likeness(std::string_view a, std::string_view b) noexcept {
    const auto longest = std::max(a.size(), b.size());
    if (longest == 0) return 1;
    const auto start = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
    std::size_t end = 0;
    while (end < std::min(a.size(), b.size()) - start && a[a.size() - 1 - end] == b[b.size() - 1 - end]) ++end;
    return static_cast<double>(start + end) / static_cast<double>(longest);
}

}  // namespace howdah::sim
