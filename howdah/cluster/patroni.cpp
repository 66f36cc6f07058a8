#include "howdah/cluster/patroni.hpp"

#include <charconv>
#include <optional>
#include <string>

#include "howdah/base/error.hpp"
#include "howdah/cluster/detail/json.hpp"

namespace howdah::clustering {
namespace {

std::string_view text_of(const json& member, std::string_view name) noexcept {
    const auto* found = member.find(name);
    return found != nullptr && found->what == json::kind::string ? std::string_view{found->text} : std::string_view{};
}

// A replica says "streaming" from Patroni 3.0.4 on, "running" before.
bool runs(std::string_view state) noexcept {
    return state == "running" || state == "streaming" || state == "in archive recovery";
}

bool is_leader(std::string_view role) noexcept {
    return role == "leader" || role == "standby_leader" || role == "master";
}

bool wants_no_load(const json& member) noexcept {
    const auto* tags = member.find("tags");
    const auto* tag = tags == nullptr ? nullptr : tags->find("noloadbalance");
    return tag != nullptr && tag->what == json::kind::boolean && tag->flag;
}

// None before its first start.
std::optional<endpoint> address_of(const json& member) {
    const auto host = text_of(member, "host");
    const auto* port = member.find("port");
    if (host.empty()) return std::nullopt;
    endpoint at;
    at.host = host;
    if (port == nullptr) return at;
    const auto& digits = port->text;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), at.port);
    if (failure != std::errc{} || end != digits.data() + digits.size() || at.port == 0)
        throw error{errc::protocol_violation, "Patroni's member at " + at.host + " has a port that is none"};
    return at;
}

}  // namespace

std::vector<found_node> read_patroni_members(std::string_view answer) {
    const auto cluster = read_json(answer);
    const auto* members = cluster.find("members");
    if (members == nullptr || members->what != json::kind::array)
        throw error{errc::protocol_violation, "Patroni's answer has no members"};
    std::vector<found_node> out;
    for (const auto& m : members->items) {
        auto at = address_of(m);
        if (!at) continue;
        const bool serves = is_leader(text_of(m, "role")) || !wants_no_load(m);
        if (serves) out.push_back({.at = std::move(*at), .joins = runs(text_of(m, "state"))});
    }
    if (out.empty()) throw error{errc::protocol_violation, "Patroni knows no member that has an address"};
    return out;
}

}  // namespace howdah::clustering
