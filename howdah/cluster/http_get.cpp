#include "howdah/cluster/http_get.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "howdah/base/error.hpp"
#include "howdah/base/last_error.hpp"
#include "howdah/cluster/detail/http_answer.hpp"
#include "howdah/net/resolve.hpp"
#include "howdah/net/socket.hpp"
#include "howdah/net/waker.hpp"

namespace howdah::clustering {
namespace {

void require(std::error_code failure, const char* doing) {
    if (failure) throw error{failure, std::string{"it could not be "} + doing + ": " + failure.message()};
}

net::unique_fd connect(const endpoint& to, const net::wait_limit& limit, const std::stop_token& stop) {
    std::error_code failure;
    for (const auto& address : net::resolve(to, limit.deadline, stop)) {
        auto fd = net::connect(address, {}, limit, failure);
        if (fd) return fd;
    }
    require(failure ? failure : make_error_code(errc::connect_failed), "connected to");
    return {};
}

// What is sent is shorter than any socket's buffer.
void send(int fd, std::string_view request) {
#ifdef MSG_NOSIGNAL
    constexpr int flags = MSG_NOSIGNAL;
#else
    constexpr int flags = 0;
#endif
    while (!request.empty()) {
        const auto sent = ::send(fd, request.data(), request.size(), flags);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) require(last_error(), "asked");
        request.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string receive(int fd, const net::wait_limit& limit) {
    constexpr std::size_t at_once = 16 * 1024;
    http_answer answer;
    std::array<char, at_once> some;
    while (!answer.done()) {
        require(net::wait_readable(fd, limit), "heard");
        const auto got = ::recv(fd, some.data(), some.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) require(last_error(), "heard");
        if (got == 0) {
            answer.end();
        } else {
            answer.feed({some.data(), static_cast<std::size_t>(got)});
        }
    }
    return answer.body();
}

}  // namespace

std::string http_get(const endpoint& from, std::string_view path, net::time_point deadline, const std::stop_token& stop,
                     std::string_view authorization) {
    const net::waker interruption;
    const std::stop_callback when_stopped{stop, [&] { interruption.wake(); }};
    const net::wait_limit limit{deadline, interruption.descriptor()};
    const auto what = "http://" + from.to_string() + std::string{path} + ": ";
    try {
        const auto fd = connect(from, limit, stop);
        send(fd.get(), http_request(from, path, authorization));
        return receive(fd.get(), limit);
    } catch (error& e) {
        throw error{e.prefixed(what).from_host(from.to_string())};
    }
}

}  // namespace howdah::clustering
