#include "howdah/net/tls_failure.hpp"

#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <algorithm>
#include <array>
#include <string>

#include "howdah/net/openssl.hpp"

namespace howdah::net {
namespace {

struct hint {
    int reason;
    const char* words;
};

constexpr const char* not_tls = "; what answers does not speak TLS: is this a PostgreSQL server's port?";
constexpr const char* other_version = "; client and server have no TLS version in common: see "
                                      "ssl_min_protocol_version on both sides (this client has 1.2 and 1.3)";
constexpr const char* our_certificate = "; the server does not accept this client's certificate: see sslcert, sslkey "
                                        "and the server's ssl_ca_file";
constexpr const char* no_certificate = "; the server asks for a client certificate: set sslcert and sslkey";
constexpr const char* no_protocol = "; what answers does not offer PostgreSQL's protocol over TLS";

constexpr std::array hints{
    hint{SSL_R_WRONG_VERSION_NUMBER, not_tls},
    hint{SSL_R_HTTP_REQUEST, not_tls},
    hint{SSL_R_PACKET_LENGTH_TOO_LONG, not_tls},
    hint{SSL_R_UNSUPPORTED_PROTOCOL, other_version},
    hint{SSL_R_NO_PROTOCOLS_AVAILABLE, other_version},
    hint{SSL_R_VERSION_TOO_LOW, other_version},
    hint{SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, other_version},
    hint{SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, our_certificate},
    hint{SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, our_certificate},
    hint{SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, our_certificate},
    hint{SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, our_certificate},
    hint{SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, our_certificate},
    hint{SSL_R_TLSV1_ALERT_UNKNOWN_CA, our_certificate},
    hint{SSL_R_TLSV1_ALERT_DECRYPT_ERROR, our_certificate},
    hint{SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, no_certificate},
    hint{SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL, no_protocol},
};

const char* hint_for(unsigned long code) noexcept {
    if (ERR_GET_LIB(code) != ERR_LIB_SSL) return "";
    const auto* found = std::ranges::find(hints, ERR_GET_REASON(code), &hint::reason);
    return found == hints.end() ? "" : found->words;
}

}  // namespace

error tls_failure(unsigned long code, tls_stage stage, const tls_context& context) {
    std::string words = stage == tls_stage::handshake ? "the TLS handshake failed: " : "TLS failed: ";
    words += openssl_reason(code) + hint_for(code);
    if (stage == tls_stage::handshake && context.negotiation() == ssl_negotiation::direct)
        words += "; sslnegotiation=direct needs PostgreSQL 17 or newer";
    return error{errc::tls_failed, std::move(words)}.at(phase::tls);
}

error tls_truncated(tls_stage stage, const tls_context& context) {
    if (stage == tls_stage::established)
        return error{errc::connection_closed, "the connection was lost: it ended without TLS's close_notify",
                     fate::unknown};
    std::string words = "the server closed the connection during the TLS handshake";
    if (context.negotiation() == ssl_negotiation::direct)
        words += "; sslnegotiation=direct needs PostgreSQL 17 or newer";
    return error{errc::connection_closed, std::move(words)}.at(phase::tls);
}

error tls_closed() { return error{errc::connection_closed, "the server closed the connection", fate::unknown}; }

}  // namespace howdah::net
