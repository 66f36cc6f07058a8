#pragma once
// Why here: credentials sign with it, masks and audit trails tell values apart by it.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace howdah {

/// 32 bytes of SHA-256 or HMAC-SHA-256. Wiped when it goes: a signing key is one.
struct digest {
    std::array<unsigned char, 32> octets{};

    digest() = default;
    digest(const digest&) = default;
    digest& operator=(const digest&) = default;
    ~digest();

    std::string_view text() const noexcept { return {reinterpret_cast<const char*>(octets.data()), octets.size()}; }
    /// In lower case.
    std::string hexadecimal() const;
};

/// Throw error (unsupported_option) where OpenSSL refuses.
digest sha_256(std::string_view text);
digest hmac_sha_256(std::string_view key, std::string_view text);

}  // namespace howdah
