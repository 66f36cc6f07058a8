#include "howdah/cluster/cluster_members.hpp"

#include <algorithm>
#include <cctype>

#include "howdah/base/error.hpp"
#include "howdah/config/conninfo.hpp"

namespace howdah {
namespace {

char lower(char c) noexcept { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool is_part_of_word(char c) noexcept {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
}

std::optional<read_from> read_from_of(target_session_attrs wanted) noexcept {
    switch (wanted) {
        case target_session_attrs::any: return std::nullopt;
        case target_session_attrs::read_write:
        case target_session_attrs::primary: return read_from::primary;
        case target_session_attrs::read_only:
        case target_session_attrs::standby: return read_from::replica_only;
        case target_session_attrs::prefer_standby: return read_from::replica_preferred;
    }
    return std::nullopt;
}

}  // namespace

cluster_members::cluster_members(const connection_config& hosts) {
    if (hosts.hosts.empty()) throw error{errc::invalid_option, "a cluster needs at least one host"};
    for (std::size_t i = 0; i < hosts.hosts.size(); ++i) nodes_.push_back({clustering::only_host(hosts, i), {}});
    from_ = read_from_of(hosts.target_session_attrs);
    if (hosts.load_balance_hosts == load_balance_hosts::random) by_ = balance::random;
}

cluster_members& cluster_members::add(const connection_config& host, node_options options) {
    if (host.hosts.empty()) throw error{errc::invalid_option, "a node of a cluster needs a host"};
    nodes_.push_back({clustering::only_host(host, 0), std::move(options)});
    return *this;
}

cluster_members& cluster_members::writing_functions(std::vector<std::string> names) {
    functions_ = std::move(names);
    for (auto& n : functions_) std::ranges::transform(n, n.begin(), lower);
    return *this;
}

namespace clustering {

connection_config only_host(const connection_config& all, std::size_t index) {
    auto one = all;
    one.hosts = {all.hosts.at(index)};
    if (!all.host_passwords.empty()) one.host_passwords = {all.host_passwords.at(index)};
    one.target_session_attrs = target_session_attrs::any;  // the cluster knows what each node is
    return one;
}

connection_config for_probes(connection_config config, std::chrono::milliseconds timeout) {
    config.connect_timeout = timeout;
    config.cancel_grace = std::chrono::milliseconds{1};  // what does not answer in time is closed
    config.statement_cache_entries = 1;
    return config;
}

// Coarse: a name in a string or a comment counts too, which costs a read its replica and nothing else.
bool calls_any(std::string_view sql, const std::vector<std::string>& names) noexcept {
    for (const auto& name : names) {
        const auto same = [](char in_sql, char in_name) { return lower(in_sql) == in_name; };
        for (auto rest = sql;;) {
            const auto found = std::ranges::search(rest, name, same);
            if (found.empty()) break;
            const auto at = static_cast<std::size_t>(found.begin() - rest.begin());
            const bool begins = at == 0 || !is_part_of_word(rest[at - 1]);
            const auto behind = rest.find_first_not_of(" \t\r\n\"", at + name.size());
            if (begins && behind != std::string_view::npos && rest[behind] == '(') return true;
            rest.remove_prefix(at + 1);
        }
    }
    return false;
}

}  // namespace clustering
}  // namespace howdah
