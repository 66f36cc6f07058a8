#include "howdah/wire/frontend.hpp"

#include "howdah/wire/frame.hpp"

namespace howdah::wire {
namespace {

constexpr std::uint32_t ssl_request_code = 80877103;     // 1234 << 16 | 5679
constexpr std::uint32_t cancel_request_code = 80877102;  // 1234 << 16 | 5678

}  // namespace

void serialize(ssl_request, bytes& out) { frame::untagged(out).u32(ssl_request_code); }

void serialize(const cancel_request& m, bytes& out) {
    frame::untagged(out).u32(cancel_request_code).u32(m.process_id).raw(m.cancel_key);
}

void serialize(const startup_message& m, bytes& out) {
    auto message = frame::untagged(out);
    message.u32(m.protocol_version);
    for (const auto& [name, value] : m.parameters) message.text(name).text(value);
    message.u8(0);
}

void serialize(const password_message& m, bytes& out) { frame{out, 'p'}.text(m.password); }

void serialize(const sasl_initial_response& m, bytes& out) {
    frame{out, 'p'}.text(m.mechanism).u32(static_cast<std::uint32_t>(m.response.size())).raw(as_bytes(m.response));
}

void serialize(const sasl_response& m, bytes& out) { frame{out, 'p'}.raw(as_bytes(m.response)); }

void serialize(const simple_query& m, bytes& out) { frame{out, 'Q'}.text(m.sql); }

void serialize(const parse_message& m, bytes& out) {
    frame message{out, 'P'};
    message.text(m.statement).text(m.sql).u16(static_cast<std::uint16_t>(m.parameter_types.size()));
    for (const auto type : m.parameter_types) message.u32(static_cast<std::uint32_t>(type));
}

std::size_t begin_bind(const bind_message& m, bytes& out) {
    const auto at = out.size();
    put_u8(out, 'B');
    put_u32(out, 0);
    put_cstring(out, m.portal);
    put_cstring(out, m.statement);
    put_u16(out, static_cast<std::uint16_t>(m.parameter_formats.size()));
    for (const auto f : m.parameter_formats) put_u16(out, static_cast<std::uint16_t>(f));
    put_u16(out, static_cast<std::uint16_t>(m.parameters));
    return at;
}

std::error_code end_bind(std::size_t begun_at, std::span<const format> result_formats, bytes& out) {
    put_u16(out, static_cast<std::uint16_t>(result_formats.size()));
    for (const auto f : result_formats) put_u16(out, static_cast<std::uint16_t>(f));
    const auto length = out.size() - begun_at - 1;
    if (length > largest_message) return errc::message_too_large;
    store_big_endian(out.data() + begun_at + 1, static_cast<std::uint32_t>(length));
    return {};
}

void serialize(const describe_message& m, bytes& out) {
    frame{out, 'D'}.u8(static_cast<std::uint8_t>(m.target)).text(m.name);
}

void serialize(const close_message& m, bytes& out) {
    frame{out, 'C'}.u8(static_cast<std::uint8_t>(m.target)).text(m.name);
}

void serialize(const execute_message& m, bytes& out) { frame{out, 'E'}.text(m.portal).u32(m.row_limit); }
void serialize(sync_message, bytes& out) { frame{out, 'S'}; }
void serialize(flush_message, bytes& out) { frame{out, 'H'}; }
void serialize(const copy_data& m, bytes& out) { frame{out, 'd'}.raw(m.content); }
void serialize(copy_done, bytes& out) { frame{out, 'c'}; }
void serialize(const copy_fail& m, bytes& out) { frame{out, 'f'}.text(m.reason); }
void serialize(terminate, bytes& out) { frame{out, 'X'}; }

}  // namespace howdah::wire
