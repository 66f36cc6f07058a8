#pragma once

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include "howdah/async/awaitable.hpp"
#include "howdah/base/bytes.hpp"
#include "howdah/net/channel.hpp"
#include "howdah/sim/reception/server_tls.hpp"

namespace howdah::sim {

using stream_socket = boost::asio::generic::stream_protocol::socket;

// What a stream wants of either side's TLS.
inline std::optional<std::size_t> decrypt_some(server_tls& tls, std::span<std::byte> into) { return tls.decrypt(into); }
inline std::optional<std::size_t> decrypt_some(net::channel& tls, std::span<std::byte> into) {
    std::error_code failed;
    const auto n = tls.decrypt(into, failed);
    return failed ? std::nullopt : std::optional{n};
}
inline bool encrypt_all(server_tls& tls, bytes_view plain) { return tls.encrypt(plain); }
inline bool encrypt_all(net::channel& tls, bytes_view plain) { return !tls.encrypt(plain); }

/// Plain bytes over a socket, with TLS between or without. One coroutine reads, another writes; both on its executor.
template <class Tls>
class stream {
public:
    /// `left_over`: plain bytes that were read already.
    stream(stream_socket socket, Tls tls, bytes_view left_over)
        : socket_{std::move(socket)}, tls_{std::move(tls)}, left_over_{left_over.begin(), left_over.end()} {}

    stream_socket& socket() noexcept { return socket_; }

    /// What there is, `into`'s size at most; 0: the other end has closed, or is lost.
    awaitable<std::size_t> read_some(std::span<std::byte> into) {
        if (!left_over_.empty()) co_return take_left_over(into);
        if (!tls_.encrypted()) co_return co_await receive(into);
        for (;;) {
            const auto n = decrypt_some(tls_, into);
            const bool sound = co_await flush();
            if (!n || !sound) co_return 0;
            if (*n > 0) co_return *n;
            ciphertext_.resize(read_size);
            const auto got = co_await receive(ciphertext_);
            if (got == 0) co_return 0;
            tls_.feed(bytes_view{ciphertext_}.first(got));
        }
    }

    /// False: the other end is lost.
    awaitable<bool> write_all(bytes_view plain) {
        if (!tls_.encrypted()) co_return co_await send(plain);
        // In parts, so that what is encrypted and not sent stays bounded.
        while (!plain.empty()) {
            const auto part = plain.first(std::min(plain.size(), encrypted_at_once));
            if (!encrypt_all(tls_, part)) co_return false;
            const bool sent = co_await flush();
            if (!sent) co_return false;
            plain = plain.subspan(part.size());
        }
        co_return true;
    }

    /// Nothing more will be written; what the other end says can still be read.
    void end_writing() noexcept {
        if (tls_.encrypted()) {
            tls_.shut_down();
            // A goodbye that does not fit into the socket's buffer at once is not worth waiting for.
            const auto last = tls_.outgoing();
            (void)::send(socket_.native_handle(), last.data(), last.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        }
        (void)::shutdown(socket_.native_handle(), SHUT_WR);
    }
    void close() noexcept {
        boost::system::error_code ignored;
        (void)socket_.close(ignored);
    }

private:
    static constexpr std::size_t read_size = std::size_t{32} << 10;
    static constexpr std::size_t encrypted_at_once = std::size_t{256} << 10;

    std::size_t take_left_over(std::span<std::byte> into) {
        const auto n = std::min(into.size(), left_over_.size());
        std::copy_n(left_over_.begin(), n, into.begin());
        left_over_.erase(left_over_.begin(), left_over_.begin() + static_cast<std::ptrdiff_t>(n));
        return n;
    }

    awaitable<std::size_t> receive(std::span<std::byte> into) {
        boost::system::error_code failed;
        const auto room = boost::asio::buffer(into.data(), into.size());
        const auto n =
            co_await socket_.async_read_some(room, boost::asio::redirect_error(boost::asio::use_awaitable, failed));
        co_return failed ? 0 : n;
    }

    awaitable<bool> send(bytes_view out) {
        while (!out.empty()) {
            const auto n = send_now(out);
            if (!n) co_return false;
            out = out.subspan(*n);
            if (*n > 0) continue;
            const bool ready = co_await writable();
            if (!ready) co_return false;
        }
        co_return true;
    }

    // As send(), of what TLS has to say; two may flush at once, since between a part's sending and its leaving the queue
    // nothing else runs.
    awaitable<bool> flush() {
        for (auto out = tls_.outgoing(); !out.empty(); out = tls_.outgoing()) {
            const auto n = send_now(out);
            if (!n) co_return false;
            tls_.sent(*n);
            if (*n > 0) continue;
            const bool ready = co_await writable();
            if (!ready) co_return false;
        }
        co_return true;
    }

    // What the socket takes without a wait, which is nearly always all: a wait costs two system calls more. nullopt: the
    // other end is gone.
    std::optional<std::size_t> send_now(bytes_view out) noexcept {
        for (;;) {
            const auto n = ::send(socket_.native_handle(), out.data(), out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (n > 0) return static_cast<std::size_t>(n);
            if (errno == EAGAIN) return 0;
            if (errno != EINTR) return std::nullopt;
        }
    }

    awaitable<bool> writable() {
        boost::system::error_code failed;
        co_await socket_.async_wait(stream_socket::wait_write,
                                    boost::asio::redirect_error(boost::asio::use_awaitable, failed));
        co_return !failed;
    }

    stream_socket socket_;
    Tls tls_;
    bytes left_over_;
    bytes ciphertext_;
};

using client_stream = stream<server_tls>;
using server_stream = stream<net::channel>;

}  // namespace howdah::sim
