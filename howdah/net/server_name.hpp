#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace howdah::net {

/// The names a certificate carries, as bytes.
struct server_names {
    std::vector<std::string> dns{};        // subjectAltName's dNSName
    std::vector<std::string> addresses{};  // its iPAddress: 4 or 16 bytes in network order
    std::vector<std::string> common{};     // the subject's first CN, or none
};

/// True for what inet_aton or inet_pton reads.
bool is_numeric_host(const std::string& host) noexcept;

/// libpq's rules (fe-secure-common.c): names compare without case; "*." at the beginning stands for exactly one label;
/// the CN counts only if there is no subjectAltName of the host's own kind (name or address).
/// A certificate with a NUL in a name, or an address of odd length, matches nothing.
bool matches(const server_names& names, const std::string& host);

/// For messages: every dNSName and address, or else the CN.
std::vector<std::string> shown(const server_names& names);

/// RFC 6066: a host that may be sent as the server name indication: not empty and not an address.
bool is_indicable(std::string_view host) noexcept;

}  // namespace howdah::net
