#include "tests/ways/logins.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>
#include <string_view>

#include "howdah/wire/base64.hpp"

namespace howdah::ways {
namespace {

using digest = std::array<unsigned char, 32>;

void must(bool done) {
    if (!done) throw std::runtime_error{"OpenSSL computes no SCRAM verifier"};
}

digest hmac(const digest& key, std::string_view text) {
    digest out{};
    must(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
              reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data(), nullptr) != nullptr);
    return out;
}

std::string base64(const digest& of) { return wire::encode_base64(std::as_bytes(std::span{of})); }

// RFC 5802, section 3, as PostgreSQL stores it: SCRAM-SHA-256$ITERATIONS:SALT$STORED:SERVER.
logins::scram_secret secret_of(std::string_view password, int iterations) {
    constexpr std::string_view salt = "0123456789abcdef";
    digest salted{}, stored{};
    must(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                           reinterpret_cast<const unsigned char*>(salt.data()), static_cast<int>(salt.size()),
                           iterations, EVP_sha256(), static_cast<int>(salted.size()), salted.data()) == 1);
    const auto client = hmac(salted, "Client Key"), server = hmac(salted, "Server Key");
    must(EVP_Digest(client.data(), client.size(), stored.data(), nullptr, EVP_sha256(), nullptr) == 1);
    return {.verifier = "SCRAM-SHA-256$" + std::to_string(iterations) + ':' + wire::encode_base64(as_bytes(salt)) +
                        '$' + base64(stored) + ':' + base64(server),
            .client_key = base64(client),
            .server_key = base64(server)};
}

}  // namespace

logins::logins(int version) : server{{.version = version, .tls = true}} {
    server.run("create role ways_trust login");
    server.run("create role ways_cert login");
    server.run("create role ways_password login password 'zebra'");
    server.run("create role ways_scram login password 'zebra'");
    server.run("set password_encryption = 'md5'; create role ways_md5 login password 'zebra'");
    std::string rules = "hostssl all ways_cert 127.0.0.1/32 cert\n";
    for (const auto& m : methods) {
        if (m.is("cert")) continue;
        rules += std::string{"host all "} + m.role + " 127.0.0.1/32 " + m.name + '\n';
        rules += std::string{"local all "} + m.role + ' ' + m.name + '\n';
    }
    server.write_access(rules);
    server.trust_clients(clients);
    if (!server.present(root.issue({.common_name = "localhost", .alternatives = "DNS:localhost"})))
        throw std::runtime_error{"the server does not take its certificate"};
}

std::string logins::to(const method& m, const std::string& rest) const {
    auto out = server.address("localhost", m.role) + "password=zebra sslrootcert=" + root_file + ' ' + rest;
    if (m.is("cert")) out += " sslcert=" + client_certificate + " sslkey=" + client_key;
    return out;
}

std::string logins::over_tls(const method& m, const std::string& rest) const {
    return to(m, "sslmode=verify-full " + rest);
}

logins::scram_secret logins::set_iterations(int count) {
    auto out = secret_of("zebra", count);
    server.run("alter role ways_scram password '" + out.verifier + '\'');
    return out;
}

}  // namespace howdah::ways
