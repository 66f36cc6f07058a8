#include "howdah/tools/cluster_report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "howdah/testing/flat_json.hpp"
#include "howdah/tools/printable.hpp"

namespace howdah::tools {
namespace {

using std::chrono::microseconds;
using testing::json_string;

constexpr std::size_t longest_history = 30;

std::string_view word_of(node_role r) noexcept {
    switch (r) {
        case node_role::unknown: return "unknown";
        case node_role::primary: return "primary";
        case node_role::replica: return "replica";
    }
    return "";
}

std::string_view word_of(breaker_state s) noexcept {
    switch (s) {
        case breaker_state::closed: return "closed";
        case breaker_state::open: return "open";
        case breaker_state::half_open: return "half open";
    }
    return "";
}

std::string milliseconds(microseconds t) {
    std::array<char, 32> out{};
    std::snprintf(out.data(), out.size(), "%.3f", static_cast<double>(t.count()) / 1000);
    return out.data();
}

std::string size(std::uint64_t bytes) {
    constexpr std::array units{"B", "kB", "MB", "GB", "TB"};
    auto amount = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; amount >= 1024 && unit + 1 < units.size(); ++unit) amount /= 1024;
    std::array<char, 32> out{};
    std::snprintf(out.data(), out.size(), unit == 0 ? "%.0f %s" : "%.1f %s", amount, units[unit]);
    return out.data();
}

std::string lag_of(const node_status& n) {
    if (n.role.what != node_role::replica) return "-";
    if (!n.role.lag_bytes) return "?";
    return size(*n.role.lag_bytes) + (n.lag ? ", " + milliseconds(*n.lag) + " ms" : "");
}

std::vector<std::string> cells_of(const node_status& n, const cluster_history* history) {
    std::vector<std::string> out{
        printable(n.name),
        std::string{word_of(n.role.what)} + (n.read_only && n.role.what == node_role::primary ? ", read only" : ""),
        n.timeline == 0 ? "-" : std::to_string(n.timeline),
        n.position ? n.position->to_string() : "-",
        lag_of(n),
        n.round_trip ? milliseconds(*n.round_trip) + " ms" : "-",
        std::to_string(n.in_use),
        std::string{word_of(n.breaker)}};
    if (history != nullptr) out.push_back(history->bars_of(n.name));
    out.push_back(n.role.what == node_role::unknown ? printable(n.trouble) : printable(n.receiver));
    return out;
}

template <class T, class F>
std::string or_null(const std::optional<T>& value, F as_text) {
    return value ? as_text(*value) : std::string{"null"};
}

std::string json_of(const node_status& n) {
    const auto position = [](lsn p) { return json_string(p.to_string()); };
    std::string out = "{\"name\":" + json_string(n.name) + ",\"role\":\"" + std::string{word_of(n.role.what)} + '"';
    out += ",\"lag_bytes\":" + or_null(n.role.lag_bytes, [](auto b) { return std::to_string(b); });
    out += ",\"lag_ms\":" + or_null(n.lag, milliseconds);
    out += ",\"position\":" + or_null(n.position, position) + ",\"received\":" + or_null(n.received, position);
    out += ",\"timeline\":" + (n.timeline == 0 ? "null" : std::to_string(n.timeline));
    out += ",\"round_trip_ms\":" + or_null(n.round_trip, milliseconds);
    out += ",\"in_use\":" + std::to_string(n.in_use) + ",\"read_only\":" + (n.read_only ? "true" : "false");
    out += ",\"receiver\":" + (n.receiver.empty() ? "null" : json_string(n.receiver));
    out += ",\"breaker\":\"" + std::string{word_of(n.breaker)} + '"';
    return out += ",\"trouble\":" + (n.trouble.empty() ? "null" : json_string(n.trouble)) + '}';
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
    std::vector<std::size_t> widths(lines.front().size());
    for (const auto& line : lines)
        for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
    for (const auto& line : lines) {
        std::string text;
        for (std::size_t i = 0; i < line.size(); ++i)
            text.append(line[i]).append(widths[i] - width_of(line[i]) + 2, ' ');
        text.resize(text.find_last_not_of(' ') + 1);
        out << text << '\n';
    }
}

void write_json(std::ostream& out, const std::vector<node_status>& nodes) {
    std::string list;
    for (const auto& n : nodes) list.append(list.empty() ? "" : ",").append(json_of(n));
    out << "{\"nodes\":[" << list << "]}\n";
}

}  // namespace howdah::tools
