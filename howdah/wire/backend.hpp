#pragma once
// The messages that a server sends (protocol, section 55.7). Views borrow from the frame; each parse() checks its
// message to the byte.

#include <cstdint>
#include <string_view>
#include <system_error>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/base/error.hpp"
#include "howdah/base/oid.hpp"

namespace howdah::wire {

namespace tag {
inline constexpr char authentication = 'R', backend_key_data = 'K', parameter_status = 'S', ready_for_query = 'Z';
inline constexpr char negotiate_protocol_version = 'v', error_response = 'E', notice_response = 'N';
inline constexpr char notification_response = 'A', parse_complete = '1', bind_complete = '2', close_complete = '3';
inline constexpr char command_complete = 'C', empty_query_response = 'I', portal_suspended = 's', no_data = 'n';
inline constexpr char parameter_description = 't', row_description = 'T', data_row = 'D';
inline constexpr char copy_in_response = 'G', copy_out_response = 'H', copy_both_response = 'W';
inline constexpr char copy_data = 'd', copy_done = 'c';
}  // namespace tag

/// Authentication ('R'): every kind of it. `payload` is the MD5 salt, the SASL mechanisms or the SASL data.
struct authentication {
    enum class kind : std::uint32_t {
        ok = 0,
        kerberos_v5 = 2,
        cleartext_password = 3,
        md5_password = 5,
        gss = 7,
        gss_continue = 8,
        sspi = 9,
        sasl = 10,
        sasl_continue = 11,
        sasl_final = 12,
    };
    kind what;
    bytes_view payload;
};
std::error_code parse(bytes_view body, authentication& out);
/// The names in an AuthenticationSASL's payload.
std::error_code parse(bytes_view payload, std::vector<std::string_view>& mechanisms);

/// BackendKeyData ('K'): the key has 4 bytes in protocol 3.0 and 4 to 256 in 3.2.
struct backend_key_data {
    std::uint32_t process_id;
    bytes_view cancel_key;
};
std::error_code parse(bytes_view body, backend_key_data& out);

struct parameter_status {
    std::string_view name, value;
};
std::error_code parse(bytes_view body, parameter_status& out);

enum class transaction_status : char { idle = 'I', in_transaction = 'T', failed = 'E' };

struct ready_for_query {
    transaction_status status;
};
std::error_code parse(bytes_view body, ready_for_query& out);

/// NegotiateProtocolVersion ('v'): the newest minor version the server takes, and the options it does not know.
struct negotiate_protocol_version {
    std::uint32_t newest;
    std::vector<std::string_view> unknown_options;
};
std::error_code parse(bytes_view body, negotiate_protocol_version& out);

/// ErrorResponse ('E') and NoticeResponse ('N'). The text is copied: it outlives the frame.
std::error_code parse(bytes_view body, server_message& out);

/// NotificationResponse ('A').
struct notification {
    std::uint32_t process_id;
    std::string_view channel, payload;
};
std::error_code parse(bytes_view body, notification& out);

/// CommandComplete ('C'): "INSERT 0 5", "SELECT 3", "BEGIN".
struct command_complete {
    std::string_view command_tag;

    /// The number at the tag's end; 0 if it has none.
    std::uint64_t rows() const noexcept;
};
std::error_code parse(bytes_view body, command_complete& out);

/// ParameterDescription ('t').
struct parameter_description {
    std::vector<oid> types;
};
std::error_code parse(bytes_view body, parameter_description& out);

/// One field of a RowDescription ('T').
struct field_description {
    std::string_view name;
    std::uint32_t table;     // its oid, or 0
    std::int16_t attribute;  // number of the table's column, or 0
    oid type;
    std::int16_t type_size;  // negative: of variable width
    std::int32_t type_modifier;
    enum format format;
};
struct row_description {
    std::vector<field_description> fields;
};
std::error_code parse(bytes_view body, row_description& out);

/// CopyInResponse ('G'), CopyOutResponse ('H'), CopyBothResponse ('W').
struct copy_response {
    enum format format;
    std::vector<enum format> columns;
};
std::error_code parse(bytes_view body, copy_response& out);

}  // namespace howdah::wire
