#include "howdah/sim/reception/peer.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>

namespace howdah::sim {

wire::channel_kind kind_of_peer(int socket) noexcept {
    using enum wire::channel_kind;
    constexpr std::uint32_t loopback_network = 127;
    sockaddr_storage at{};
    socklen_t size = sizeof at;
    if (::getpeername(socket, reinterpret_cast<sockaddr*>(&at), &size) != 0) return open_network;
    if (at.ss_family == AF_UNIX) return local_socket;
    bool own = false;
    if (at.ss_family == AF_INET)
        own = ntohl(reinterpret_cast<const sockaddr_in*>(&at)->sin_addr.s_addr) >> 24 == loopback_network;
    if (at.ss_family == AF_INET6) own = IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(&at)->sin6_addr);
    return own ? local_socket : open_network;
}

}  // namespace howdah::sim
