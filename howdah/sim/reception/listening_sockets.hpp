#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "howdah/net/socket.hpp"

namespace howdah::sim {

/// Where clients come to, as a conninfo names it: "127.0.0.1", "::1" or a unix socket's folder, and a port.
struct listening_place {
    std::string host;
    std::uint16_t port = 0;
};

/// A socket that listens.
struct listening_socket {
    net::unique_fd socket;
    int family = 0;
    std::string host;
    std::uint16_t port = 0;
    std::string file{};  // a unix socket's; removed by whoever closes it
};

/// "HOST:PORT" ("127.0.0.1:6543", "[::1]:6543"), ":PORT" (of this machine only), or "/FOLDER:PORT" (a unix socket). Port 0
/// lets the system choose. A name may have several addresses. Throws error: invalid_option (no such address),
/// host_not_found, or the system's.
std::vector<listening_socket> listen_at(const std::string& address);

}  // namespace howdah::sim
