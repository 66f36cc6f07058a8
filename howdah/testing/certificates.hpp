#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

struct evp_pkey_st;
struct x509_st;

namespace howdah::testing {

using key_ptr = std::shared_ptr<evp_pkey_st>;
using shared_certificate = std::shared_ptr<x509_st>;

enum class key_kind { p256, rsa, rsa_pss, ed25519 };
enum class certificate_role { server, client, authority };

/// What a certificate shall say.
struct certificate_plan {
    std::string common_name{};   // empty: the subject has none
    std::string alternatives{};  // OpenSSL's notation: "DNS:db.example,IP:192.0.2.1"; empty: none
    enum certificate_role role = certificate_role::server;
    key_kind key = key_kind::p256;
    std::chrono::hours valid_from{-24}, valid_until{24 * 365};  // from now; the day before, because clocks differ
};

/// A certificate with its key, and the intermediates between it and its root.
struct identity {
    key_ptr key{};
    shared_certificate certificate{};
    std::vector<shared_certificate> intermediates{};

    std::string certificate_pem() const;  // with its intermediates, its own first
    /// PKCS #8, encrypted if there is a password.
    std::string key_pem(const std::string& password = {}) const;
    std::string key_der() const;
};

/// Errors of all below: errc::test_server_failed. `hash` is OpenSSL's name; Ed25519 keys ignore it.
identity self_signed(const certificate_plan& plan, const std::string& hash = "SHA256");

/// A certificate authority for tests; its own certificate is valid for ten years.
class authority {
public:
    /// A root that signs itself.
    explicit authority(const std::string& name, key_kind key = key_kind::p256);
    /// An intermediate, that `issuer` vouches for.
    authority(const std::string& name, const authority& issuer);

    identity issue(const certificate_plan& plan, const std::string& hash = "SHA256") const;
    /// Its own certificate, PEM.
    std::string certificate_pem() const;
    /// Its list of revoked certificates, valid for an hour, PEM.
    std::string revocations(const std::vector<shared_certificate>& revoked) const;

private:
    identity self_;
};

}  // namespace howdah::testing
