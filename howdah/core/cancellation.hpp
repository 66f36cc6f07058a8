#pragma once

#include <memory>
#include <optional>

#include "howdah/config/connection_config.hpp"
#include "howdah/net/channel.hpp"

namespace howdah::core {

/// Asks a server, over a socket of its own, to cancel what one of its processes works on: TLS where the connection
/// has it, the CancelRequest, then the server's end of the socket, which says that the signal is out. No I/O.
class cancellation {
public:
    /// `tls` is null for a connection without TLS.
    cancellation(std::shared_ptr<const net::tls_context> tls, const endpoint& server, std::uint32_t process_id,
                 bytes_view cancel_key);

    bytes_view output() const noexcept;
    void written(std::size_t n) noexcept;
    std::span<std::byte> input_space();
    void commit(std::size_t n);
    /// The server closed the socket: done() if the request had been sent.
    void input_ended() noexcept;

    bool over() const noexcept { return state_ == state::done || state_ == state::failed; }
    bool done() const noexcept { return state_ == state::done; }

private:
    enum class state : std::uint8_t { tls_reply, tls_handshake, sent, done, failed };
    void begin_tls();
    void step_tls();

    std::shared_ptr<const net::tls_context> tls_;
    endpoint server_;
    net::channel channel_;
    bytes request_, plain_, input_;
    std::size_t sent_ = 0;
    state state_;
};

}  // namespace howdah::core
