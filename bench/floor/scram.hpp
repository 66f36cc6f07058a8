#pragma once
// SCRAM-SHA-256's client, RFC 5802 and 7677, without SASLprep, and without asking whether the server knows the password.

#include <array>
#include <string>
#include <string_view>

namespace bench::floor {

using digest = std::array<unsigned char, 32>;

/// SaltedPassword, and what it belongs to.
struct salted_password {
    std::string salt;  // in base64; empty: there is none yet
    digest value{};
};

class scram {
public:
    /// The client's first message.
    std::string first() const { return "n,," + std::string{first_bare}; }
    /// The client's final message, to the server's first. `kept` is used, and filled.
    std::string final(std::string_view server_first, std::string_view password, salted_password& kept) const;

private:
    static constexpr std::string_view first_bare = "n=,r=fixednoncefloor12345678";  // a floor needs no randomness
};

}  // namespace bench::floor
