#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace howdah::testing {

/// How a client gets to a server.
enum class route {
    best,    // TLS if the server has it, else TCP
    tcp,     // without TLS
    tls,     // sslmode=verify-full
    socket,  // the unix socket
};

/// Where a throwaway server is: what `howdah sandbox start --json` prints.
struct server_address {
    std::string dir;            // its folder: ca.crt, client.crt and client.key (with TLS), a folder for each node
    std::string dsn;            // the role app, in its database app, by the best route
    std::string superuser_dsn;  // the role postgres in the database app, by the unix socket
    std::vector<std::string> replicas;  // as dsn
    std::optional<std::string> ca;      // the root certificate's file, with TLS

    /// `dsn`'s server by another route. Throws error for TLS that it does not have.
    std::string dsn_by(route r) const;
    std::string password() const;  // of the role app; empty if it needs none
    std::uint16_t port() const;
    std::string socket_folder() const;

    /// {"dir","dsn","superuser_dsn","replicas","ca"}, compact, in this order; `ca` is null without TLS.
    std::string to_json() const;
    /// The inverse. Further members are ignored. Throws error.
    static server_address from_json(std::string_view text);
};

/// What percent-encoding a URI's parts need.
std::string percent_encoded(std::string_view text);

}  // namespace howdah::testing
