#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/net/server_name.hpp"

struct x509_st;

namespace howdah::net {

/// What an X.509 certificate says, for people and for monitors.
struct certificate {
    std::string subject, issuer;     // RFC 2253: "CN=db.example,O=Example"
    std::vector<std::string> names;  // what it is for: names and addresses, or the CN
    std::chrono::system_clock::time_point not_before, not_after;
    std::string fingerprint;  // SHA-256 in hexadecimal: "AB:CD:..."
};

certificate describe(const x509_st& from);
server_names names_of(const x509_st& from);

/// tls-server-end-point (RFC 5929, section 4.1): the certificate's hash by its signature's own hash function, or by
/// SHA-256 where that is MD5 or SHA-1. nullopt if the signature has none (Ed25519): there the binding is undefined,
/// and a server that offers SCRAM-SHA-256-PLUS can't be answered without giving up the binding.
std::optional<bytes> end_point_hash(const x509_st& from);

/// "2026-08-25 12:00:00 UTC"
std::string to_text(std::chrono::system_clock::time_point when);

}  // namespace howdah::net
