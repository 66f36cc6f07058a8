#include "howdah/sim/replay/drift_log.hpp"

#include <vector>

namespace howdah::sim {
namespace {

void add_unused(const shown_request& what, const std::string& name, std::uint64_t recorded, std::uint64_t used,
                drift_report& out) {
    out.unused.push_back(
        {.statement = what.statement, .parameters = what.parameters, .file = name, .recorded = recorded, .used = used});
}

}  // namespace

std::string one_line(std::string_view text, std::size_t longest) {
    std::string out;
    for (const char c : text.substr(0, longest)) {
        const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
        if (blank && (out.empty() || out.back() == ' ')) continue;
        out += blank ? ' ' : c;
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return text.size() > longest ? out + "..." : out;
}

std::string shown_parameters(const std::vector<canonical_value>& parameters) {
    std::string out;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (i > 0) out += ", ";
        out += '$' + std::to_string(i + 1) + " = " + shown(parameters[i]);
    }
    return out;
}

shown_request shown_key(const interaction_key& key) {
    auto values = key.parameters;
    values.insert(values.end(), key.statement.literals.begin(), key.statement.literals.end());
    return {.statement = one_line(key.statement.text, most_shown), .parameters = shown_parameters(values)};
}

std::string why_unmatched(const cassette& tape, const interaction_key& asked) {
    const auto near = tape.nearest(asked);
    if (near.empty()) return "nothing like it was recorded";
    std::string out;
    for (const auto& [found, differences] : near) {
        const auto recorded = shown_key(found->key);
        if (!out.empty()) out += '\n';
        out += "recorded: " + recorded.statement;
        if (!recorded.parameters.empty()) out += "  [" + recorded.parameters + ']';
        for (const auto& each : differences) out += "\n  " + each;
    }
    return out;
}

const std::string& drift_log::unmatched(shown_request asked, const std::function<std::string()>& why) {
    const auto known = unmatched_.find(asked);
    if (known == unmatched_.end() && unmatched_.size() == drift_report::most_lines) {
        static const std::string too_many =
            "the nearest recorded requests are looked up for the first 1,000 that are unmatched";
        ++counts.left_out;
        return too_many;
    }
    auto& line = known == unmatched_.end() ? unmatched_[std::move(asked)] : known->second;
    if (line.times++ == 0) line.why = why();
    return line.why;
}

void drift_log::misplaced(const shown_request& asked, const shown_request& before) {
    if (counts.out_of_order.size() == drift_report::most_lines) {
        ++counts.left_out;
        return;
    }
    counts.out_of_order.push_back(
        {.statement = asked.statement, .parameters = asked.parameters, .before = before.statement});
}

drift_report drift_log::finish(const cassette& tape, const entries& used) const {
    auto out = counts;
    out.cassette = tape.folder().string();
    for (const auto& [asked, line] : unmatched_)
        out.unmatched.push_back(
            {.statement = asked.statement, .parameters = asked.parameters, .why = line.why, .times = line.times});
    for (const auto& name : tape.names()) {
        const auto known = used.find(name);
        if (known != used.end() && known->second->used() >= known->second->recorded()) continue;
        if (out.unused.size() == drift_report::most_lines) {
            ++out.left_out;
            continue;
        }
        const auto found = tape.load(name);
        if (!found) continue;
        add_unused(shown_key(found->key), name, found->use_count(), known == used.end() ? 0 : known->second->used(),
                   out);
    }
    return out;
}

}  // namespace howdah::sim
