#pragma once

#include <array>
#include <compare>
#include <cstring>
#include <optional>
#include <string>

#include "howdah/types/codec.hpp"

namespace howdah {

/// A hardware address of N octets, in network order.
template <std::size_t N>
struct hardware_address {
    std::array<std::byte, N> octets{};

    /// 2·N hexadecimal digits; between two octets there may be one of ":-.". nullopt otherwise.
    static std::optional<hardware_address> parse(std::string_view text) noexcept;
    /// 08:00:2b:01:02:03
    std::string to_string() const;
    friend constexpr auto operator<=>(const hardware_address&, const hardware_address&) = default;
};

using macaddr = hardware_address<6>;   // EUI-48
using macaddr8 = hardware_address<8>;  // EUI-64

extern template struct hardware_address<6>;
extern template struct hardware_address<8>;

namespace types {

template <std::size_t N>
struct hardware_address_codec {
    using address = hardware_address<N>;
    static constexpr int fixed_width = N;

    static address load(const std::byte* in) noexcept {
        address out;
        std::memcpy(out.octets.data(), in, N);
        return out;
    }
    static void encode(const address& value, bytes& out) { append(out, bytes_view{value.octets}); }
    static std::error_code decode(bytes_view in, address& out) noexcept {
        if (auto failed = check_width(in, fixed_width)) return failed;
        out = load(in.data());
        return {};
    }
    static void encode_text(const address& value, bytes& out) { append(out, value.to_string()); }
    static std::error_code decode_text(std::string_view in, address& out) noexcept {
        const auto parsed = address::parse(in);
        if (!parsed) return errc::invalid_value;
        out = *parsed;
        return {};
    }
};

}  // namespace types

template <>
struct codec<macaddr> : types::hardware_address_codec<6> {
    static constexpr oid type = oids::macaddr;
};

template <>
struct codec<macaddr8> : types::hardware_address_codec<8> {
    static constexpr oid type = oids::macaddr8;
};

}  // namespace howdah
