#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "howdah/base/secret_string.hpp"
#include "howdah/config/credential_provider.hpp"

namespace howdah {

/// libpq's sslmode.
enum class ssl_mode { disable, allow, prefer, require, verify_ca, verify_full };
/// libpq's sslnegotiation: `direct` starts TLS without asking first (PostgreSQL 17 and newer).
enum class ssl_negotiation { postgres, direct };
enum class ssl_cert_mode { disable, allow, require };
enum class channel_binding { disable, prefer, require };
enum class target_session_attrs { any, read_write, read_only, primary, standby, prefer_standby };
enum class load_balance_hosts { disable, random };
enum class gss_enc_mode { disable, prefer, require };
enum class tls_version { unset, tls1_2, tls1_3 };
enum class protocol_version : std::uint32_t { v3_0 = 0x30000, v3_2 = 0x30002 };

/// Authentication methods, as bits of `auth_methods`.
enum class auth_method : std::uint8_t {
    none = 1,
    password = 2,
    md5 = 4,
    scram_sha_256 = 8,
    gss = 16,
    sspi = 32,
    oauth = 64
};
/// The methods that may be used; by default every one this client knows.
using auth_methods = std::uint8_t;

/// What is the least that a connection over a network must have. Unix sockets are exempt from all of it.
enum class security_profile {
    standard,    // what the other options say
    production,  // verify-full; no cleartext password, no MD5, no SCRAM of fewer than 4,096 iterations
};

/// How statements travel. Behind a pooler in transaction mode named ones break.
enum class statement_mode {
    prepare,  // named statements, cached a connection
    unnamed,  // Parse, Bind and Execute in one trip, nothing kept on the server
    simple,   // the simple protocol: no parameters
};

/// One place to try. A host that begins with '/' (or '@', abstract) is a unix socket's folder.
struct endpoint {
    std::string host;      // name, address or socket folder
    std::string hostaddr;  // numeric address that saves the look-up; `host` still names the certificate
    std::uint16_t port = 5432;

    bool is_unix_socket() const noexcept {
        return hostaddr.empty() && !host.empty() && (host[0] == '/' || host[0] == '@');
    }
    /// "db.example:5432", "[::1]:5432" or "/run/postgresql/.s.PGSQL.5432", for messages.
    std::string to_string() const;
    friend bool operator==(const endpoint&, const endpoint&) = default;
};

/// An option that was given and understood, and that this client does not do.
struct refused_option {
    std::string option;  // its keyword, and where it came from if that was not the string
    std::string reason;  // why not, and what to do
};

/// Everything that a connection needs to know before it begins. Field names follow libpq's keywords.
struct connection_config {
    std::string transport = "postgresql";       // scheme that picks the transport factory: postgresql, record, replay
    std::string transport_argument;             // what stood behind it: the cassette's folder and its options
    std::vector<endpoint> hosts;                // tried in turn
    std::string database;                       // empty: as the user
    std::string username;                       // empty: the operating system's user
    secret_string password;                     // empty: none given
    std::vector<secret_string> host_passwords;  // from the passfile: one a host, or empty; used if `password` is empty
    std::string passfile;                       // where host_passwords are from
    std::string passfile_problem;               // why it was not read: say so when a password is missing
    /// Asked for the password at every connect, in place of all the above. Null: none.
    std::shared_ptr<credential_provider> credentials;

    enum ssl_mode ssl_mode = ssl_mode::prefer;
    enum ssl_negotiation ssl_negotiation = ssl_negotiation::postgres;
    std::string ssl_cert, ssl_key, ssl_root_cert, ssl_crl,
        ssl_crl_dir;             // files; ssl_root_cert "system": the system's store
    secret_string ssl_password;  // of an encrypted ssl_key
    enum ssl_cert_mode ssl_cert_mode = ssl_cert_mode::allow;
    bool ssl_sni = true;
    std::string ssl_key_log_file;  // gets every session's keys (NSS format): who reads it can decrypt. For debugging
    tls_version ssl_min_protocol_version = tls_version::tls1_2;
    tls_version ssl_max_protocol_version = tls_version::unset;

    enum channel_binding channel_binding = channel_binding::prefer;
    auth_methods require_auth = 0xff;
    enum security_profile security_profile = security_profile::standard;
    bool allow_cleartext_without_tls = false;         // cleartext passwords over an open network
    std::uint32_t scram_iteration_limit = 1'000'000;  // a server that asks for more is refused
    // In base64, in place of a password: what an earlier SCRAM login with the same salt gave.
    secret_string scram_client_key, scram_server_key;

    std::chrono::milliseconds connect_timeout{10'000};  // an address; zero: none
    bool keepalives = true;
    std::chrono::seconds keepalives_idle{0}, keepalives_interval{0};  // zero: the system's default
    std::uint32_t keepalives_count = 0;                               // zero: the system's default
    std::chrono::milliseconds tcp_user_timeout{0};                    // zero: the system's default

    std::string application_name, fallback_application_name;
    std::string options;                                 // command line options for the server's session
    std::string replication;                             // "", "on", "database": passed on as it is
    std::map<std::string, std::string> server_settings;  // further parameters of the StartupMessage
    protocol_version min_protocol_version = protocol_version::v3_0;
    protocol_version max_protocol_version = protocol_version::v3_0;

    enum target_session_attrs target_session_attrs = target_session_attrs::any;
    enum load_balance_hosts load_balance_hosts = load_balance_hosts::disable;
    enum gss_enc_mode gss_enc_mode = gss_enc_mode::disable;
    std::string require_peer;  // user that must own the unix socket's server

    // What is Howdah's own.
    enum statement_mode statement_mode = statement_mode::prepare;
    std::chrono::milliseconds query_timeout{30'000};  // a call's default deadline; zero: none
    std::chrono::milliseconds slow_query{1'000};      // over this, an observer is told; zero: never
    /// A transaction in which the server has had nothing to do for so long is told to an observer; zero: none is.
    std::chrono::milliseconds idle_in_transaction{60'000};
    std::chrono::milliseconds cancel_grace{2'000};  // how long a cancelled query may take to end
    std::size_t max_result_bytes = std::size_t{1} << 30;
    std::uint64_t max_result_rows = 0;                     // zero: any number
    std::size_t max_message_bytes = std::size_t{1} << 30;  // a larger frame closes the connection
    std::uint32_t statement_cache_entries = 256;
    std::size_t statement_cache_bytes = std::size_t{5} << 20;
    std::size_t max_cached_statement_bytes = std::size_t{15} << 10;  // longer statements are not cached
    std::uint32_t pipeline_depth = 100;                              // exchanges in flight
    std::size_t pipeline_bytes = std::size_t{1} << 20;               // bytes not yet answered
    std::uint32_t wait_queue = 10'000;                               // calls that wait for their turn on one connection

    // A smaller limit would not let an ErrorResponse through.
    static constexpr std::size_t smallest_message_limit = 8192;

    std::vector<refused_option> refused;  // validate() refuses each by name

    /// What security_profile::production has against this configuration, option by option, and what to do.
    std::vector<std::string> below_production() const;

    /// Throws error (invalid_option, unsupported_option, below_security_profile) that names the option, its value and
    /// what to do.
    void validate() const;
};

}  // namespace howdah
