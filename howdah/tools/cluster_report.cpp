#include "howdah/tools/cluster_report.hpp"

#include <algorithm>
#include <array>

#include "howdah/ops/status_json.hpp"
#include "howdah/tools/amounts.hpp"
#include "howdah/tools/printable.hpp"
#include "howdah/tools/side_by_side.hpp"

namespace howdah::tools {
namespace {

using std::chrono::microseconds;

constexpr std::size_t longest_history = 30;

std::string lag_of(const node_status& n) {
    if (n.role.what != node_role::replica) return "-";
    if (!n.role.lag_bytes) return "?";
    return words_of_size(*n.role.lag_bytes) + (n.lag ? ", " + milliseconds_of(*n.lag) + " ms" : "");
}

std::vector<std::string> cells_of(const node_status& n, const cluster_history* history) {
    std::vector<std::string> out{printable(n.name),
                                 std::string{ops::word_of(n.role.what)} +
                                     (n.read_only && n.role.what == node_role::primary ? ", read only" : ""),
                                 n.timeline == 0 ? "-" : std::to_string(n.timeline),
                                 n.position ? n.position->to_string() : "-",
                                 lag_of(n),
                                 n.round_trip ? milliseconds_of(*n.round_trip) + " ms" : "-",
                                 std::to_string(n.in_use),
                                 std::string{ops::word_of(n.breaker)}};
    if (history != nullptr) out.push_back(history->bars_of(n.name));
    out.push_back(n.role.what == node_role::unknown ? printable(n.trouble) : printable(n.receiver));
    return out;
}

}  // namespace

void cluster_history::add(const std::vector<node_status>& nodes) {
    for (const auto& n : nodes) {
        auto& of = round_trips_[n.name];
        of.push_back(n.round_trip);
        if (of.size() > longest_history) of.pop_front();
    }
}

std::string cluster_history::bars_of(const std::string& node) const {
    constexpr std::array bars{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const auto found = round_trips_.find(node);
    if (found == round_trips_.end()) return {};
    microseconds most{1};
    for (const auto& t : found->second) most = std::max(most, t.value_or(microseconds{0}));
    std::string out;
    for (const auto& t : found->second)
        out +=
            t ? bars[static_cast<std::size_t>(t->count() * static_cast<std::int64_t>(bars.size() - 1) / most.count())]
              : " ";
    return out;
}

void write_text(std::ostream& out, const std::vector<node_status>& nodes, const cluster_history* history) {
    std::vector<std::vector<std::string>> lines{
        {"node", "role", "timeline", "position", "lag", "round trip", "in use", "breaker"}};
    if (history != nullptr) lines.front().emplace_back("round trips");
    lines.front().emplace_back("");
    for (const auto& n : nodes) lines.push_back(cells_of(n, history));
    for (const auto& line : side_by_side(lines)) out << line << '\n';
}

void write_json(std::ostream& out, const std::vector<node_status>& nodes) {
    out << "{\"nodes\":" << ops::json_list(nodes, [](const node_status& n) { return ops::json_of(n); }) << "}\n";
}

}  // namespace howdah::tools
