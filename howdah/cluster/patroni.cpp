#include "howdah/cluster/patroni.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "howdah/base/error.hpp"
#include "howdah/cluster/json_answer.hpp"

namespace howdah::clustering {
namespace {

using json = json_tree;

std::string text_of(const json& member, const char* name) { return member.get<std::string>(name, {}); }

// A replica says "streaming" from Patroni 3.0.4 on, "running" before.
bool runs(std::string_view state) noexcept {
    return state == "running" || state == "streaming" || state == "in archive recovery";
}

bool is_leader(std::string_view role) noexcept {
    return role == "leader" || role == "standby_leader" || role == "master";
}

bool wants_no_load(const json& member) { return member.get<bool>("tags.noloadbalance", false); }

// None before its first start.
std::optional<endpoint> address_of(const json& member) {
    endpoint at;
    at.host = text_of(member, "host");
    if (at.host.empty()) return std::nullopt;
    const auto port = member.get_child_optional("port");
    if (!port) return at;
    at.port = port->get_value<std::uint16_t>(0);
    if (at.port == 0)
        throw error{errc::protocol_violation, "Patroni's member at " + at.host + " has a port that is none"};
    return at;
}

}  // namespace

std::vector<found_node> read_patroni_members(std::string_view answer) {
    const auto cluster = read_json(answer, "Patroni's answer");
    const auto members = cluster.get_child_optional("members");
    if (!members) throw error{errc::protocol_violation, "Patroni's answer has no members"};
    std::vector<found_node> out;
    for (const auto& [name, m] : *members) {
        auto at = address_of(m);
        if (!at) continue;
        const bool serves = is_leader(text_of(m, "role")) || !wants_no_load(m);
        if (serves) out.push_back({.at = std::move(*at), .joins = runs(text_of(m, "state"))});
    }
    if (out.empty()) throw error{errc::protocol_violation, "Patroni knows no member that has an address"};
    return out;
}

}  // namespace howdah::clustering
