#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "howdah/net/socket.hpp"

namespace howdah::sim {

/// A socket that listens, and where.
struct listening_socket {
    net::unique_fd socket;
    int family = 0;
    std::string host;  // as a conninfo names it: "127.0.0.1", "::1", a unix socket's folder
    std::uint16_t port = 0;
    std::string file{};  // a unix socket's; removed by whoever closes it
};

/// Of one address; a name may have several. See front_door for their spelling and for errors.
std::vector<listening_socket> listen_at(const std::string& address);

}  // namespace howdah::sim
