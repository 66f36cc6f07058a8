#include "howdah/cluster/session_token.hpp"

#include <openssl/rand.h>

#include <array>

#include "howdah/base/error.hpp"
#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"

namespace howdah::clustering {
namespace {

constexpr std::uint8_t kind = 's';  // a key may sign other tokens too

}  // namespace

session_point later(const session_point& a, const session_point& b) noexcept {
    if (a.past.timeline != b.past.timeline) return a.past.timeline > b.past.timeline ? a : b;
    return a.past.at > b.past.at ? a : b;
}

session_tokens session_tokens::with_random_key() {
    std::array<char, 32> key{};
    if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size())) != 1)
        throw error{errc::invalid_option, "OpenSSL has no random bytes for a key of session tokens"};
    return session_tokens{secret_string{std::string_view{key.data(), key.size()}}};
}

std::string session_tokens::make(const session_point& p) const {
    bytes out;
    put_u8(out, kind);
    put_u64(out, p.system);
    put_u32(out, p.past.timeline);
    put_u64(out, p.past.at.position);
    return key_.sign(std::move(out));
}

std::optional<session_point> session_tokens::read(std::string_view token) const {
    const auto content = key_.read(token);
    if (!content) return std::nullopt;
    reader in{*content};
    if (in.u8() != kind) return std::nullopt;
    session_point p;
    p.system = in.u64();
    p.past.timeline = in.u32();
    p.past.at.position = in.u64();
    if (in.finish()) return std::nullopt;
    return p;
}

}  // namespace howdah::clustering
