#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace howdah::net {

/// Where a socket connects to.
struct address {
    sockaddr_storage storage{};
    socklen_t size = 0;
    std::string text;  // "10.0.0.1:5432", "[::1]:5432" or the socket's path, for messages

    int family() const noexcept { return storage.ss_family; }
    const sockaddr* data() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// The server's socket in `folder`: ".s.PGSQL.PORT". A folder that begins with '@' is in Linux's abstract namespace.
/// Throws error invalid_option if the path does not fit a socket's address, unsupported_option if abstract sockets
/// are not the system's.
address unix_address(std::string_view folder, std::uint16_t port);

enum class name_or_number { either, number };

/// getaddrinfo's answer.
struct found_addresses {
    std::vector<address> addresses;  // in getaddrinfo's order; empty if it failed
    int status = 0;                  // EAI_*, 0 if it found some
    int system_error = 0;            // errno, with EAI_SYSTEM
};

/// getaddrinfo for TCP. Blocks as long as the name server takes, unless only a number is wanted.
found_addresses look_up(const std::string& host, std::uint16_t port, name_or_number kind);

/// An IPv4 or IPv6 address in any spelling getaddrinfo reads ("127.0.0.1", "::1", "fe80::1%eth0"); nullopt for a name.
/// Never asks a name server.
std::optional<address> numeric_address(const std::string& host, std::uint16_t port);

}  // namespace howdah::net
