#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/base/error.hpp"
#include "howdah/base/secret_string.hpp"
#include "howdah/wire/backend.hpp"
#include "howdah/wire/frame.hpp"
#include "howdah/wire/startup_authentication.hpp"

namespace howdah::wire {

inline constexpr std::uint32_t protocol_3_0 = 0x30000, protocol_3_2 = 0x30002;
inline constexpr int oldest_server = 12;

/// How a connection asks for TLS.
enum class tls_request {
    none,     // starts in plain text
    prefer,   // SSLRequest; goes on in plain text if the server says no
    require,  // SSLRequest; fails if the server says no
    direct,   // TLS at once, without SSLRequest (PostgreSQL 17 and newer)
};

struct startup_options {
    std::string user;
    std::string database;  // empty: the server takes the user's name
    /// Further parameters of the StartupMessage. client_encoding is always UTF8.
    std::vector<std::pair<std::string, std::string>> parameters;
    std::uint32_t min_protocol_version = protocol_3_0, max_protocol_version = protocol_3_0;
    tls_request tls = tls_request::none;
    authentication_options authentication;  // of `user`
};

enum class startup_state {
    tls_reply,       // SSLRequest is out: the server's one byte is awaited
    tls_handshake,   // the caller's turn: establish TLS, then call tls_established()
    authentication,  // StartupMessage is out: until AuthenticationOk
    session_setup,   // logged in: until ReadyForQuery
    ready,
    failed,
};

/// What a session begins with.
struct startup_result {
    std::map<std::string, std::string, std::less<>> parameters;  // ParameterStatus
    std::uint32_t process_id = 0;                                // 0: the server (a pooler) gave no key
    bytes cancel_key;                                            // 4 bytes in protocol 3.0, up to 256 in 3.2
    std::uint32_t protocol_version = protocol_3_0;
    std::vector<std::string> unknown_options;  // protocol options ("_pq_.") that the server does not know
    enum transaction_status transaction_status = transaction_status::idle;
    auth_method method = auth_method::none;
    bool channel_bound = false;
    std::uint32_t scram_iterations = 0;   // what the server asked for; 0: no SCRAM
    bool weak_scram_iterations = false;   // fewer than RFC 7677 wants: an observer should be told
    std::vector<server_message> notices;  // the first ones
    std::size_t notices_dropped = 0;
};

/// A connection from its first byte to its first ReadyForQuery (protocol, sections 55.2.1 and 55.2.10): without
/// I/O. Send output() and report it with written(); hand what comes to consume(), and again together with more
/// what it left. After a failure nothing more may be sent.
class startup {
public:
    // Limits against a server that never ends; what a server really sends stays far below.
    static constexpr std::size_t max_parameters = 256, max_notices = 100;
    static constexpr std::size_t max_parameter_bytes = std::size_t{64} << 10, max_notice_bytes = std::size_t{1} << 20;

    /// Bad options (a NUL, a name twice, too much for the server) are a failure before a byte is sent.
    explicit startup(startup_options options);
    ~startup();
    startup(const startup&) = delete;
    startup& operator=(const startup&) = delete;

    startup_state state() const noexcept { return state_; }
    /// What went wrong; only in state `failed`.
    const std::optional<error>& failure() const noexcept { return failure_; }
    /// Whole only in state `ready`.
    startup_result& result() noexcept { return result_; }

    bytes_view output() const noexcept { return bytes_view{output_}.subspan(output_sent_); }
    void written(std::size_t n) noexcept;

    /// Takes everything that was read and returns how much of it was used. What is left is the beginning of a
    /// frame, or stands behind ReadyForQuery and belongs to the session. In state tls_reply, `in` must be all that
    /// was read from the socket: what comes with the answer is an attack (CVE-2021-23222).
    std::size_t consume(bytes_view in);

    /// TLS runs now. `certificate_hash` is the server certificate's tls-server-end-point hash (RFC 5929); empty if
    /// there is none for its algorithm. Only in state tls_handshake.
    void tls_established(bytes certificate_hash);

    /// The other end closed the connection.
    void input_ended();

private:
    std::size_t read_tls_reply(bytes_view in);
    std::size_t read_frame(bytes_view in);
    std::size_t refuse_length(frame_header header, bytes_view in);
    std::size_t read_plain_text_error(bytes_view in);
    void take(char tag, bytes_view body);

    void take_authentication(bytes_view body);
    void take_protocol_version(bytes_view body);
    void take_key(bytes_view body);
    void take_parameter(bytes_view body);
    void take_notice(bytes_view body);
    void take_error(bytes_view body);
    void take_ready(bytes_view body);

    bool may_come(char tag) const noexcept;
    std::optional<error> check_options() const;
    std::optional<error> check_parameter(std::string_view name, std::string_view value) const;
    void begin();
    void send_startup_message();
    void fail(error e);
    std::size_t refuse(error e);  // fails and uses none of the input
    void fail_if(std::error_code bad_message, std::string_view name);

    startup_options options_;
    startup_state state_ = startup_state::authentication;
    std::optional<error> failure_;
    startup_result result_;
    authenticator authenticator_;
    bytes output_;
    std::size_t output_sent_ = 0;
    std::size_t parameter_bytes_ = 0, notice_bytes_ = 0;
    bool heard_postgresql_ = false;  // a well-formed message came
    bool version_negotiated_ = false;
};

}  // namespace howdah::wire
