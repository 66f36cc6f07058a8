#include "howdah/cluster/discovery_plan.hpp"

#include <algorithm>

#include "howdah/cluster/topology.hpp"

namespace howdah::clustering {
namespace {

// A replica that lost its stream for a moment is no node that has gone.
constexpr int enough_answers = 2;

}  // namespace

discovery_plan::changes discovery_plan::compare(std::span<const found_node> found, std::span<const std::string> nodes,
                                                std::string_view primary) {
    changes out;
    const auto is_found = [&](const std::string& name) {
        return std::ranges::any_of(found, [&](const found_node& f) { return f.at.to_string() == name; });
    };
    const auto is_there = [&](const std::string& name) { return std::ranges::find(nodes, name) != nodes.end(); };
    std::erase_if(missing_for_, [&](const auto& one) { return !is_there(one.first); });
    std::erase_if(joined_, [&](const auto& name) { return !is_there(name) && !is_found(name); });
    for (const auto& name : nodes) {
        if (name == primary || is_found(name)) {
            missing_for_.erase(name);
        } else if (is_gone(name)) {
            out.leave.push_back(name);
        }
    }
    std::size_t room = topology::most_nodes - std::min(nodes.size(), topology::most_nodes);
    for (const auto& f : found) {
        const auto name = f.at.to_string();
        const bool is_twice = std::ranges::find(out.join, f.at) != out.join.end();
        if (!f.joins || is_there(name) || is_twice || room == 0) continue;
        joined_.insert(name);
        out.join.push_back(f.at);
        --room;
    }
    if (out.leave.size() == nodes.size() && out.join.empty() && !out.leave.empty()) out.leave.pop_back();
    return out;
}

bool discovery_plan::is_gone(const std::string& name) {
    if (configured_ == discovery::configured::stays && !joined_.contains(name)) return false;
    return ++missing_for_[name] >= enough_answers;
}

}  // namespace howdah::clustering
