#pragma once
// A server with a role for each method of authentication.

#include <array>
#include <string>

#include "tests/ways/server.hpp"

namespace howdah::ways {

/// A role that logs in by this method.
struct method {
    const char* name;  // pg_hba.conf's
    const char* role;
    bool is(const char* other) const { return std::string{other} == name; }
};

inline constexpr auto methods = std::to_array<method>({{"trust", "ways_trust"},
                                                       {"password", "ways_password"},
                                                       {"md5", "ways_md5"},
                                                       {"scram-sha-256", "ways_scram"},
                                                       {"cert", "ways_cert"}});

/// Every role with a password has "zebra". The server's certificate is sound, for localhost.
struct logins {
    explicit logins(int version = documented_version);

    /// With the password, the root's certificate, and for `cert` the client's own.
    std::string to(const method& m, const std::string& rest) const;
    std::string over_tls(const method& m, const std::string& rest = {}) const;
    /// What "zebra" makes with a salt: what the server stores of it, and the two keys, in base64.
    struct scram_secret {
        std::string verifier, client_key, server_key;
    };
    /// Gives the role of scram-sha-256 a verifier of so many iterations.
    scram_secret set_iterations(int count);

    clean_surroundings surroundings;
    changing_server server;
    testing::authority root{"Root"}, clients{"Clients"};
    std::string root_file = surroundings.folder().write("root.crt", root.certificate_pem());
    testing::identity client = clients.issue({.common_name = "ways_cert", .role = testing::certificate_role::client});
    std::string client_certificate = surroundings.folder().write("client.crt", client.certificate_pem());
    std::string client_key = surroundings.folder().write("client.key", client.key_pem());
};

}  // namespace howdah::ways
