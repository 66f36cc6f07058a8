#include "howdah/net/server_name.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace howdah::net {
namespace {

// DNS names compare in ASCII, whatever the locale.
bool same_letter(char a, char b) noexcept {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(a) == lower(b);
}

bool same_name(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_letter);
}

bool wildcard_matches(std::string_view pattern, std::string_view host) noexcept {
    if (pattern.size() < 3 || !pattern.starts_with("*.") || pattern.size() > host.size()) return false;
    const std::size_t label = host.size() - pattern.size() + 1;  // what '*' stands for
    return same_name(pattern.substr(1), host.substr(label)) &&
           host.substr(0, label).find('.') == std::string_view::npos;
}

bool name_matches(std::string_view name, std::string_view host) noexcept {
    return same_name(name, host) || wildcard_matches(name, host);
}

bool address_matches(const std::string& address, const std::string& host) noexcept {
    std::array<char, sizeof(in6_addr)> wanted{};
    if (address.size() == sizeof(in_addr)) {
        in_addr v4{};
        if (inet_aton(host.c_str(), &v4) == 0) return false;
        std::memcpy(wanted.data(), &v4, sizeof v4);
    } else if (inet_pton(AF_INET6, host.c_str(), wanted.data()) != 1) {
        return false;
    }
    return std::memcmp(wanted.data(), address.data(), address.size()) == 0;
}

bool has_nul(const std::string& name) noexcept { return name.find('\0') != std::string::npos; }

bool is_malformed(const server_names& names) noexcept {
    return std::ranges::any_of(names.dns, has_nul) || std::ranges::any_of(names.common, has_nul) ||
           std::ranges::any_of(names.addresses, [](const std::string& a) {
               return a.size() != sizeof(in_addr) && a.size() != sizeof(in6_addr);
           });
}

}  // namespace

bool is_numeric_host(const std::string& host) noexcept {
    in_addr v4{};
    in6_addr v6{};
    return inet_aton(host.c_str(), &v4) != 0 || inet_pton(AF_INET6, host.c_str(), &v6) == 1;
}

bool matches(const server_names& names, const std::string& host) {
    if (host.empty() || is_malformed(names)) return false;
    const auto names_host = [&](const std::string& name) { return name_matches(name, host); };
    const auto is_host = [&](const std::string& address) { return address_matches(address, host); };
    if (std::ranges::any_of(names.dns, names_host) || std::ranges::any_of(names.addresses, is_host)) return true;
    const bool has_own_kind = is_numeric_host(host) ? !names.addresses.empty() : !names.dns.empty();
    return !has_own_kind && std::ranges::any_of(names.common, names_host);
}

std::vector<std::string> shown(const server_names& names) {
    std::vector<std::string> out = names.dns;
    for (const auto& address : names.addresses) {
        std::array<char, INET6_ADDRSTRLEN> text{};
        const int family = address.size() == sizeof(in_addr) ? AF_INET : AF_INET6;
        const bool whole = address.size() == sizeof(in_addr) || address.size() == sizeof(in6_addr);
        out.emplace_back(whole && inet_ntop(family, address.data(), text.data(), text.size()) ? text.data()
                                                                                              : "a malformed address");
    }
    if (out.empty()) out = names.common;
    return out;
}

bool is_indicable(std::string_view host) noexcept {
    return !host.empty() && host.find(':') == std::string_view::npos &&
           host.find_first_not_of("0123456789.") != std::string_view::npos;
}

}  // namespace howdah::net
