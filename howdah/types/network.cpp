#include "howdah/types/network.hpp"

#include <algorithm>
#include <charconv>

#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/types/hexadecimal.hpp"
#include "howdah/types/scanner.hpp"

namespace howdah {
namespace {

// src/include/utils/inet.h: PGSQL_AF_INET is the server's AF_INET, which is 2 everywhere, and PGSQL_AF_INET6 one more.
constexpr std::uint8_t family_v4 = 2;
constexpr std::uint8_t family_v6 = 3;

constexpr int groups_in_v6 = 8;
using v6_groups = std::array<std::uint16_t, groups_in_v6>;

bool is_valid(const inet& value) noexcept {
    return (value.version == ip_version::v4 || value.version == ip_version::v6) &&
           value.prefix <= value.widest_prefix();
}

bool has_host_bits(const inet& value) noexcept {
    for (std::size_t bit = value.prefix; bit < value.size() * 8; ++bit)
        if ((value.address[bit / 8] & (std::byte{0x80} >> (bit % 8))) != std::byte{0}) return true;
    return false;
}

bool read_v4(types::scanner& in, std::byte* out) noexcept {
    for (int i = 0; i < 4; ++i) {
        std::int64_t octet = 0;
        if ((i > 0 && !in.accept('.')) || !in.digits(1, 3, octet) || octet > 255) return false;
        out[i] = static_cast<std::byte>(octet);
    }
    return true;
}

bool read_group(types::scanner& in, std::uint16_t& out) noexcept {
    int digits = 0;
    unsigned value = 0;
    for (int digit = 0; digits < 4 && (digit = types::hex_value(in.peek())) >= 0; ++digits, in.skip(1))
        value = value * 16 + static_cast<unsigned>(digit);
    out = static_cast<std::uint16_t>(value);
    return digits > 0;
}

/// RFC 4291, section 2.2: groups, "::" once for two and more that are zero, the last 32 bits perhaps as IPv4.
bool read_v6(types::scanner& in, std::byte* out) noexcept {
    v6_groups read{};
    int count = 0;
    int gap = in.accept("::") ? 0 : -1;
    while (count < groups_in_v6 && (types::hex_value(in.peek()) >= 0)) {
        auto as_v4 = in;
        std::array<std::byte, 4> v4{};
        if (count <= groups_in_v6 - 2 && read_v4(as_v4, v4.data())) {
            in = as_v4;
            for (std::size_t i = 0; i < 4; i += 2)
                read[static_cast<std::size_t>(count++)] = load_big_endian<std::uint16_t>(v4.data() + i);
            break;
        }
        if (!read_group(in, read[static_cast<std::size_t>(count)])) return false;
        ++count;
        if (gap < 0 && in.accept("::")) gap = count;
        else if (count == groups_in_v6 || !in.accept(':')) break;
        else if (types::hex_value(in.peek()) < 0) return false;
    }
    if (gap < 0 ? count != groups_in_v6 : count == groups_in_v6) return false;
    if (gap >= 0) std::rotate(read.begin() + gap, read.begin() + count, read.end());
    for (auto group : read) {
        store_big_endian(out, group);
        out += sizeof group;
    }
    return true;
}

void append_v4(bytes& out, const std::byte* in) {
    for (int i = 0; i < 4; ++i) {
        if (i > 0) append(out, ".");
        types::append_number(out, static_cast<int>(in[i]));
    }
}

struct zero_run {
    int first = -1, size = 0;
};

/// The longest, of those the first; a single group is none.
zero_run longest_zeros(const v6_groups& in) noexcept {
    zero_run best;
    for (int i = 0; i < groups_in_v6;) {
        int end = i;
        while (end < groups_in_v6 && in[static_cast<std::size_t>(end)] == 0) ++end;
        if (end - i > std::max(best.size, 1)) best = {.first = i, .size = end - i};
        i = end + 1;
    }
    return best;
}

/// src/port/inet_net_ntop.c
void append_v6(bytes& out, const std::byte* in) {
    v6_groups each{};
    for (std::size_t i = 0; i < each.size(); ++i) each[i] = load_big_endian<std::uint16_t>(in + 2 * i);
    const auto zeros = longest_zeros(each);
    const bool ends_in_v4 = zeros.first == 0 && (zeros.size == 6 || (zeros.size == 5 && each[5] == 0xFFFF));
    for (int i = 0; i < groups_in_v6; ++i) {
        if (i == zeros.first) {
            append(out, "::");
            i += zeros.size - 1;
            continue;
        }
        if (i > 0 && i != zeros.first + zeros.size) append(out, ":");
        if (i == 6 && ends_in_v4) return append_v4(out, in + 12);
        char digits[4];
        const auto end = std::to_chars(std::begin(digits), std::end(digits), each[static_cast<std::size_t>(i)], 16).ptr;
        append(out, std::string_view{digits, static_cast<std::size_t>(end - digits)});
    }
}

void append_address(bytes& out, const inet& value) {
    if (value.version == ip_version::v4) append_v4(out, value.address.data());
    else append_v6(out, value.address.data());
}

void append_prefix(bytes& out, const inet& value) {
    append(out, "/");
    types::append_number(out, value.prefix);
}

std::error_code encode_network(const inet& value, oid target, bytes& out) {
    const bool is_cidr = target == oids::cidr;
    if (!codec<inet>::accepts(target)) return errc::parameter_type_mismatch;
    if (!is_valid(value) || (is_cidr && has_host_bits(value))) return errc::value_out_of_range;
    put_u8(out, value.version == ip_version::v4 ? family_v4 : family_v6);
    put_u8(out, value.prefix);
    put_u8(out, is_cidr ? 1 : 0);
    put_u8(out, static_cast<std::uint8_t>(value.size()));
    append(out, bytes_view{value.address}.first(value.size()));
    return {};
}

}  // namespace

std::optional<inet> inet::parse(std::string_view text) noexcept {
    inet out;
    types::scanner in{text};
    if (text.find(':') != std::string_view::npos) out.version = ip_version::v6;
    const bool read = out.version == ip_version::v4 ? read_v4(in, out.address.data()) : read_v6(in, out.address.data());
    if (!read) return std::nullopt;
    std::int64_t prefix = out.widest_prefix();
    if (in.accept('/') && (!in.digits(1, 3, prefix) || prefix > out.widest_prefix())) return std::nullopt;
    out.prefix = static_cast<std::uint8_t>(prefix);
    return in.at_end() ? std::optional{out} : std::nullopt;
}

std::string inet::to_string() const {
    bytes out;
    append_address(out, *this);
    if (prefix != widest_prefix()) append_prefix(out, *this);
    return std::string{as_text(out)};
}

std::optional<cidr> cidr::parse(std::string_view text) noexcept {
    const auto network = inet::parse(text);
    return network && !has_host_bits(*network) ? std::optional{cidr{*network}} : std::nullopt;
}

std::string cidr::to_string() const {
    bytes out;
    append_address(out, network);
    append_prefix(out, network);
    return std::string{as_text(out)};
}

std::error_code codec<inet>::encode_as(const inet& value, oid target, bytes& out) {
    return encode_network(value, target, out);
}

std::error_code codec<inet>::encode_text(const inet& value, bytes& out) {
    if (!is_valid(value)) return errc::value_out_of_range;
    append(out, value.to_string());
    return {};
}

std::error_code codec<inet>::decode(bytes_view in, inet& out) noexcept {
    // src/backend/utils/adt/network.c, network_send
    reader from{in};
    const auto family = from.u8();
    out = {};
    out.prefix = from.u8();
    const auto is_cidr = from.u8();
    const auto size = from.u8();
    if (!from.ok()) return errc::truncated;
    if (family != family_v4 && family != family_v6) return errc::invalid_value;
    out.version = family == family_v4 ? ip_version::v4 : ip_version::v6;
    if (!is_valid(out) || is_cidr > 1 || size != out.size()) return errc::invalid_value;
    std::ranges::copy(from.take(size), out.address.begin());
    if (auto failed = from.finish()) return failed;
    return is_cidr == 1 && has_host_bits(out) ? errc::invalid_value : std::error_code{};
}

std::error_code codec<inet>::decode_text(std::string_view in, inet& out) noexcept {
    const auto parsed = inet::parse(in);
    if (!parsed) return errc::invalid_value;
    out = *parsed;
    return {};
}

std::error_code codec<cidr>::encode_as(const cidr& value, oid target, bytes& out) {
    return encode_network(value.network, target, out);
}

std::error_code codec<cidr>::encode_text(const cidr& value, bytes& out) {
    if (!is_valid(value.network) || has_host_bits(value.network)) return errc::value_out_of_range;
    append(out, value.to_string());
    return {};
}

std::error_code codec<cidr>::decode(bytes_view in, cidr& out) noexcept {
    if (auto failed = codec<inet>::decode(in, out.network)) return failed;
    return has_host_bits(out.network) ? errc::value_out_of_range : std::error_code{};
}

std::error_code codec<cidr>::decode_text(std::string_view in, cidr& out) noexcept {
    if (auto failed = codec<inet>::decode_text(in, out.network)) return failed;
    return has_host_bits(out.network) ? errc::value_out_of_range : std::error_code{};
}

}  // namespace howdah
