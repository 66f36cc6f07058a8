#pragma once

#include <chrono>
#include <memory>
#include <string>

struct evp_pkey_st;
struct x509_st;

namespace howdah::testing {

enum class certificate_purpose { server, client };

/// What a certificate shall say.
struct certificate_request {
    std::string common_name;
    std::string subject_alt_names;  // OpenSSL's notation: "DNS:localhost,IP:127.0.0.1"; empty: none
    certificate_purpose purpose = certificate_purpose::server;
    std::chrono::hours valid_for{24 * 365};  // from now; negative: expired
};

/// A certificate, its chain up to (not including) the root, and its key, as PEM.
struct issued_certificate {
    std::string chain;
    std::string key;
};

/// A certificate authority for tests: P-256 keys, SHA-256.
class certificate_authority {
public:
    /// A root that signs itself.
    explicit certificate_authority(const std::string& common_name);
    /// One that `issuer` vouches for.
    certificate_authority(const std::string& common_name, const certificate_authority& issuer);

    issued_certificate issue(const certificate_request& request) const;
    /// Its own certificate, as PEM.
    std::string certificate() const;

private:
    void make(const std::string& common_name, const certificate_authority* issuer);
    std::shared_ptr<evp_pkey_st> key_;
    std::shared_ptr<x509_st> certificate_;
    std::string chain_;  // what a leaf's file has behind the leaf; empty for a root
};

}  // namespace howdah::testing
