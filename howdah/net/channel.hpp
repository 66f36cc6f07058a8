#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <system_error>

#include "howdah/base/bytes.hpp"
#include "howdah/base/error.hpp"
#include "howdah/config/connection_config.hpp"
#include "howdah/net/tls_context.hpp"
#include "howdah/net/tls_info.hpp"

namespace howdah::net {

/// What stands between a session's bytes and a socket's: nothing, or TLS. It does no I/O.
///
/// Plain (`!encrypted()`), a driver reads into the session's own buffer and writes from it; the channel is not asked.
/// With TLS it reads into `ciphertext_space`, says `commit`, and calls `decrypt` until that gives less than its room;
/// it gives what is to be sent to `encrypt`, and sends `outgoing`. Every step may leave something in `outgoing`,
/// `decrypt` too: look there after each. No step waits: reading goes on while `outgoing` can't be sent.
///
/// A step that fails leaves its words in `failure`, and perhaps a last alert for the server in `outgoing`.
class channel {
public:
    enum class progress { need_input, done, failed };

    channel() noexcept;
    channel(channel&&) noexcept;
    channel& operator=(channel&&) noexcept;
    ~channel();

    bool encrypted() const noexcept { return tls_ != nullptr; }

    /// From here on the channel speaks TLS, as its client, to `server`: its host is the name that is indicated (SNI)
    /// and that verify-full looks for. Throws error invalid_option if verify-full has no host name to look for.
    void start_tls(std::shared_ptr<const tls_context> context, const endpoint& server);
    /// Call it first after start_tls, then after each commit, and send `outgoing` after each call.
    progress handshake();

    /// Room for at least `n` bytes from the socket. Use 16 KiB or more: a TLS record's size.
    std::span<std::byte> ciphertext_space(std::size_t n);
    /// This much of it was read.
    void commit(std::size_t n) noexcept;
    /// ciphertext_space and commit, by copy.
    void feed(bytes_view ciphertext);
    /// The socket is at its end.
    void end_of_input() noexcept;

    /// Writes plain bytes to `into` and says how many: fewer than its size when nothing more is inside the channel.
    /// Sets `failed` only with a result of 0, and then at every later call: tls_failed, or connection_closed after the
    /// server's close_notify and after an end of input without one (a truncation).
    std::size_t decrypt(std::span<std::byte> into, std::error_code& failed);

    /// Adds `plain` to `outgoing`, encrypted, all of it: bound what you give by what the socket takes.
    std::error_code encrypt(bytes_view plain);
    /// Adds close_notify to `outgoing`: nothing may be encrypted after it.
    void shut_down() noexcept;

    /// What to send; dies at the next step.
    bytes_view outgoing() const noexcept;
    /// This much of it was sent.
    void sent(std::size_t n) noexcept;

    /// Why a step failed: certificate_rejected, tls_failed or connection_closed. Only after a failed step.
    error failure() const;

    /// Only after the handshake.
    tls_info info() const;
    /// The server's tls-server-end-point channel binding; see end_point_hash. Only after the handshake.
    std::optional<bytes> certificate_hash() const;

private:
    struct tls_state;
    std::unique_ptr<tls_state> tls_;  // null: plain
};

}  // namespace howdah::net
