#pragma once
// How a secret may look where it has no business to be: as it is, and in hexadecimal, base64 and URL encoding.

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/wire/base64.hpp"

namespace howdah::test {

inline std::string hexadecimal(std::string_view text) {
    std::string out;
    for (const char c : text) {
        constexpr std::string_view digits = "0123456789abcdef";
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

inline std::string url_encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 ||
            std::string_view{"-._~"}.find(c) != std::string_view::npos)
            out += c;
        else (out += '%') += hexadecimal({&c, 1});
    }
    return out;
}

inline std::string lower(std::string text) {
    for (auto& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

/// To be looked for in lower case. In base64 a text looks in one of three ways, by where it begins; the characters at its
/// ends mix with what is beside it.
inline std::vector<std::string> spellings(const std::string& secret) {
    std::vector<std::string> out{lower(secret), hexadecimal(secret), lower(url_encoded(secret))};
    for (std::size_t offset = 0; offset < 3; ++offset) {
        const auto whole = wire::encode_base64(as_bytes(std::string(offset, ' ') + secret));
        out.push_back(lower(whole.substr(4, whole.size() - 8)));
    }
    return out;
}

}  // namespace howdah::test
