#include "howdah/wire/backend.hpp"

#include <charconv>

#include "howdah/base/reader.hpp"

namespace howdah::wire {
namespace {

std::uint32_t number(std::string_view text) noexcept {
    std::uint32_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// One field of an ErrorResponse (protocol, section 55.8). Unknown ones are skipped, as the protocol asks.
void assign(char field, std::string_view text, server_message& out) {
    switch (field) {
        case 'S':
            if (out.severity.empty()) out.severity = text;
            break;
        case 'V': out.severity = text; break;  // never translated, so it replaces 'S'
        case 'C': out.code = sqlstate{text}; break;
        case 'M': out.message = text; break;
        case 'D': out.detail = text; break;
        case 'H': out.hint = text; break;
        case 'P': out.position = number(text); break;
        case 'p': out.internal_position = number(text); break;
        case 'q': out.internal_query = text; break;
        case 'W': out.where = text; break;
        case 's': out.schema = text; break;
        case 't': out.table = text; break;
        case 'c': out.column = text; break;
        case 'd': out.data_type = text; break;
        case 'n': out.constraint = text; break;
        case 'F': out.file = text; break;
        case 'L': out.line = text; break;
        case 'R': out.routine = text; break;
        default: break;
    }
}

bool valid(enum format f) noexcept { return f == format::text || f == format::binary; }

}  // namespace

std::error_code parse(bytes_view body, authentication& out) {
    reader in{body};
    out = {.what = authentication::kind{in.u32()}, .payload = in.rest()};
    return in.finish();
}

std::error_code parse(bytes_view payload, std::vector<std::string_view>& mechanisms) {
    reader in{payload};
    for (auto name = in.cstring(); !name.empty(); name = in.cstring()) mechanisms.push_back(name);
    return in.finish();
}

std::error_code parse(bytes_view body, backend_key_data& out) {
    constexpr std::size_t shortest = 4, longest = 256;
    reader in{body};
    out = {.process_id = in.u32(), .cancel_key = in.rest()};
    if (out.cancel_key.size() < shortest || out.cancel_key.size() > longest) return errc::protocol_violation;
    return in.finish();
}

std::error_code parse(bytes_view body, parameter_status& out) {
    reader in{body};
    out = {.name = in.cstring(), .value = in.cstring()};
    return in.finish();
}

std::error_code parse(bytes_view body, ready_for_query& out) {
    reader in{body};
    out = {.status = transaction_status{static_cast<char>(in.u8())}};
    switch (out.status) {
        case transaction_status::idle:
        case transaction_status::in_transaction:
        case transaction_status::failed: return in.finish();
    }
    return errc::protocol_violation;
}

std::error_code parse(bytes_view body, negotiate_protocol_version& out) {
    reader in{body};
    out.newest = in.u32();
    const auto count = in.u32();
    for (std::uint32_t i = 0; i < count && in.ok(); ++i) out.unknown_options.push_back(in.cstring());
    return in.finish();
}

std::error_code parse(bytes_view body, server_message& out) {
    reader in{body};
    for (auto field = static_cast<char>(in.u8()); field != '\0'; field = static_cast<char>(in.u8()))
        assign(field, in.cstring(), out);
    return in.finish();
}

std::error_code parse(bytes_view body, notification& out) {
    reader in{body};
    out = {.process_id = in.u32(), .channel = in.cstring(), .payload = in.cstring()};
    return in.finish();
}

std::uint64_t command_complete::rows() const noexcept {
    std::uint64_t value = 0;
    const auto space = command_tag.rfind(' ');
    if (space != std::string_view::npos)
        std::from_chars(command_tag.data() + space + 1, command_tag.data() + command_tag.size(), value);
    return value;
}

std::error_code parse(bytes_view body, command_complete& out) {
    reader in{body};
    out = {.command_tag = in.cstring()};
    return in.finish();
}

std::error_code parse(bytes_view body, parameter_description& out) {
    reader in{body};
    const auto count = in.u16();
    out.types.clear();
    for (std::uint16_t i = 0; i < count && in.ok(); ++i) out.types.push_back(oid{in.u32()});
    return in.finish();
}

std::error_code parse(bytes_view body, row_description& out) {
    reader in{body};
    const auto count = in.u16();
    out.fields.clear();
    for (std::uint16_t i = 0; i < count && in.ok(); ++i) {
        out.fields.push_back({.name = in.cstring(),
                              .table = in.u32(),
                              .attribute = in.i16(),
                              .type = oid{in.u32()},
                              .type_size = in.i16(),
                              .type_modifier = in.i32(),
                              .format = format{in.u16()}});
        if (in.ok() && !valid(out.fields.back().format)) return errc::protocol_violation;
    }
    return in.finish();
}

std::error_code parse(bytes_view body, copy_response& out) {
    reader in{body};
    out.format = format{in.u8()};
    const auto count = in.u16();
    out.columns.clear();
    for (std::uint16_t i = 0; i < count && in.ok(); ++i) out.columns.push_back(format{in.u16()});
    if (in.ok() && !valid(out.format)) return errc::protocol_violation;
    return in.finish();
}

}  // namespace howdah::wire
