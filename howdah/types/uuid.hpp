#pragma once

#include <array>
#include <compare>
#include <cstring>
#include <functional>
#include <optional>
#include <string>

#include "howdah/types/codec.hpp"

namespace howdah {

/// A UUID of any version, in network order.
struct uuid {
    std::array<std::byte, 16> octets{};

    /// 32 hexadecimal digits, with or without hyphens between groups of four, and braces around. nullopt otherwise.
    static std::optional<uuid> parse(std::string_view text) noexcept;
    /// a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11
    std::string to_string() const;

    friend constexpr auto operator<=>(const uuid&, const uuid&) = default;
};

template <>
struct codec<uuid> {
    static constexpr oid type = oids::uuid;
    static constexpr int fixed_width = 16;
    static uuid load(const std::byte* in) noexcept {
        uuid out;
        std::memcpy(out.octets.data(), in, out.octets.size());
        return out;
    }
    static void encode(const uuid& value, bytes& out) { append(out, bytes_view{value.octets}); }
    static std::error_code decode(bytes_view in, uuid& out) noexcept {
        if (auto failed = types::check_width(in, fixed_width)) return failed;
        out = load(in.data());
        return {};
    }
    static void encode_text(const uuid& value, bytes& out);
    static std::error_code decode_text(std::string_view in, uuid& out) noexcept;
};

}  // namespace howdah

template <>
struct std::hash<howdah::uuid> {
    std::size_t operator()(const howdah::uuid& value) const noexcept {
        return std::hash<std::string_view>{}(howdah::as_text(value.octets));
    }
};
