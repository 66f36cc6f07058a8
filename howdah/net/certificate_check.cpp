#include "howdah/net/certificate_check.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace howdah::net {
namespace {

certificate_ptr shared(X509* certificate) noexcept {
    if (certificate != nullptr) X509_up_ref(certificate);
    return certificate_ptr{certificate};
}

bool is_untrusted(int reason) noexcept {
    constexpr std::array reasons{
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,       X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,     X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
        X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED};
    return std::ranges::find(reasons, reason) != reasons.end();
}

std::string list(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "\"" : ", \"") + name + '"';
    return out.empty() ? "no name" : out;
}

std::string remedy(int reason, const certificate& at_fault, const std::string& roots) {
    if (reason == X509_V_ERR_HOSTNAME_MISMATCH)
        return "connect by one of its names, give the server a certificate for this one, or use sslmode=verify-ca to "
               "leave the name unchecked";
    if (reason == X509_V_ERR_CERT_HAS_EXPIRED)
        return '"' + at_fault.subject + "\" expired at " + to_text(at_fault.not_after) + ": it must be renewed";
    if (reason == X509_V_ERR_CERT_NOT_YET_VALID)
        return '"' + at_fault.subject + "\" is valid from " + to_text(at_fault.not_before) + ": check both clocks";
    if (reason == X509_V_ERR_UNABLE_TO_GET_CRL)
        return "revocation lists are in use (sslcrl, sslcrldir or ~/.postgresql/root.crl), and none is of \"" +
               at_fault.issuer + "\"; every authority of the chain needs one";
    if (reason == X509_V_ERR_CERT_REVOKED) return '"' + at_fault.subject + "\" was revoked by its authority";
    if (is_untrusted(reason))
        return "no certificate in sslrootcert (" + roots +
               ") signed it; add its authority's there, or its own if it is "
               "self-signed";
    return "see the server's ssl_cert_file and ssl_ca_file";
}

}  // namespace

certificate_check::certificate_check(verification wanted, std::string host, std::string roots)
    : wanted_{wanted}, host_{std::move(host)}, roots_{std::move(roots)} {}

int certificate_check::run(X509_STORE_CTX* store, void* /*unused*/) noexcept {
    auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* self = static_cast<certificate_check*>(SSL_get_app_data(ssl));
    return self->decide(store);
}

int certificate_check::decide(X509_STORE_CTX* store) noexcept {
    if (wanted_ == verification::none) return 1;
    X509* servers = X509_STORE_CTX_get0_cert(store);
    if (X509_verify_cert(store) != 1) {
        refuse(store);
        return 0;
    }
    if (wanted_ == verification::chain_and_name && !matches(names_of(*servers), host_)) {
        X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
        X509_STORE_CTX_set_current_cert(store, servers);
        refuse(store);
        return 0;
    }
    passed_ = true;
    return 1;
}

void certificate_check::refuse(X509_STORE_CTX* store) noexcept {
    reason_ = X509_STORE_CTX_get_error(store);
    // OpenSSL turns X509_V_OK into another alert: a rejection always has a reason.
    if (reason_ == X509_V_OK) reason_ = X509_V_ERR_UNSPECIFIED;
    servers_ = shared(X509_STORE_CTX_get0_cert(store));
    X509* at_fault = X509_STORE_CTX_get_current_cert(store);
    refused_ = shared(at_fault == nullptr ? servers_.get() : at_fault);
}

error certificate_check::rejection() const {
    const certificate servers = describe(*servers_), at_fault = describe(*refused_);
    std::string words = "the certificate of the server is not acceptable for \"" + host_ + "\": ";
    words += X509_verify_cert_error_string(reason_);
    words += "; it is for " + list(servers.names) + ", issued by \"" + servers.issuer + "\", valid until " +
             to_text(servers.not_after) + "; " + remedy(reason_, at_fault, roots_);
    return error{errc::certificate_rejected, std::move(words)}.at(phase::tls);
}

}  // namespace howdah::net
