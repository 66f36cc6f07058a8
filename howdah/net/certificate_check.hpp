#pragma once

#include <optional>
#include <string>

#include "howdah/base/error.hpp"
#include "howdah/config/connection_config.hpp"
#include "howdah/net/certificate.hpp"
#include "howdah/net/openssl.hpp"
#include "howdah/net/tls_info.hpp"

namespace howdah::net {

/// Decides on a server's certificate inside the handshake, so that a bad one is answered with an alert before
/// anything of ours is sent. Hangs on the SSL as its application data.
class certificate_check {
public:
    /// `roots` says where the trusted certificates come from, for messages.
    certificate_check(verification wanted, std::string host, std::string roots);

    /// For SSL_CTX_set_cert_verify_callback.
    static int run(X509_STORE_CTX* store, void* unused) noexcept;

    verification wanted() const noexcept { return wanted_; }
    /// True once a certificate was accepted as far as wanted.
    bool passed() const noexcept { return passed_; }
    bool rejected() const noexcept { return refused_ != nullptr; }
    /// Which host was wanted, what the certificate says, and what to do. Only after a rejection.
    error rejection() const;

private:
    int decide(X509_STORE_CTX* store) noexcept;
    void refuse(X509_STORE_CTX* store) noexcept;

    verification wanted_;
    std::string host_, roots_;
    bool passed_ = false;
    int reason_ = X509_V_OK;
    certificate_ptr refused_;  // the one of the chain that is at fault
    certificate_ptr servers_;  // the server's own
};

}  // namespace howdah::net
