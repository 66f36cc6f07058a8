#pragma once
// The messages of a server, written (protocol, section 55.7): for who stands where a server stands, the recorder's
// accepting end and the replayer. The structs are those that backend.hpp reads.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "howdah/base/bytes.hpp"
#include "howdah/base/error.hpp"
#include "howdah/wire/backend.hpp"

namespace howdah::wire {

void serialize(const authentication& m, bytes& out);
/// AuthenticationSASL with these mechanisms.
void serialize_sasl(std::span<const std::string_view> mechanisms, bytes& out);
void serialize(const backend_key_data& m, bytes& out);
void serialize(const parameter_status& m, bytes& out);
void serialize(const ready_for_query& m, bytes& out);
void serialize(const negotiate_protocol_version& m, bytes& out);

/// ErrorResponse, or NoticeResponse: with the fields that are there, the severity as 'S' and as 'V'.
void serialize_error(const server_message& m, bytes& out);
void serialize_notice(const server_message& m, bytes& out);
/// What a server always says, with the other fields left out.
server_message message_of(std::string_view severity, sqlstate code, std::string text);

void serialize(const notification& m, bytes& out);
void serialize(const command_complete& m, bytes& out);
void serialize(const parameter_description& m, bytes& out);
void serialize(const row_description& m, bytes& out);
/// `direction` is tag::copy_in_response, copy_out_response or copy_both_response.
void serialize(const copy_response& m, char direction, bytes& out);

/// DataRow; nullopt is NULL.
void serialize_row(std::span<const std::optional<bytes_view>> fields, bytes& out);
/// A message that is all tag: ParseComplete, BindComplete, CloseComplete, NoData, PortalSuspended,
/// EmptyQueryResponse, CopyDone.
void serialize_empty(char tag, bytes& out);

}  // namespace howdah::wire
