#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/config/connection_config.hpp"
#include "howdah/net/socket.hpp"

struct ssl_ctx_st;

namespace howdah::net {

/// What TLS connections of one configuration share: certificates, keys, revocation lists and versions, read once.
/// Immutable, and safe to use from several threads. Files that change later are not noticed: see tls_contexts.
///
/// libpq's rules hold: files default to ~/.postgresql/{postgresql.crt,postgresql.key,root.crt,root.crl}, where absent
/// ones don't count; a root certificate that exists is verified against in every mode, so that `require` with one is
/// `verify-ca`; the key of a client certificate must be closed to others.
class tls_context {
public:
    /// Throws error: invalid_option (a file that can't be used, or an option that another rules out), insecure_file,
    /// unsupported_option.
    explicit tls_context(const connection_config& config);
    ~tls_context();
    tls_context(const tls_context&) = delete;
    tls_context& operator=(const tls_context&) = delete;

    /// Where it reads from, or would: files that are not there are among them.
    static std::vector<std::string> files_of(const connection_config& config);

    ssl_ctx_st* native() const noexcept { return context_; }
    enum ssl_mode mode() const noexcept { return mode_; }
    enum ssl_negotiation negotiation() const noexcept { return negotiation_; }
    enum ssl_cert_mode certificate_mode() const noexcept { return certificate_mode_; }
    bool indicates_server_name() const noexcept { return server_name_; }

    /// The file of trusted root certificates, "system", or empty: the server's chain is not verified.
    const std::string& roots() const noexcept { return roots_; }
    bool verifies_chain() const noexcept { return !roots_.empty(); }

private:
    ssl_ctx_st* context_;
    enum ssl_mode mode_;
    enum ssl_negotiation negotiation_;
    enum ssl_cert_mode certificate_mode_;
    bool server_name_;
    std::string roots_;
    unique_fd key_log_;
};

/// ALPN's name for PostgreSQL's protocol.
inline constexpr std::string_view alpn_name = "postgresql";

}  // namespace howdah::net
