// Passwords beyond ASCII: SASLprep (RFC 4013) on both sides, and PostgreSQL's rule that what can't be prepared is used
// as it is. Beside libpq, which has PostgreSQL's own tables.

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "tests/ways/document.hpp"
#include "tests/ways/server.hpp"
#include "tests/ways/verdict.hpp"

namespace howdah::ways {
namespace {

struct pair {
    const char* rule;
    std::string stored, given;
};

std::string quoted(const std::string& text, std::string_view escaped) {
    std::string out = "'";
    for (const char c : text) out.append(escaped.find(c) == escaped.npos ? "" : "\\").append(1, c);
    return out + '\'';
}

/// "a U+00AD b"; long ones by their length.
std::string code_points(const std::string& text) {
    constexpr std::size_t shown = 40;
    if (text.size() > shown) return std::to_string(text.size()) + " characters";
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i++]);
        if (first >= ' ' && first < 0x7f) {
            out += static_cast<char>(first);
            continue;
        }
        unsigned point = first < 0x80   ? first
                         : first < 0xe0 ? first & 0x1fU
                         : first < 0xf0 ? first & 0x0fU
                                        : first & 7U;
        while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xc0U) == 0x80)
            point = point << 6 | (static_cast<unsigned char>(text[i++]) & 0x3fU);
        char hexadecimal[16];
        std::snprintf(hexadecimal, sizeof hexadecimal, "[U+%04X]", point);
        out += hexadecimal;
    }
    return out;
}

// The server prepares the stored one when it makes the verifier; the given one is prepared here.
TEST(passwords, are_prepared_as_the_server_and_libpq_prepare_them) {
    const std::vector<pair> pairs{
        {"ASCII as it is", "I X", "I X"},
        {"case is kept", "user", "USER"},
        {"soft hyphen maps to nothing", "I\u00adX", "IX"},
        {"and the other way round", "IX", "I\u00adX"},
        {"no-break space maps to space", "a\u00a0b", "a b"},
        {"zero width space", "a\u200bb", "a b"},
        {"zero width space", "a\u200bb", "ab"},
        {"ideographic space maps to space", "a\u3000b", "a b"},
        {"NFKC: feminine ordinal", "\u00aa", "a"},
        {"NFKC: Roman numeral", "\u2168", "IX"},
        {"NFKC: ligature", "\ufb01n", "fin"},
        {"NFKC: Ohm", "\u2126", "\u03a9"},
        {"NFKC: accent put together", "e\u0301", "\u00e9"},
        {"NFKC: Hangul put together", "\u1112\u1161\u11ab", "\ud55c"},
        {"NFKC: fullwidth letters", "\uff50\uff47", "pg"},
        {"control character: as it is", "a\u0007b", "a\u0007b"},
        {"control character: nothing else is prepared", "a\u0007\u00ad", "a\u0007"},
        {"right to left, ends in a digit: as it is", "\u06271", "\u06271"},
        {"right to left, ends in a digit: nothing prepared", "\u0627\u00ad1", "\u06271"},
        {"right to left, sound", "\u0627\u00ad\u0628", "\u0627\u0628"},
        {"not in Unicode 3.2: as it is", "\u0221", "\u0221"},
        {"not in Unicode 3.2: nothing prepared", "\u0221\u00ad", "\u0221"},
        {"emoji: as it is", "\U0001f600", "\U0001f600"},
        {"emoji: nothing prepared", "\U0001f600\u00ad", "\U0001f600"},
        {"private use: as it is", "\ue000\u00aa", "\ue000\u00aa"},
        {"private use: nothing prepared", "\ue000\u00aa", "\ue000a"},
        {"soft hyphen alone: as it is", "\u00ad", "\u00ad"},
        {"normalised otherwise since Unicode 4.0", "\U0002f868", "\U0002f868"},
        {"tag character", "a\U000e0041", "a\U000e0041"},
        {"300 characters", std::string(300, 'x'), std::string(300, 'x')},
    };
    const clean_surroundings surroundings;
    changing_server server;
    server.write_access("local all all scram-sha-256\n");
    server.run("create role prepared login");
    table out{{"rule", "stored", "given", "login"}};
    for (const auto& [rule, stored, given] : pairs) {
        server.run("alter role prepared password E" + quoted(stored, "'\\"));
        const auto verdict = compared(server.socket_address("prepared") + "password=" + quoted(given, "'\\"));
        out.add({rule, code_points(stored), code_points(given), verdict == "plain" ? "yes" : verdict});
    }
    expect_documented("passwords", out.markdown());
}

}  // namespace
}  // namespace howdah::ways
