#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "howdah/net/openssl.hpp"

namespace howdah::net::test {

using key_ptr = std::shared_ptr<EVP_PKEY>;
using shared_certificate = std::shared_ptr<X509>;

enum class key_kind { p256, rsa, rsa_pss, ed25519 };
enum class role { server, client, authority };

struct certificate_plan {
    std::string common_name{};
    std::string alternatives{};  // OpenSSL's notation: "DNS:db.example,IP:192.0.2.1"; empty: none
    enum role role = role::server;
    key_kind key = key_kind::p256;
    std::chrono::hours valid_from{-1}, valid_until{24};  // from now
    bool has_name = true;                                // false: the subject has no CN
};

/// A certificate with its key, and the intermediates between it and its root.
struct identity {
    key_ptr key{};
    shared_certificate certificate{};
    std::vector<shared_certificate> intermediates{};

    std::string certificate_pem() const;  // with its intermediates, its own first
    std::string key_pem(const std::string& password = {}) const;
    std::string key_der() const;
};

identity self_signed(const certificate_plan& plan, const std::string& hash = "SHA256");

/// Signs with `hash`, which Ed25519 keys ignore.
class authority {
public:
    explicit authority(const std::string& name, key_kind key = key_kind::p256);
    /// An intermediate.
    authority(const std::string& name, const authority& issuer);

    identity issue(const certificate_plan& plan, const std::string& hash = "SHA256") const;
    std::string certificate_pem() const;
    /// Its revocation list, PEM.
    std::string revocations(const std::vector<shared_certificate>& revoked) const;

private:
    identity self_;
};

/// A folder that goes with its contents.
class temporary_folder {
public:
    temporary_folder();
    ~temporary_folder();
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;

    const std::string& path() const noexcept { return path_; }
    /// Writes a file, makes its folders, and gives its path.
    std::string write(const std::string& name, const std::string& content, unsigned mode = 0600) const;

private:
    std::string path_;
};

/// HOME for the time of a test, so that no file of the user's takes part.
class home_is {
public:
    explicit home_is(const std::string& folder);
    ~home_is();
    home_is(const home_is&) = delete;
    home_is& operator=(const home_is&) = delete;

private:
    std::string before_;
};

}  // namespace howdah::net::test
