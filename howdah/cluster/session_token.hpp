#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "howdah/base/secret_string.hpp"
#include "howdah/core/signed_token.hpp"
#include "howdah/core/wal_position.hpp"

namespace howdah::clustering {

/// What a session must see: all that was committed in front of a position, of one system.
struct session_point {
    std::uint64_t system = 0;  // 0: not known
    wal_position past{};
    friend bool operator==(const session_point&, const session_point&) = default;
};

/// The later of two; of different timelines the one on the later.
session_point later(const session_point& a, const session_point& b) noexcept;

/// Session points as signed tokens, which cross processes that share the key.
class session_tokens {
public:
    /// Throws invalid_option for a key under 16 bytes.
    explicit session_tokens(secret_string key) : key_{std::move(key), "session tokens"} {}
    /// With a key of its own, which no other process has.
    static session_tokens with_random_key();

    std::string make(const session_point& p) const;
    /// nullopt: not made with this key, or changed since.
    std::optional<session_point> read(std::string_view token) const;

private:
    core::token_key key_;
};

}  // namespace howdah::clustering
