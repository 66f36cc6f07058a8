#include "loopback.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>

namespace howdah::test {
namespace {

using testing::descriptor;

[[noreturn]] void fail(const char* call) { throw std::system_error{errno, std::system_category(), call}; }

descriptor tcp_socket() {
    descriptor s{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (!s) fail("socket");
    return s;
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    out.sin_port = htons(port);
    return out;
}

void send_at_once(const descriptor& socket) {
    const int on = 1;
    (void)::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

listener::listener() : socket_{tcp_socket()} {
    constexpr int backlog = 16;
    const auto where = loopback(0);
    if (::bind(socket_.number(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) fail("bind");
    if (::listen(socket_.number(), backlog) != 0) fail("listen");
}

std::uint16_t listener::port() const {
    sockaddr_in where{};
    socklen_t size = sizeof where;
    if (::getsockname(socket_.number(), reinterpret_cast<sockaddr*>(&where), &size) != 0) fail("getsockname");
    return ntohs(where.sin_port);
}

descriptor listener::accept() const {
    descriptor client{::accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC)};
    if (client) send_at_once(client);
    return client;
}

alarm_bell::alarm_bell() : event_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
    if (!event_) fail("eventfd");
}

void alarm_bell::ring() const { (void)::eventfd_write(event_.number(), 1); }

void alarm_bell::quiet() const {
    eventfd_t rings = 0;
    (void)::eventfd_read(event_.number(), &rings);
}

descriptor connect_to(std::uint16_t port) {
    auto out = tcp_socket();
    const auto where = loopback(port);
    if (::connect(out.number(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) fail("connect");
    send_at_once(out);
    return out;
}

bool send_all(const descriptor& to, bytes_view out, testing::deadline limit) {
    while (!out.empty()) {
        const auto n = ::send(to.number(), out.data(), out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) {
            out = out.subspan(static_cast<std::size_t>(n));
        } else if (errno == EAGAIN) {
            pollfd waiting{.fd = to.number(), .events = POLLOUT, .revents = 0};
            if (::poll(&waiting, 1, milliseconds_until(limit)) == 0) return false;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

void reset_when_closed(const descriptor& socket) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    (void)::setsockopt(socket.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

int milliseconds_until(testing::deadline limit) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(limit - std::chrono::steady_clock::now());
    return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
}

}  // namespace howdah::test
