#pragma once

#include <string_view>

#include "howdah/base/bytes.hpp"

namespace howdah::types {

/// A hexadecimal digit's value; -1 if it is none.
constexpr int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

inline void append_hex_digits(bytes& out, std::byte b) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto value = static_cast<unsigned>(b);
    out.push_back(static_cast<std::byte>(digits[value / 16]));
    out.push_back(static_cast<std::byte>(digits[value % 16]));
}

}  // namespace howdah::types
