#include "howdah/wire/backend_writing.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "howdah/wire/frame.hpp"

namespace howdah::wire {
namespace {

void serialize_fields(const server_message& m, char tag, bytes& out) {
    frame message{out, tag};
    const auto add = [&](char field, std::string_view text) {
        if (!text.empty()) message.u8(static_cast<std::uint8_t>(field)).text(text);
    };
    const auto add_position = [&](char field, std::uint32_t position) {
        if (position != 0) add(field, std::to_string(position));
    };
    add('S', m.severity);
    add('V', m.severity);
    add('C', m.code.text());
    add('M', m.message);
    add('D', m.detail);
    add('H', m.hint);
    add_position('P', m.position);
    add_position('p', m.internal_position);
    add('q', m.internal_query);
    add('W', m.where);
    add('s', m.schema);
    add('t', m.table);
    add('c', m.column);
    add('d', m.data_type);
    add('n', m.constraint);
    add('F', m.file);
    add('L', m.line);
    add('R', m.routine);
    message.u8(0);
}

}  // namespace

void serialize(const authentication& m, bytes& out) {
    frame{out, tag::authentication}.u32(static_cast<std::uint32_t>(m.what)).raw(m.payload);
}

void serialize_sasl(std::span<const std::string_view> mechanisms, bytes& out) {
    frame message{out, tag::authentication};
    message.u32(static_cast<std::uint32_t>(authentication::kind::sasl));
    for (const auto name : mechanisms) message.text(name);
    message.u8(0);
}

void serialize(const backend_key_data& m, bytes& out) {
    frame{out, tag::backend_key_data}.u32(m.process_id).raw(m.cancel_key);
}

void serialize(const parameter_status& m, bytes& out) { frame{out, tag::parameter_status}.text(m.name).text(m.value); }

void serialize(const ready_for_query& m, bytes& out) {
    frame{out, tag::ready_for_query}.u8(static_cast<std::uint8_t>(m.status));
}

void serialize(const negotiate_protocol_version& m, bytes& out) {
    frame message{out, tag::negotiate_protocol_version};
    message.u32(m.newest).u32(static_cast<std::uint32_t>(m.unknown_options.size()));
    for (const auto name : m.unknown_options) message.text(name);
}

void serialize_error(const server_message& m, bytes& out) { serialize_fields(m, tag::error_response, out); }
void serialize_notice(const server_message& m, bytes& out) { serialize_fields(m, tag::notice_response, out); }

server_message message_of(std::string_view severity, sqlstate code, std::string text) {
    server_message out;
    out.severity = severity;
    out.code = code;
    out.message = std::move(text);
    return out;
}

void serialize(const notification& m, bytes& out) {
    frame{out, tag::notification_response}.u32(m.process_id).text(m.channel).text(m.payload);
}

void serialize(const command_complete& m, bytes& out) { frame{out, tag::command_complete}.text(m.command_tag); }

void serialize(const parameter_description& m, bytes& out) {
    frame message{out, tag::parameter_description};
    message.u16(static_cast<std::uint16_t>(m.types.size()));
    for (const auto type : m.types) message.u32(static_cast<std::uint32_t>(type));
}

void serialize(const row_description& m, bytes& out) {
    frame message{out, tag::row_description};
    message.u16(static_cast<std::uint16_t>(m.fields.size()));
    for (const auto& f : m.fields)
        message.text(f.name)
            .u32(f.table)
            .u16(static_cast<std::uint16_t>(f.attribute))
            .u32(static_cast<std::uint32_t>(f.type))
            .u16(static_cast<std::uint16_t>(f.type_size))
            .u32(static_cast<std::uint32_t>(f.type_modifier))
            .u16(static_cast<std::uint16_t>(f.format));
}

void serialize(const copy_response& m, char direction, bytes& out) {
    frame message{out, direction};
    message.u8(static_cast<std::uint8_t>(m.format)).u16(static_cast<std::uint16_t>(m.columns.size()));
    for (const auto f : m.columns) message.u16(static_cast<std::uint16_t>(f));
}

void serialize_row(std::span<const std::optional<bytes_view>> fields, bytes& out) {
    constexpr auto null = std::numeric_limits<std::uint32_t>::max();
    frame message{out, tag::data_row};
    message.u16(static_cast<std::uint16_t>(fields.size()));
    for (const auto& f : fields) {
        message.u32(f ? static_cast<std::uint32_t>(f->size()) : null);
        if (f) message.raw(*f);
    }
}

void serialize_empty(char tag, bytes& out) { frame{out, tag}; }

}  // namespace howdah::wire
