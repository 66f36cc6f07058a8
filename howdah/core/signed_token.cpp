#include "howdah/core/signed_token.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "howdah/base/error.hpp"
#include "howdah/wire/base64.hpp"

namespace howdah::core {
namespace {

constexpr std::size_t least_key = 16, digest_size = 32;

using digest = std::array<std::byte, digest_size>;

const unsigned char* octets(bytes_view b) noexcept { return reinterpret_cast<const unsigned char*>(b.data()); }

digest digest_of(const secret_string& key, bytes_view content) {
    digest out{};
    const auto k = as_bytes(key.reveal());
    unsigned size = 0;
    if (HMAC(EVP_sha256(), k.data(), static_cast<int>(k.size()), octets(content), content.size(),
             reinterpret_cast<unsigned char*>(out.data()), &size) == nullptr ||
        size != out.size())
        throw error{errc::invalid_option, "OpenSSL has no HMAC-SHA-256 to sign tokens with"};
    return out;
}

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
    const auto signature = digest_of(key_, content);
    content.insert(content.end(), signature.begin(), signature.end());
    return for_urls(wire::encode_base64(content));
}

std::optional<bytes> token_key::read(std::string_view token) const {
    auto all = from_url(token);
    if (!all || all->size() < digest_size) return std::nullopt;
    const auto content = bytes_view{*all}.first(all->size() - digest_size);
    const auto expected = digest_of(key_, content);
    if (CRYPTO_memcmp(expected.data(), all->data() + content.size(), digest_size) != 0) return std::nullopt;
    all->resize(content.size());
    return all;
}

}  // namespace howdah::core
