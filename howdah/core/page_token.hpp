#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/secret_string.hpp"
#include "howdah/core/signed_token.hpp"

namespace howdah::core {

/// Where a page ends: the last row's key values, as text, for one statement. Signed (HMAC-SHA-256), so that nobody
/// makes one up; not encrypted: whoever holds a token can read the values.
class page_tokens {
public:
    /// Throws invalid_option for a key under 16 bytes.
    explicit page_tokens(secret_string key);

    /// In the letters of base64url, for a URL.
    std::string make(std::uint64_t statement, const std::vector<std::string>& values) const;
    /// nullopt: not made with this key, or for another statement, or changed since.
    std::optional<std::vector<std::string>> read(std::uint64_t statement, std::string_view token) const;

private:
    token_key key_;
};

}  // namespace howdah::core
