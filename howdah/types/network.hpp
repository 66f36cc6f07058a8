#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "howdah/types/codec.hpp"

namespace howdah {

enum class ip_version : std::uint8_t { v4 = 4, v6 = 6 };

/// An IPv4 or IPv6 address, and how many of its leading bits name the network it is in (inet).
struct inet {
    ip_version version = ip_version::v4;
    std::uint8_t prefix = 32;             // at most 32, of IPv6 at most 128
    std::array<std::byte, 16> address{};  // in network order; IPv4 has the first four, the others are zero

    constexpr std::size_t size() const noexcept { return version == ip_version::v4 ? 4 : 16; }
    constexpr std::uint8_t widest_prefix() const noexcept { return version == ip_version::v4 ? 32 : 128; }

    /// "192.168.1.5/24", "::ffff:10.0.0.1"; without a prefix it is one host. nullopt if it is neither, or abbreviated.
    static std::optional<inet> parse(std::string_view text) noexcept;
    /// As PostgreSQL writes it: the prefix only if it is not the widest one.
    std::string to_string() const;
    friend constexpr auto operator<=>(const inet&, const inet&) = default;
};

/// A network (cidr): all bits behind the prefix are zero.
struct cidr {
    inet network;

    /// As inet; nullopt too if there are bits behind the prefix.
    static std::optional<cidr> parse(std::string_view text) noexcept;
    /// Always with the prefix.
    std::string to_string() const;
    friend constexpr auto operator<=>(const cidr&, const cidr&) = default;
};

/// Also a cidr where there are no bits behind the prefix, which is else value_out_of_range; a cidr can be read as inet.
template <>
struct codec<inet> {
    static constexpr oid type = oids::inet;
    static constexpr bool accepts(oid target) noexcept { return target == oids::inet || target == oids::cidr; }
    static std::error_code encode_as(const inet& value, oid target, bytes& out);
    static std::error_code encode_text(const inet& value, bytes& out);
    static std::error_code decode(bytes_view in, inet& out) noexcept;
    static std::error_code decode_text(std::string_view in, inet& out) noexcept;
};

template <>
struct codec<cidr> {
    static constexpr oid type = oids::cidr;
    static constexpr bool accepts(oid target) noexcept { return codec<inet>::accepts(target); }
    static std::error_code encode_as(const cidr& value, oid target, bytes& out);
    static std::error_code encode_text(const cidr& value, bytes& out);
    static std::error_code decode(bytes_view in, cidr& out) noexcept;
    static std::error_code decode_text(std::string_view in, cidr& out) noexcept;
};

}  // namespace howdah
