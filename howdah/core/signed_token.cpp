#include "howdah/core/signed_token.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "howdah/base/digest.hpp"
#include "howdah/base/error.hpp"
#include "howdah/wire/base64.hpp"

namespace howdah::core {
namespace {

constexpr std::size_t least_key = 16;

// base64url without padding (RFC 4648, section 5), from base64 and back.
std::string for_urls(std::string text) {
    while (text.ends_with('=')) text.pop_back();
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    return text;
}

std::optional<bytes> from_url(std::string_view token) {
    if (token.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
    std::string text{token};
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    text.append((4 - text.size() % 4) % 4, '=');
    return wire::decode_base64(text);
}

}  // namespace

token_key::token_key(secret_string key, std::string_view what) : key_{std::move(key)} {
    if (key_.reveal().size() < least_key)
        throw error{errc::invalid_option,
                    "the key that signs " + std::string{what} + " has under 16 bytes: use 32 random ones"};
}

std::string token_key::sign(bytes content) const {
    append(content, hmac_sha_256(key_.reveal(), as_text(content)).text());
    return for_urls(wire::encode_base64(content));
}

std::optional<bytes> token_key::read(std::string_view token) const {
    auto all = from_url(token);
    if (!all || all->size() < sizeof(digest::octets)) return std::nullopt;
    const auto content = bytes_view{*all}.first(all->size() - sizeof(digest::octets));
    const auto expected = hmac_sha_256(key_.reveal(), as_text(content));
    if (CRYPTO_memcmp(expected.octets.data(), all->data() + content.size(), sizeof(digest::octets)) != 0)
        return std::nullopt;
    all->resize(content.size());
    return all;
}

}  // namespace howdah::core
