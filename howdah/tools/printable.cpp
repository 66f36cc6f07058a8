#include "howdah/tools/printable.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "howdah/base/utf8.hpp"

namespace howdah::tools {
namespace {

using utf8::character, utf8::first_of, utf8::steers;

struct range {
    char32_t first, last;
};

// Combining marks, joiners and variation selectors (Unicode 15, the blocks that are in use).
constexpr std::array no_columns{range{0x0300, 0x036f}, range{0x0483, 0x0489},  range{0x0591, 0x05bd},
                                range{0x064b, 0x065f}, range{0x1ab0, 0x1aff},  range{0x1dc0, 0x1dff},
                                range{0x200b, 0x200f}, range{0x20d0, 0x20ff},  range{0xfe00, 0xfe0f},
                                range{0xfe20, 0xfe2f}, range{0xe0100, 0xe01ef}};
// East Asian Wide and Fullwidth (Unicode 15, annex 11), and what terminals show as emoji.
constexpr std::array two_columns{range{0x1100, 0x115f},   range{0x2e80, 0x303e},   range{0x3041, 0xa4cf},
                                 range{0xac00, 0xd7a3},   range{0xf900, 0xfaff},   range{0xfe30, 0xfe6f},
                                 range{0xff00, 0xff60},   range{0xffe0, 0xffe6},   range{0x1f300, 0x1f64f},
                                 range{0x1f680, 0x1f6ff}, range{0x1f900, 0x1f9ff}, range{0x20000, 0x3fffd}};

template <std::size_t N>
bool is_in(const std::array<range, N>& ranges, char32_t code) {
    return std::ranges::any_of(ranges, [&](const range& r) { return code >= r.first && code <= r.last; });
}

std::size_t columns_of(char32_t code) {
    if (is_in(no_columns, code)) return 0;
    return is_in(two_columns, code) ? 2 : 1;
}

void append_escaped(std::string& out, const character& c) {
    if (c.sound && c.code == '\n') {
        out += "\\n";
    } else if (c.sound && c.code == '\t') {
        out += "\\t";
    } else if (c.sound && c.code == '\r') {
        out += "\\r";
    } else {
        std::array<char, 8> code{};
        std::snprintf(code.data(), code.size(), c.code > 0xff ? "\\u%04x" : "\\x%02x", static_cast<unsigned>(c.code));
        out += code.data();
    }
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto c = first_of(text);
        if (!c.sound || steers(c.code)) {
            append_escaped(out, c);
        } else {
            out += text.substr(0, c.size);
        }
        text.remove_prefix(c.size);
    }
    return out;
}

std::size_t width_of(std::string_view text) {
    std::size_t out = 0;
    for (; !text.empty(); text.remove_prefix(first_of(text).size)) out += columns_of(first_of(text).code);
    return out;
}

std::string cut_to(std::string_view text, std::size_t width) {
    if (width_of(text) <= width) return std::string{text};
    std::size_t used = 1, size = 0;  // the mark takes one column
    while (size < text.size()) {
        const auto c = first_of(text.substr(size));
        used += columns_of(c.code);
        if (used > width) break;
        size += c.size;
    }
    return std::string{text.substr(0, size)} + "…";
}

}  // namespace howdah::tools
