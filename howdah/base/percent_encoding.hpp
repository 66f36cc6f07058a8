#pragma once
// Why here: what signs credentials and what comments statements both write by it.

#include <string>
#include <string_view>

namespace howdah {

/// RFC 3986: all but the unreserved characters.
inline void append_percent_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '.' || c == '_' || c == '~';
        const auto octet = static_cast<unsigned char>(c);
        if (plain) out += c;
        else out.append(1, '%').append(1, digits[octet >> 4]).append(1, digits[octet & 15]);
    }
}

}  // namespace howdah
