#include "howdah/types/identifiers.hpp"

#include <charconv>
#include <cstdio>

#include "howdah/types/integers.hpp"

namespace howdah {
namespace {

template <class Number>
std::error_code read_unsigned(std::string_view in, Number& out) noexcept {
    const auto [end, failed] = std::from_chars(in.data(), in.data() + in.size(), out);
    if (failed == std::errc::result_out_of_range) return errc::value_out_of_range;
    return failed == std::errc{} && end == in.data() + in.size() ? std::error_code{} : errc::invalid_value;
}

bool read_hex(std::string_view in, std::uint32_t& out) noexcept {
    const auto [end, failed] = std::from_chars(in.data(), in.data() + in.size(), out, 16);
    return failed == std::errc{} && end == in.data() + in.size();
}

}  // namespace

std::optional<lsn> lsn::parse(std::string_view text) noexcept {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    std::uint32_t high = 0;
    std::uint32_t low = 0;
    if (!read_hex(text.substr(0, slash), high) || !read_hex(text.substr(slash + 1), low)) return std::nullopt;
    return lsn{std::uint64_t{high} << 32 | low};
}

std::string lsn::to_string() const {
    char text[20];
    const int size = std::snprintf(text, sizeof text, "%X/%X", static_cast<unsigned>(position >> 32),
                                   static_cast<unsigned>(position & 0xFFFFFFFF));
    return {text, static_cast<std::size_t>(size)};
}

void codec<oid>::encode_text(oid value, bytes& out) {
    types::append_integer(out, std::uint64_t{static_cast<std::uint32_t>(value)});
}

std::error_code codec<oid>::decode_text(std::string_view in, oid& out) noexcept {
    std::uint32_t number = 0;
    const auto failed = read_unsigned(in, number);
    out = oid{number};
    return failed;
}

void codec<xid>::encode_text(xid value, bytes& out) { types::append_integer(out, std::uint64_t{value.number}); }

std::error_code codec<xid>::decode_text(std::string_view in, xid& out) noexcept {
    return read_unsigned(in, out.number);
}

void codec<xid8>::encode_text(xid8 value, bytes& out) { types::append_integer(out, value.number); }

std::error_code codec<xid8>::decode_text(std::string_view in, xid8& out) noexcept {
    return read_unsigned(in, out.number);
}

void codec<lsn>::encode_text(lsn value, bytes& out) { append(out, value.to_string()); }

std::error_code codec<lsn>::decode_text(std::string_view in, lsn& out) noexcept {
    const auto parsed = lsn::parse(in);
    if (!parsed) return errc::invalid_value;
    out = *parsed;
    return {};
}

}  // namespace howdah
