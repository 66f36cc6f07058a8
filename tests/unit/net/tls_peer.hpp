#pragma once

#include <memory>
#include <string>
#include <vector>

#include "certificates.hpp"
#include "howdah/net/channel.hpp"
#include "howdah/net/openssl.hpp"

namespace howdah::net::test {

struct server_options {
    int min_version = TLS1_2_VERSION, max_version = TLS1_3_VERSION;
    std::string alpn = "postgresql";     // the protocol it takes; empty: it does not know ALPN
    const authority* clients = nullptr;  // asks for certificates of this authority
    bool insists = true;                 // on one
};

/// OpenSSL's server end, over memory: what a PostgreSQL server's TLS is.
class tls_server {
public:
    explicit tls_server(const identity& self, const server_options& options = {});
    tls_server(const tls_server&) = delete;
    tls_server& operator=(const tls_server&) = delete;

    /// Takes what the client sent, goes on with the handshake, and appends what it reads to `received`.
    void take(bytes_view from_client);
    /// What it sends to the client, then forgotten.
    std::string give();

    void write(std::string_view plain);
    /// Changes its sending keys, and asks for new ones.
    void update_keys();
    void shut_down();

    bool established() const;
    bool was_closed() const;  // by the client's close_notify
    std::string server_name() const;
    std::string failure() const { return failure_; }

    std::string received;

private:
    void note(int result);

    ssl_context_ptr context_;
    ssl_ptr ssl_;
    std::string alpn_, failure_;
};

/// Brings what each end has to say to the other, `chunk` bytes at a time.
void exchange(channel& client, tls_server& server, std::size_t chunk = 1 << 16);

/// Starts TLS and goes through the handshake.
channel::progress shake_hands(channel& client, tls_server& server, std::shared_ptr<const tls_context> context,
                              const endpoint& host, std::size_t chunk = 1 << 16);

/// Everything that the channel has decrypted, drained in rooms of `room` bytes.
std::string drain(channel& client, std::error_code& failed, std::size_t room = 1 << 16);

}  // namespace howdah::net::test
