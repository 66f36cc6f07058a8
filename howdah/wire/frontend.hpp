#pragma once
// The messages that a client sends (protocol, section 55.7), in the order of their use. A message that a caller
// can make too large is checked by the caller against `largest_message` before it is sent.

#include <cstdint>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "howdah/base/bytes.hpp"
#include "howdah/base/oid.hpp"

namespace howdah::wire {

struct ssl_request {};
void serialize(ssl_request, bytes& out);

/// `cancel_key` has 4 bytes in protocol 3.0 and up to 256 in 3.2.
struct cancel_request {
    std::uint32_t process_id;
    bytes_view cancel_key;
};
void serialize(const cancel_request& m, bytes& out);

struct startup_message {
    std::uint32_t protocol_version;
    std::span<const std::pair<std::string_view, std::string_view>> parameters;
};
void serialize(const startup_message& m, bytes& out);

/// PasswordMessage ('p'), cleartext or MD5.
struct password_message {
    std::string_view password;
};
void serialize(const password_message& m, bytes& out);

struct sasl_initial_response {
    std::string_view mechanism;
    std::string_view response;
};
void serialize(const sasl_initial_response& m, bytes& out);

struct sasl_response {
    std::string_view response;
};
void serialize(const sasl_response& m, bytes& out);

/// Query ('Q'), the simple protocol.
struct simple_query {
    std::string_view sql;
    std::string_view comment{};  // behind it, with its marks; no NUL
};
void serialize(const simple_query& m, bytes& out);

struct parse_message {
    std::string_view statement;  // empty: the unnamed one
    std::string_view sql;
    std::span<const oid> parameter_types;  // may be fewer than there are; 0: the server decides
    std::string_view comment{};            // behind the text, with its marks; no NUL
};
void serialize(const parse_message& m, bytes& out);

/// Bind ('B') is written in three parts, so that values go straight into the output: begin_bind(), then for each
/// parameter an int32 size and its bytes, then end_bind(). No formats: text for all; one: for all; else one each.
struct bind_message {
    std::string_view portal, statement;
    std::span<const format> parameter_formats;
    std::size_t parameters;
};
/// Gives the place that end_bind() wants.
[[nodiscard]] std::size_t begin_bind(const bind_message& m, bytes& out);
/// Error: message_too_large, 1 GiB being too much for the server. What was written must then be taken back.
[[nodiscard]] std::error_code end_bind(std::size_t begun_at, std::span<const format> result_formats, bytes& out);

enum class target : char { statement = 'S', portal = 'P' };

struct describe_message {
    enum target target;
    std::string_view name;
};
void serialize(const describe_message& m, bytes& out);

struct close_message {
    enum target target;
    std::string_view name;
};
void serialize(const close_message& m, bytes& out);

struct execute_message {
    std::string_view portal;
    std::uint32_t row_limit = 0;  // 0: all
};
void serialize(const execute_message& m, bytes& out);

struct sync_message {};
void serialize(sync_message, bytes& out);

struct flush_message {};
void serialize(flush_message, bytes& out);

/// A part of COPY's data, of any size up to `largest_message`: its ends mean nothing.
struct copy_data {
    bytes_view content;
};
void serialize(const copy_data& m, bytes& out);

struct copy_done {};
void serialize(copy_done, bytes& out);

struct copy_fail {
    std::string_view reason;
};
void serialize(const copy_fail& m, bytes& out);

struct terminate {};
void serialize(terminate, bytes& out);

}  // namespace howdah::wire
