#pragma once
// Why here: what prints foreign text, the command and the logs, must neither trust its encoding nor obey it.

#include <cstddef>
#include <string_view>

namespace howdah::utf8 {

struct character {
    char32_t code;
    std::size_t size;  // in bytes
    bool sound;        // false: one byte that is no UTF-8
};

/// Of a text that is not empty.
constexpr character first_of(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto lead = byte(0);
    if (lead < 0x80) return {lead, 1, true};
    const std::size_t size = lead >= 0xf0 && lead < 0xf5   ? 4
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xc2 && lead < 0xe0 ? 2
                                                           : 0;
    if (size == 0 || size > text.size()) return {lead, 1, false};
    char32_t code = lead & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return {lead, 1, false};
        code = code << 6 | (byte(i) & 0x3fU);
    }
    const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
    const bool outside = code > 0x10ffff || (code >= 0xd800 && code < 0xe000);
    if (overlong || outside) return {lead, 1, false};
    return {code, size, true};
}

/// Terminals and logs obey it: controls, line and paragraph separators, marks of direction.
constexpr bool steers(char32_t code) noexcept {
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

}  // namespace howdah::utf8
