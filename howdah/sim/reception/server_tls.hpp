#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "howdah/base/bytes.hpp"
#include "howdah/base/error.hpp"

struct ssl_ctx_st;
struct ssl_st;
struct bio_st;

namespace howdah::sim {

/// The certificate and key that clients are shown. Immutable, and safe to use from several threads.
class server_tls_context {
public:
    /// PEM files; the certificate's may hold intermediates behind it.
    /// Throws error: invalid_option (a file that can't be used), insecure_file (a key that others can read).
    server_tls_context(const std::string& certificate_file, const std::string& key_file);
    ~server_tls_context();
    server_tls_context(const server_tls_context&) = delete;
    server_tls_context& operator=(const server_tls_context&) = delete;

    ssl_ctx_st* native() const noexcept { return context_; }
    /// The certificate's tls-server-end-point hash (RFC 5929); empty if it has none.
    const bytes& certificate_hash() const noexcept { return certificate_hash_; }

private:
    ssl_ctx_st* context_;
    bytes certificate_hash_;
};

/// The server's side of TLS on one connection, as net::channel is the client's: bytes in, bytes out, no I/O. Without
/// TLS (`!encrypted()`) nothing of it is called. Every step may leave something in `outgoing`: send it after each.
class server_tls {
public:
    enum class progress { need_input, done, failed };

    server_tls() noexcept;
    server_tls(server_tls&& other) noexcept;
    server_tls& operator=(server_tls&& other) noexcept;
    ~server_tls();

    bool encrypted() const noexcept { return ssl_ != nullptr; }

    void accept(std::shared_ptr<const server_tls_context> context);
    /// Ciphertext that came.
    void feed(bytes_view ciphertext);
    progress handshake();
    /// Writes plain bytes to `into`: fewer than its size when nothing more is inside. nullopt: the client closed TLS, or
    /// sent what can't be decrypted.
    std::optional<std::size_t> decrypt(std::span<std::byte> into);
    /// False: TLS has failed, or is closed.
    bool encrypt(bytes_view plain);
    /// Says goodbye: nothing may be encrypted after it.
    void shut_down() noexcept;

    bytes_view outgoing();
    void sent(std::size_t n) noexcept;

private:
    void drain();

    std::shared_ptr<const server_tls_context> context_;
    ssl_st* ssl_ = nullptr;
    bio_st* in_ = nullptr;   // the ssl's
    bio_st* out_ = nullptr;  // the ssl's
    bytes outgoing_;
    std::size_t sent_ = 0;
    bool failed_ = false;
};

}  // namespace howdah::sim
