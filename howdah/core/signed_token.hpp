#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "howdah/base/bytes.hpp"
#include "howdah/base/secret_string.hpp"

namespace howdah::core {

/// A key that signs tokens (HMAC-SHA-256): what is in them can be read by anybody, and made up by nobody.
class token_key {
public:
    /// `what` names the tokens in messages. Throws invalid_option for a key under 16 bytes.
    token_key(secret_string key, std::string_view what);

    /// The content with its signature, in the letters of base64url, for a URL or a cookie.
    std::string sign(bytes content) const;
    /// The content; nullopt: not signed with this key, or changed since.
    std::optional<bytes> read(std::string_view token) const;

private:
    secret_string key_;
};

}  // namespace howdah::core
