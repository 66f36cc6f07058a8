#pragma once
// Why here: what Howdah itself finds wrong, as codes that any layer returns without allocating.

#include <system_error>

namespace howdah {

/// What the client finds wrong. What the server says is an sqlstate; what the system says is std::system_category().
enum class errc {
    // bytes
    truncated = 1,       // a message or value ends too early
    trailing_bytes,      // a message or value is longer than its content
    protocol_violation,  // the server sent what the protocol does not allow here
    message_too_large,   // a frame over its limit, in or out
    invalid_encoding,    // not UTF-8, or a NUL where none may be
    // configuration
    invalid_conninfo,        // a connection string that can't be read
    invalid_option,          // an option out of its range
    unsupported_option,      // understood, and not done by this client
    insecure_file,           // a passfile or key that others can read
    below_security_profile,  // weaker than the security profile allows
    // connecting
    host_not_found,          // the name does not resolve
    connect_failed,          // no address of any host accepted
    not_postgresql,          // the other end speaks something else
    server_too_old,          // before PostgreSQL 12
    tls_refused,             // the server has no TLS and sslmode wants it
    tls_failed,              // the handshake failed
    certificate_rejected,    // the server's certificate is not acceptable
    authentication_refused,  // the server asked for a method that is not allowed, or has no secret for
    no_credentials,          // the credential provider failed, or did not answer in time
    server_not_authentic,    // the server could not prove that it knows the password
    peer_rejected,           // the unix socket's server does not run as require_peer
    wrong_server_role,       // target_session_attrs are not met
    // using a connection
    connection_closed,    // closed by us, or lost
    timed_out,            // the call's deadline passed
    cancelled,            // the caller went away
    connection_busy,      // a blocking connection can't do two things at once
    queue_full,           // too much is waiting already
    pool_closed,          // the pool is closed, or about to be
    hook_failed,          // a hook of the pool threw, or left the connection in use
    wrong_executor,       // a handle of the pool is wanted on an executor that is none of the pool's
    no_node,              // no node of the cluster may take the call, or was found in time
    encoding_changed,     // client_encoding moved away from UTF8
    refused_by_observer,  // an observer of yours did not let it be sent
    // statements
    wrong_statement_kind,     // COPY, BEGIN, LISTEN ... through a verb that can't carry it
    too_many_parameters,      // over 65,535
    wrong_parameter_count,    // the server counts other parameters than were given
    value_out_of_range,       // a parameter does not fit its type
    parameter_type_mismatch,  // a C++ type that can't become the parameter's type
    transaction_ended,        // used after commit or rollback
    commit_rolled_back,       // COMMIT of a failed transaction: the server rolled it back
    pipeline_aborted,         // skipped: an earlier step of the same pipeline failed
    invalid_page_token,       // not ours, for another statement, or changed
    invalid_session_token,    // not ours, of another cluster, or changed
    // results
    no_rows,                // fetch_one found none
    too_many_rows,          // fetch_one or fetch_optional found more than one
    result_too_large,       // over max_result_bytes or max_result_rows: use stream
    column_count_mismatch,  // the row type has another number of fields
    column_not_found,       // no column of that name or number
    type_mismatch,          // a column's type can't become the C++ type
    unexpected_null,        // NULL into a type that has no null
    invalid_value,          // a value's bytes are not of its type
    // testing
    test_server_failed,  // a throwaway server could not be made, started, changed or stopped
};

const std::error_category& howdah_category() noexcept;

inline std::error_code make_error_code(errc e) noexcept { return {static_cast<int>(e), howdah_category()}; }

}  // namespace howdah

template <>
struct std::is_error_code_enum<howdah::errc> : std::true_type {};
