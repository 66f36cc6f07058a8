#include "howdah/wire/frontend_parsing.hpp"

#include <limits>

#include "howdah/base/errc.hpp"
#include "howdah/base/reader.hpp"
#include "howdah/wire/frontend_codes.hpp"

namespace howdah::wire {
namespace {

// False: there is one that is no format.
bool read_formats(reader& in, std::vector<format>& out) {
    const auto count = in.u16();
    out.clear();
    for (std::uint16_t i = 0; i < count && in.ok(); ++i) {
        const auto f = format{in.u16()};
        if (in.ok() && f != format::text && f != format::binary) return false;
        out.push_back(f);
    }
    return true;
}

template <class Message>
std::error_code read_named(bytes_view body, Message& out) {
    reader in{body};
    out = {.target = target{static_cast<char>(in.u8())}, .name = in.cstring()};
    if (in.ok() && out.target != target::statement && out.target != target::portal) return errc::protocol_violation;
    return in.finish();
}

std::error_code read_startup(reader& in, startup_packet& out) {
    out.parameters.clear();
    for (auto name = in.cstring(); !name.empty(); name = in.cstring()) out.parameters.emplace_back(name, in.cstring());
    return in.finish();
}

}  // namespace

std::error_code parse(bytes_view body, startup_packet& out) {
    using enum startup_packet::kind;
    reader in{body};
    const auto code = in.u32();
    switch (code) {
        case ssl_request_code: out.what = ssl_request; return in.finish();
        case gss_request_code: out.what = gss_request; return in.finish();
        case cancel_request_code:
            out.what = cancel_request;
            out.cancel = {.process_id = in.u32(), .cancel_key = in.rest()};
            return in.finish();
        default:
            out.what = startup;
            out.protocol_version = code;
            return read_startup(in, out);
    }
}

std::error_code parse(bytes_view body, password_message& out) {
    reader in{body};
    out = {.password = in.cstring()};
    return in.finish();
}

std::error_code parse(bytes_view body, sasl_initial_response& out) {
    constexpr auto none = std::numeric_limits<std::uint32_t>::max();
    reader in{body};
    out.mechanism = in.cstring();
    const auto size = in.u32();
    out.response = as_text(in.take(size == none ? 0 : size));
    return in.finish();
}

std::error_code parse(bytes_view body, sasl_response& out) {
    out = {.response = as_text(body)};
    return {};
}

std::error_code parse(bytes_view body, simple_query& out) {
    reader in{body};
    out = {.sql = in.cstring()};
    return in.finish();
}

std::error_code parse(bytes_view body, received_parse& out) {
    reader in{body};
    out.statement = in.cstring();
    out.sql = in.cstring();
    const auto count = in.u16();
    out.parameter_types.clear();
    for (std::uint16_t i = 0; i < count && in.ok(); ++i) out.parameter_types.push_back(oid{in.u32()});
    return in.finish();
}

std::error_code parse(bytes_view body, received_bind& out) {
    reader in{body};
    out.portal = in.cstring();
    out.statement = in.cstring();
    if (!read_formats(in, out.parameter_formats)) return errc::protocol_violation;
    const auto count = in.u16();
    out.values.clear();
    for (std::uint16_t i = 0; i < count && in.ok(); ++i) {
        const auto size = in.i32();
        if (size < -1) return errc::protocol_violation;
        if (size == -1) {
            out.values.emplace_back(std::nullopt);
        } else {
            out.values.emplace_back(in.take(static_cast<std::size_t>(size)));
        }
    }
    if (!read_formats(in, out.result_formats)) return errc::protocol_violation;
    const auto formats = out.parameter_formats.size();
    if (in.ok() && formats > 1 && formats != out.values.size()) return errc::protocol_violation;
    return in.finish();
}

format format_of(const std::vector<format>& formats, std::size_t i) noexcept {
    if (formats.empty()) return format::text;
    return formats.size() == 1 ? formats.front() : formats.at(i);
}

std::error_code parse(bytes_view body, describe_message& out) { return read_named(body, out); }
std::error_code parse(bytes_view body, close_message& out) { return read_named(body, out); }

std::error_code parse(bytes_view body, execute_message& out) {
    reader in{body};
    out = {.portal = in.cstring(), .row_limit = in.u32()};
    return in.finish();
}

std::error_code parse(bytes_view body, copy_fail& out) {
    reader in{body};
    out = {.reason = in.cstring()};
    return in.finish();
}

}  // namespace howdah::wire
