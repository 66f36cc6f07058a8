#include "howdah/base/errc.hpp"

#include <string>

namespace howdah {
namespace {

const char* text(errc e) noexcept {
    switch (e) {
        case errc::truncated: return "the message or value ends too early";
        case errc::trailing_bytes: return "the message or value is longer than its content";
        case errc::protocol_violation: return "the server sent what the protocol does not allow here";
        case errc::message_too_large: return "the message is larger than its limit";
        case errc::invalid_encoding: return "text is not UTF-8, or holds a NUL";
        case errc::invalid_conninfo: return "the connection string can't be read";
        case errc::invalid_option: return "an option is out of its range";
        case errc::unsupported_option: return "the option is not supported";
        case errc::insecure_file: return "the file is readable by others";
        case errc::below_security_profile: return "the connection would be weaker than its security profile allows";
        case errc::host_not_found: return "the host name does not resolve";
        case errc::connect_failed: return "no address accepted the connection";
        case errc::not_postgresql: return "the other end does not speak PostgreSQL's protocol";
        case errc::server_too_old: return "the server is older than PostgreSQL 12";
        case errc::tls_refused: return "the server does not offer TLS";
        case errc::tls_failed: return "the TLS handshake failed";
        case errc::certificate_rejected: return "the server's certificate is not acceptable";
        case errc::authentication_refused: return "the server's authentication request can't be answered";
        case errc::no_credentials: return "the credential provider gave no password";
        case errc::server_not_authentic: return "the server could not prove that it knows the password";
        case errc::peer_rejected: return "the socket's server runs as another user";
        case errc::wrong_server_role: return "no server has the wanted target_session_attrs";
        case errc::connection_closed: return "the connection is closed";
        case errc::timed_out: return "the deadline passed";
        case errc::cancelled: return "the call was cancelled";
        case errc::connection_busy: return "the connection is busy";
        case errc::queue_full: return "too many calls are waiting";
        case errc::pool_closed: return "the pool is closed";
        case errc::hook_failed: return "a hook of the pool failed";
        case errc::wrong_executor: return "this is not one of the pool's executors";
        case errc::no_node: return "no node of the cluster may take the call";
        case errc::encoding_changed: return "client_encoding is no longer UTF8";
        case errc::refused_by_observer: return "an observer did not let it be sent";
        case errc::wrong_statement_kind: return "this kind of statement can't go through this verb";
        case errc::too_many_parameters: return "more than 65,535 parameters";
        case errc::wrong_parameter_count: return "the statement has another number of parameters";
        case errc::value_out_of_range: return "the value does not fit the parameter's type";
        case errc::parameter_type_mismatch: return "the C++ type can't become the parameter's type";
        case errc::transaction_ended: return "the transaction has ended";
        case errc::commit_rolled_back: return "the server rolled the transaction back instead of committing";
        case errc::pipeline_aborted: return "skipped: an earlier step of the pipeline failed";
        case errc::invalid_page_token: return "not a page token of this statement";
        case errc::invalid_session_token: return "not a session token of this cluster";
        case errc::no_rows: return "no row";
        case errc::too_many_rows: return "more than one row";
        case errc::result_too_large: return "the result is larger than max_result_bytes or max_result_rows";
        case errc::column_count_mismatch: return "the row has another number of columns";
        case errc::column_not_found: return "no such column";
        case errc::type_mismatch: return "the column's type can't become the C++ type";
        case errc::unexpected_null: return "NULL where the C++ type has none";
        case errc::invalid_value: return "the value's bytes are not of its type";
        case errc::test_server_failed: return "a throwaway server could not be made, started, changed or stopped";
    }
    return "unknown error";
}

struct category final : std::error_category {
    const char* name() const noexcept override { return "howdah"; }
    std::string message(int code) const override { return text(static_cast<errc>(code)); }
};

}  // namespace

const std::error_category& howdah_category() noexcept {
    static const category instance;
    return instance;
}

}  // namespace howdah
