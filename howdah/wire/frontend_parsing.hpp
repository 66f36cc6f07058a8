#pragma once
// The messages of a client as a server reads them (protocol, section 55.7): for who stands where a server stands, the
// recorder and the replayer. Views borrow from the frame; each parse() checks its message to the byte. A message that
// owns nothing is the struct that frontend.hpp writes.

#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/base/oid.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::wire {

/// 'D', 'C', 'S' and 'E' mean something else when a server sends them.
namespace frontend_tag {
inline constexpr char query = 'Q', parse = 'P', bind = 'B', describe = 'D', execute = 'E', close = 'C', sync = 'S',
                      flush = 'H';
inline constexpr char copy_data = 'd', copy_done = 'c', copy_fail = 'f';
inline constexpr char password = 'p';  // PasswordMessage, SASLInitialResponse, SASLResponse
inline constexpr char function_call = 'F', terminate = 'X';
}  // namespace frontend_tag

/// What a connection begins with, before any tag: StartupMessage, SSLRequest, GSSENCRequest or CancelRequest.
struct startup_packet {
    enum class kind { startup, ssl_request, gss_request, cancel_request };
    kind what = kind::startup;
    std::uint32_t protocol_version = 0;                                     // of a startup
    std::vector<std::pair<std::string_view, std::string_view>> parameters;  // of a startup, in their order
    cancel_request cancel{};                                                // of a cancel_request
};
/// PostgreSQL's MAX_STARTUP_PACKET_LENGTH: of the body, and the length before it.
inline constexpr std::size_t longest_startup_packet = 10'000;
/// `body` is what follows the length.
std::error_code parse(bytes_view body, startup_packet& out);

std::error_code parse(bytes_view body, password_message& out);
std::error_code parse(bytes_view body, sasl_initial_response& out);
std::error_code parse(bytes_view body, sasl_response& out);

std::error_code parse(bytes_view body, simple_query& out);

/// Parse ('P').
struct received_parse {
    std::string_view statement, sql;
    std::vector<oid> parameter_types;
};
std::error_code parse(bytes_view body, received_parse& out);

/// Bind ('B').
struct received_bind {
    std::string_view portal, statement;
    std::vector<format> parameter_formats;
    std::vector<std::optional<bytes_view>> values;  // nullopt: NULL
    std::vector<format> result_formats;
};
/// Error: protocol_violation too if the number of parameter formats is neither 0, 1, nor the values'.
std::error_code parse(bytes_view body, received_bind& out);

/// Of the number `i`: none are said: text; one: for all.
format format_of(const std::vector<format>& formats, std::size_t i) noexcept;

std::error_code parse(bytes_view body, describe_message& out);
std::error_code parse(bytes_view body, close_message& out);
std::error_code parse(bytes_view body, execute_message& out);
std::error_code parse(bytes_view body, copy_fail& out);

}  // namespace howdah::wire
