#include "howdah/sim/reception/listening_sockets.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <exception>
#include <system_error>

#include "howdah/base/error.hpp"
#include "howdah/base/last_error.hpp"
#include "howdah/net/address.hpp"

namespace howdah::sim {
namespace {

struct spelled_address {
    std::string host;
    std::uint16_t port;
};

spelled_address read_address(const std::string& text) {
    const auto colon = text.rfind(':');
    const auto digits = colon == std::string::npos ? std::string{} : text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, port);
    auto host = text.substr(0, colon == std::string::npos ? 0 : colon);
    if (host.size() > 1 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    if (digits.empty() || read.ec != std::errc{} || read.ptr != end || host.find('[') != std::string::npos)
        throw error{errc::invalid_option, "\"" + text +
                                              "\" is no address to listen at: HOST:PORT, [::1]:PORT, :PORT (of "
                                              "this machine only) or /FOLDER:PORT (a unix socket)"};
    return {.host = host.empty() ? "127.0.0.1" : host, .port = port};
}

error cannot_listen(const net::address& at, std::error_code why) {
    return {why, "can't listen at " + at.text + ": " + why.message()};
}

std::uint16_t port_of(int socket) {
    sockaddr_storage at{};
    socklen_t size = sizeof at;
    if (getsockname(socket, reinterpret_cast<sockaddr*>(&at), &size) != 0) return 0;
    if (at.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in*>(&at)->sin_port);
    if (at.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(&at)->sin6_port);
    return 0;
}

// "[::1]:5432" without its port.
std::string host_of(const net::address& at) {
    auto host = at.text.substr(0, at.text.rfind(':'));
    return host.front() == '[' ? host.substr(1, host.size() - 2) : host;
}

// A unix socket's file outlives its server; nobody listens at this one any more.
bool remove_dead_socket(const net::address& at) {
    std::error_code failed;
    const auto probe = net::open_socket(at, failed);
    if (failed || connect(probe.get(), at.data(), at.size) == 0 || errno != ECONNREFUSED) return false;
    return unlink(at.text.c_str()) == 0;
}

bool bind_to(int socket, const net::address& at) {
    if (bind(socket, at.data(), at.size) == 0) return true;
    return errno == EADDRINUSE && at.family() == AF_UNIX && remove_dead_socket(at) &&
           bind(socket, at.data(), at.size) == 0;
}

listening_socket listen(const net::address& at) {
    std::error_code failed;
    listening_socket out{.socket = net::open_socket(at, failed), .family = at.family(), .host = {}, .port = 0};
    if (failed) throw error{cannot_listen(at, failed)};
    const int on = 1;
    if (at.family() == AF_INET || at.family() == AF_INET6)
        (void)setsockopt(out.socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (at.family() == AF_INET6) (void)setsockopt(out.socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (!bind_to(out.socket.get(), at) || ::listen(out.socket.get(), SOMAXCONN) != 0)
        throw error{cannot_listen(at, last_error())};
    return out;
}

}  // namespace

std::vector<listening_socket> listen_at(const std::string& text) {
    const auto spelled = read_address(text);
    std::vector<listening_socket> out;
    if (spelled.host[0] == '/' || spelled.host[0] == '@') {
        const auto at = net::unix_address(spelled.host, spelled.port);
        auto& made = out.emplace_back(listen(at));
        made.host = spelled.host;
        made.port = spelled.port;
        if (spelled.host[0] == '/') made.file = at.text;
        return out;
    }
    const auto found = net::look_up(spelled.host, spelled.port, net::name_or_number::either);
    if (found.addresses.empty())
        throw error{errc::host_not_found, "can't resolve the host \"" + spelled.host + "\" to listen at"};
    std::exception_ptr refused;  // "localhost" may be ::1 too, where that machine has no IPv6
    for (const auto& at : found.addresses) {
        try {
            auto& made = out.emplace_back(listen(at));
            made.host = host_of(at);
            made.port = port_of(made.socket.get());
        } catch (const error&) {
            refused = std::current_exception();
        }
    }
    if (out.empty()) std::rethrow_exception(refused);
    return out;
}

}  // namespace howdah::sim
