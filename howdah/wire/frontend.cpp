#include "howdah/wire/frontend.hpp"

#include "howdah/wire/frame.hpp"
#include "howdah/wire/frontend_codes.hpp"

namespace howdah::wire {
namespace {

constexpr std::size_t number_of_16_bits = 2;

std::size_t size_as_cstring(std::string_view text) noexcept { return text.size() + 1; }

/// A message of known size: tag and length are written, and the body follows.
placer short_message(char tag, std::size_t body, bytes& out) {
    placer at{extend(out, frame_header::size + body)};
    at.u8(static_cast<std::uint8_t>(tag)).u32(static_cast<std::uint32_t>(frame_header::least_length + body));
    return at;
}

void place(std::span<const format> formats, placer& at) noexcept {
    at.u16(static_cast<std::uint16_t>(formats.size()));
    for (const auto f : formats) at.u16(static_cast<std::uint16_t>(f));
}

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

void serialize(const simple_query& m, bytes& out) { frame{out, 'Q'}.raw(as_bytes(m.sql)).text(m.comment); }

void serialize(const parse_message& m, bytes& out) {
    frame message{out, 'P'};
    message.text(m.statement)
        .raw(as_bytes(m.sql))
        .text(m.comment)
        .u16(static_cast<std::uint16_t>(m.parameter_types.size()));
    for (const auto type : m.parameter_types) message.u32(static_cast<std::uint32_t>(type));
}

std::size_t begin_bind(const bind_message& m, bytes& out) {
    const auto at = out.size();
    const auto numbers = (2 + m.parameter_formats.size()) * number_of_16_bits;
    auto to = short_message('B', size_as_cstring(m.portal) + size_as_cstring(m.statement) + numbers, out);
    to.cstring(m.portal).cstring(m.statement);
    place(m.parameter_formats, to);
    to.u16(static_cast<std::uint16_t>(m.parameters));
    return at;
}

std::error_code end_bind(std::size_t begun_at, std::span<const format> result_formats, bytes& out) {
    placer to{extend(out, (1 + result_formats.size()) * number_of_16_bits)};
    place(result_formats, to);
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

void serialize(const execute_message& m, bytes& out) {
    short_message('E', size_as_cstring(m.portal) + sizeof m.row_limit, out).cstring(m.portal).u32(m.row_limit);
}
void serialize(sync_message, bytes& out) { short_message('S', 0, out); }
void serialize(flush_message, bytes& out) { short_message('H', 0, out); }
void serialize(const copy_data& m, bytes& out) { frame{out, 'd'}.raw(m.content); }
void serialize(copy_done, bytes& out) { frame{out, 'c'}; }
void serialize(const copy_fail& m, bytes& out) { frame{out, 'f'}.text(m.reason); }
void serialize(terminate, bytes& out) { frame{out, 'X'}; }

}  // namespace howdah::wire
