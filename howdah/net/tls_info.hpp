#pragma once

#include <optional>
#include <string>
#include <vector>

#include "howdah/net/certificate.hpp"

namespace howdah::net {

/// How far the server's certificate was verified.
enum class verification { none, chain, chain_and_name };
/// Whether the server asked for this client's certificate, and got one.
enum class client_certificate { not_requested, not_sent, sent };

/// What a handshake agreed on, for people.
struct tls_info {
    std::string version;             // "TLSv1.3"
    std::string cipher;              // "TLS_AES_256_GCM_SHA384"
    int bits = 0;                    // of the cipher's key
    std::string alpn;                // "postgresql", or empty if the server chose none
    std::vector<certificate> chain;  // as the server sent it, its own certificate first
    verification verified = verification::none;
    std::optional<certificate> own;  // this client's, where it was sent
    enum client_certificate client_certificate = client_certificate::not_requested;
};

}  // namespace howdah::net
