#include "howdah/base/digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "howdah/base/error.hpp"
#include "howdah/base/secret_string.hpp"

namespace howdah {
namespace {

void require(bool done) {
    if (!done) throw error{errc::unsupported_option, "OpenSSL refused to compute SHA-256: is it configured without?"};
}

// OpenSSL would look for it at every call, which takes as long as the digest of a short text.
const EVP_MD* sha_256_method() {
    static const EVP_MD* const found = ::EVP_MD_fetch(nullptr, "SHA256", nullptr);
    require(found != nullptr);
    return found;
}

}  // namespace

digest::~digest() { wipe(octets.data(), octets.size()); }

std::string digest::hexadecimal() const {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(2 * octets.size());
    for (const auto octet : octets) {
        out += digits[octet >> 4];
        out += digits[octet & 15];
    }
    return out;
}

digest sha_256(std::string_view text) {
    digest out;
    require(::EVP_Digest(text.data(), text.size(), out.octets.data(), nullptr, sha_256_method(), nullptr) == 1);
    return out;
}

digest hmac_sha_256(std::string_view key, std::string_view text) {
    digest out;
    unsigned size = 0;
    require(::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()),
                   reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.octets.data(),
                   &size) != nullptr);
    return out;
}

}  // namespace howdah
