#include "bench/floor/scram.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <vector>

namespace bench::floor {
namespace {

const unsigned char* octets(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }

digest hmac(const digest& key, std::string_view text) {
    digest out{};
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(text), text.size(), out.data(), nullptr);
    return out;
}

std::vector<unsigned char> decode_base64(std::string_view text) {
    std::vector<unsigned char> out(text.size());
    const auto n = EVP_DecodeBlock(out.data(), octets(text), static_cast<int>(text.size()));
    out.resize(static_cast<std::size_t>(n - std::ranges::count(text, '=')));
    return out;
}

/// The server's first message: r=NONCE,s=SALT,i=COUNT.
struct challenge {
    explicit challenge(std::string_view message) {
        const auto s = message.find(",s="), i = message.find(",i=");
        nonce = message.substr(2, s - 2);
        salt = message.substr(s + 3, i - s - 3);
        iterations = std::stoi(std::string{message.substr(i + 3)});
    }
    std::string_view nonce, salt;
    int iterations;
};

}  // namespace

std::string scram::final(std::string_view server_first, std::string_view password, salted_password& kept) const {
    const challenge asked{server_first};
    if (kept.salt != asked.salt) {
        const auto salt = decode_base64(asked.salt);
        PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
                          static_cast<int>(salt.size()), asked.iterations, EVP_sha256(),
                          static_cast<int>(kept.value.size()), kept.value.data());
        kept.salt = asked.salt;
    }
    auto proof = hmac(kept.value, "Client Key");
    digest stored{};
    SHA256(proof.data(), proof.size(), stored.data());
    const auto without_proof = "c=biws,r=" + std::string{asked.nonce};
    const auto signature =
        hmac(stored, std::string{first_bare} + ',' + std::string{server_first} + ',' + without_proof);
    std::ranges::transform(proof, signature, proof.begin(), [](unsigned char a, unsigned char b) { return a ^ b; });
    std::array<unsigned char, 48> text{};
    const auto n = EVP_EncodeBlock(text.data(), proof.data(), static_cast<int>(proof.size()));
    return without_proof + ",p=" + std::string{text.begin(), text.begin() + n};
}

}  // namespace bench::floor
