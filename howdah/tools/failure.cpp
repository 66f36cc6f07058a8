#include "howdah/tools/failure.hpp"

#include <CLI/Error.hpp>

#include <algorithm>
#include <array>
#include <cerrno>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/tools/printable.hpp"

namespace howdah::tools {
namespace {

struct cure {
    errc what;
    const char* words;
};

constexpr std::array cures{
    cure{errc::invalid_option, "correct the option in the connection string"},
    cure{errc::unsupported_option, "leave the option out of the connection string"},
    cure{errc::insecure_file, "close the file to others: chmod 600 FILE"},
    cure{errc::below_security_profile,
         "strengthen what is named; only who may weaken the connection takes security_profile=production away"},
    cure{errc::host_not_found,
         "check the host's spelling and this machine's name server; hostaddr=ADDRESS goes without it"},
    cure{errc::not_postgresql, "check host and port: something else listens there"},
    cure{errc::server_too_old, "use PostgreSQL 12 or newer"},
    cure{errc::tls_refused, "set ssl=on on the server, or accept a plain connection with sslmode=prefer"},
    cure{errc::tls_failed, "check that the port is PostgreSQL's, and both sides' TLS versions and certificates"},
    cure{errc::certificate_rejected,
         "connect by a name that is in the certificate, and set sslrootcert to the authority "
         "that issued it"},
    cure{errc::authentication_refused,
         "give the password (password=, PGPASSWORD, a passfile), or allow the server's method "
         "(require_auth, channel_binding)"},
    cure{errc::server_not_authentic, "do not trust this server: what answers does not know the password's verifier"},
    cure{errc::peer_rejected, "check requirepeer, and who runs the server behind the socket"},
    cure{errc::wrong_server_role, "add the other servers to host, or change target_session_attrs"},
    cure{errc::timed_out, "check the network and its firewalls; raise connect_timeout if the way is slow"},
    cure{errc::connection_closed, "look into the server's log"},
    cure{errc::protocol_violation, "check host and port; if it is PostgreSQL, look into the server's log"},
};

const char* cure_of_state(sqlstate s) {
    if (s == invalid_password) return "check the user's name and password; the server's log says which is wrong";
    if (s == invalid_authorization_specification)
        return "check user, database and sslmode against the server's pg_hba.conf";
    if (s == invalid_catalog_name) return "create the database, or name another one: dbname=postgres is always there";
    if (s == too_many_connections) return "close connections, raise max_connections, or put a pooler in between";
    if (s == cannot_connect_now) return "wait: the server starts up, shuts down or recovers";
    return "look into the server's log";
}

const char* cure_of_system(int number) {
    switch (number) {
        case ECONNREFUSED: return "start the server, or correct host and port; listen_addresses says where it listens";
        case ENOENT: return "start the server, or correct the socket's folder (unix_socket_directories on the server)";
        case EACCES: return "let this user reach the socket: see unix_socket_permissions on the server";
        case ENETUNREACH:
        case EHOSTUNREACH: return "check this machine's network and its routes";
        case ETIMEDOUT: return "check the network and its firewalls";
        case ECONNRESET: return "look into the server's log: it ended the connection";
        default: return "";
    }
}

}  // namespace

std::string words_of(const error& e) {
    std::string out = printable(e.what());
    const auto* said = e.server();
    if (said == nullptr) return out;
    const auto add = [&](const char* name, const std::string& text) {
        if (!text.empty()) out.append("\n  ").append(name).append(": ").append(printable(text));
    };
    if (e.what() != nullptr && std::string_view{e.what()}.find(said->message) == std::string_view::npos)
        add("message", said->message);
    add("detail", said->detail);
    add("where", said->where);
    return out;
}

std::string remedy_for(const error& e) {
    if (e.server() != nullptr) return cure_of_state(e.state());
    if (e.code().category() == std::system_category() || e.code().category() == std::generic_category())
        return cure_of_system(e.code().value());
    const auto found = std::ranges::find_if(cures, [&](const cure& c) { return e.code() == c.what; });
    return found == cures.end() ? "" : found->words;
}

connection_config config_of(const std::string& dsn, std::string_view application_name) {
    try {
        auto config = parse_conninfo(dsn);
        if (config.fallback_application_name.empty()) config.fallback_application_name = application_name;
        // Nothing is run often enough to be worth a named statement, which poolers break on.
        if (config.statement_mode == statement_mode::prepare) config.statement_mode = statement_mode::unnamed;
        config.validate();
        return config;
    } catch (const error& e) {
        throw CLI::ValidationError{"DSN", e.what()};
    }
}

}  // namespace howdah::tools
