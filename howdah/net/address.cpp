#include "howdah/net/address.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>

#include "howdah/base/error.hpp"

namespace howdah::net {
namespace {

#ifdef __linux__
constexpr bool has_abstract_sockets = true;
#else
constexpr bool has_abstract_sockets = false;
#endif

std::string numeric_text(const sockaddr& where, socklen_t size) {
    std::array<char, NI_MAXHOST> host{};
    std::array<char, NI_MAXSERV> port{};
    if (getnameinfo(&where, size, host.data(), host.size(), port.data(), port.size(), NI_NUMERICHOST | NI_NUMERICSERV))
        return "an address that can't be shown";
    const std::string address{host.data()};
    return (where.sa_family == AF_INET6 ? '[' + address + ']' : address) + ':' + port.data();
}

address copy(const addrinfo& from) {
    address out;
    std::memcpy(&out.storage, from.ai_addr, from.ai_addrlen);
    out.size = from.ai_addrlen;
    out.text = numeric_text(*from.ai_addr, from.ai_addrlen);
    return out;
}

}  // namespace

address unix_address(std::string_view folder, std::uint16_t port) {
    address out;
    out.text = std::string{folder} + "/.s.PGSQL." + std::to_string(port);
    const bool abstract = folder.starts_with('@');
    if (abstract && !has_abstract_sockets)
        throw error{errc::unsupported_option,
                    "host \"" + std::string{folder} + "\" names an abstract socket, which only Linux has"};

    auto& un = reinterpret_cast<sockaddr_un&>(out.storage);
    if (out.text.size() >= sizeof un.sun_path)
        throw error{errc::invalid_option, "the socket's path \"" + out.text +
                                              "\" is too long: " + std::to_string(out.text.size()) +
                                              " bytes, at most " + std::to_string(sizeof un.sun_path - 1) +
                                              "; use a shorter folder in host (unix_socket_directories on the server)"};
    un.sun_family = AF_UNIX;
    std::memcpy(un.sun_path, out.text.data(), out.text.size());
    // An abstract name begins with NUL and ends where the length says; a path ends with NUL.
    if (abstract) un.sun_path[0] = '\0';
    out.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + out.text.size() + (abstract ? 0 : 1));
    return out;
}

found_addresses look_up(const std::string& host, std::uint16_t port, name_or_number kind) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV | (kind == name_or_number::number ? AI_NUMERICHOST : 0);
    addrinfo* list = nullptr;
    found_addresses out;
    out.status = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
    if (out.status != 0) {
        out.system_error = errno;
        return out;
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{list, &freeaddrinfo};
    for (const addrinfo* at = list; at != nullptr; at = at->ai_next)
        if (at->ai_family == AF_INET || at->ai_family == AF_INET6) out.addresses.push_back(copy(*at));
    if (out.addresses.empty()) out.status = EAI_NONAME;
    return out;
}

std::optional<address> numeric_address(const std::string& host, std::uint16_t port) {
    auto found = look_up(host, port, name_or_number::number);
    if (found.addresses.empty()) return std::nullopt;
    return std::move(found.addresses.front());
}

}  // namespace howdah::net
