#include "howdah/async/detail/socket_io.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "howdah/net/resolve.hpp"

namespace howdah::async {
namespace {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;

awaitable<void> sleep_until(net::time_point deadline) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    timer.expires_at(deadline);
    co_await timer.async_wait(asio::use_awaitable);
}

awaitable<std::error_code> ready(stream_socket& socket, readiness what) {
    boost::system::error_code failed;
    const auto kind = what == readiness::readable ? stream_socket::wait_read : stream_socket::wait_write;
    co_await socket.async_wait(kind, asio::redirect_error(asio::use_awaitable, failed));
    co_return failed;
}

// For what `||` runs beside others: as a coroutine of its own it would hear of no cancellation but a terminal one.
template <class T>
awaitable<T> hears_all(awaitable<T> work) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    co_return co_await std::move(work);
}

}  // namespace

awaitable<std::error_code> wait(stream_socket& socket, readiness what, net::time_point deadline) {
    std::error_code failed;
    if (deadline == net::no_deadline) {
        failed = co_await ready(socket, what);
    } else {
        const auto first = co_await (hears_all(ready(socket, what)) || hears_all(sleep_until(deadline)));
        failed = first.index() == 0 ? std::get<0>(first) : make_error_code(errc::timed_out);
    }
    if (failed == std::errc::operation_canceled) failed = errc::cancelled;
    co_return failed;
}

awaitable<stream_socket> adopt(net::unique_fd fd, int family) {
    stream_socket socket{co_await asio::this_coro::executor};
    socket.assign(asio::generic::stream_protocol{family, 0}, fd.get());
    (void)fd.release();
    socket.native_non_blocking(true);
    co_return socket;
}

awaitable<stream_socket> connect_socket(const net::address& to, const connection_config& config,
                                        net::time_point deadline, std::error_code& failed) {
    constexpr auto full_backlog_pause = std::chrono::milliseconds{10};
    auto fd = net::open_socket(to, failed);
    if (!failed) failed = net::set_mode(fd.get(), net::blocking_mode::nonblocking);
    if (!failed) failed = net::set_options(fd.get(), to, config);
    if (failed) co_return stream_socket{co_await asio::this_coro::executor};
    auto socket = co_await adopt(std::move(fd), to.family());
    failed = net::start_connect(socket.native_handle(), to);
    while (failed == std::errc::resource_unavailable_try_again && net::time_point::clock::now() < deadline) {
        co_await sleep_until(net::time_point::clock::now() + full_backlog_pause);
        failed = net::start_connect(socket.native_handle(), to);
    }
    if (failed == std::errc::operation_in_progress) {
        failed = co_await wait(socket, readiness::writable, deadline);
        if (!failed) failed = net::finish_connect(socket.native_handle());
    }
    co_return socket;
}

awaitable<std::vector<net::address>> resolve(const endpoint& host, net::time_point deadline) {
    const auto& name = host.hostaddr.empty() ? host.host : host.hostaddr;
    if (host.is_unix_socket() || net::numeric_address(name, host.port)) co_return net::resolve_now(host);
    asio::ip::tcp::resolver resolver{co_await asio::this_coro::executor};
    boost::system::error_code failed;
    const auto look_up = [&]() -> awaitable<asio::ip::tcp::resolver::results_type> {
        co_return co_await resolver.async_resolve(name, std::to_string(host.port),
                                                  asio::redirect_error(asio::use_awaitable, failed));
    };
    const auto first = co_await (hears_all(look_up()) || hears_all(sleep_until(deadline)));
    if (first.index() == 1)
        throw error{errc::timed_out, "looking up the host \"" + name + "\" took longer than connect_timeout"};
    if (failed == asio::error::operation_aborted)
        throw error{errc::cancelled, "looking up the host \"" + name + "\" was cancelled"};
    if (failed)
        throw error{errc::host_not_found, "can't resolve the host \"" + name + "\": " + failed.message() +
                                              "; check its spelling, and the name service"};
    std::vector<net::address> out;
    for (const auto& entry : std::get<0>(first)) {
        auto& a = out.emplace_back();
        std::memcpy(&a.storage, entry.endpoint().data(), entry.endpoint().size());
        a.size = static_cast<socklen_t>(entry.endpoint().size());
        const auto ip = entry.endpoint().address();
        a.text = (ip.is_v6() ? "[" + ip.to_string() + "]" : ip.to_string()) + ":" + std::to_string(host.port);
    }
    co_return out;
}

}  // namespace howdah::async
