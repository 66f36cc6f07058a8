#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <system_error>

#include "howdah/async/dial.hpp"
#include "howdah/base/last_error.hpp"
#include "howdah/net/deadline.hpp"
#include "howdah/net/socket.hpp"

namespace howdah::async {

enum class readiness { readable, writable };

/// Waits until recv or send would not block. errc::timed_out at the deadline.
awaitable<std::error_code> wait(stream_socket& socket, readiness what, net::time_point deadline);

/// A nonblocking socket, connected to `to`; an error in `failed`.
awaitable<stream_socket> connect_socket(const net::address& to, const connection_config& config,
                                        net::time_point deadline, std::error_code& failed);

/// The socket of an opened file descriptor, on the coroutine's executor.
awaitable<stream_socket> adopt(net::unique_fd fd, int family);

/// As net::resolve, without blocking the thread.
awaitable<std::vector<net::address>> resolve(const endpoint& host, net::time_point deadline);

/// Sends all of x.output().
template <class Exchange>
awaitable<std::error_code> send_output(stream_socket& socket, Exchange& x, net::time_point deadline) {
    for (auto out = x.output(); !out.empty(); out = x.output()) {
        const auto n = ::send(socket.native_handle(), out.data(), out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) {
            x.written(static_cast<std::size_t>(n));
        } else if (errno == EAGAIN) {
            if (const auto failed = co_await wait(socket, readiness::writable, deadline)) co_return failed;
        } else if (errno != EINTR) {
            co_return last_error();
        }
    }
    co_return std::error_code{};
}

/// Reads once what there is, or the end.
template <class Exchange>
awaitable<std::error_code> receive(stream_socket& socket, Exchange& x, net::time_point deadline) {
    if (const auto failed = co_await wait(socket, readiness::readable, deadline)) co_return failed;
    const auto room = x.input_space();
    const auto n = ::recv(socket.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
    if (n > 0) {
        x.commit(static_cast<std::size_t>(n));
    } else if (n == 0) {
        x.input_ended();
    } else if (errno != EINTR && errno != EAGAIN) {
        co_return last_error();
    }
    co_return std::error_code{};
}

}  // namespace howdah::async
