#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace howdah::testing {

/// How the role `app` proves itself. The superuser gets in by the unix socket alone, and without a password.
enum class auth {
    scram,  // scram-sha-256
    md5,
    password,  // in clear text
    cert,      // client certificate, over TLS only; not by the unix socket
    trust,
};

struct server_options {
    int version = 0;   // PostgreSQL's major version, 12 to 18; 0: $HOWDAH_POSTGRES_VERSION, or the newest installed
    bool tls = false;  // offer it; `auth::cert` turns it on
    enum auth auth = auth::scram;
    std::string programs = {};  // a folder with initdb and postgres, instead of a version's
    std::size_t replicas = 0;   // streaming, each with a slot of its own; at most 8
    std::uint32_t max_connections = 100;
    std::map<std::string, std::string> settings = {};      // of postgresql.conf; these win over the test server's own
    std::string tls_names = "DNS:localhost,IP:127.0.0.1";  // the server certificate's subjectAltName
    std::chrono::milliseconds timeout{60'000};             // of each step: start, stop, base backup

    /// Throws error that names the option.
    void validate() const;
};

}  // namespace howdah::testing
