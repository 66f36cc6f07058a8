#include "howdah/testing/free_port.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <random>

#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/failure.hpp"

namespace howdah::testing {
namespace {

bool can_listen(std::uint16_t port) {
    const descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (!socket) fail_system("socket");
    const int on = 1;
    ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

// Below the ports that the system gives to outgoing connections: one of those could take ours during a restart.
std::uint16_t free_port() {
    std::random_device source;
    std::uniform_int_distribution<unsigned> pick{15'000, 32'000};
    for (int attempt = 0; attempt < 1'000; ++attempt)
        if (const auto port = static_cast<std::uint16_t>(pick(source)); can_listen(port)) return port;
    fail("no free TCP port on 127.0.0.1 between 15000 and 32000");
}

}  // namespace howdah::testing
