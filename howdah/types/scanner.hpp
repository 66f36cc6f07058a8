#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "howdah/base/bytes.hpp"

namespace howdah::types {

inline constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
inline constexpr bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }
inline constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

/// Compares ASCII without regard to case.
constexpr bool same_word(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower(a[i]) != lower(b[i])) return false;
    return true;
}

/// Reads a value's text form from the left; what does not fit is not consumed.
class scanner {
public:
    explicit constexpr scanner(std::string_view text) noexcept : rest_{text} {}

    constexpr std::string_view rest() const noexcept { return rest_; }
    constexpr bool at_end() const noexcept { return rest_.empty(); }
    constexpr char peek() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }
    constexpr void skip(std::size_t n) noexcept { rest_.remove_prefix(n < rest_.size() ? n : rest_.size()); }
    constexpr void skip_space() noexcept {
        while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    }

    constexpr bool accept(char c) noexcept { return accept(std::string_view{&c, 1}); }
    constexpr bool accept(std::string_view word) noexcept {
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    /// `least` to `most` decimal digits (at most 18, so that they fit).
    constexpr bool digits(std::size_t least, std::size_t most, std::int64_t& out) noexcept {
        std::size_t n = 0;
        std::int64_t value = 0;
        while (n < most && n < rest_.size() && is_digit(rest_[n])) value = value * 10 + (rest_[n++] - '0');
        if (n < least) return false;
        rest_.remove_prefix(n);
        out = value;
        return true;
    }

    /// An optional sign and up to 18 digits.
    constexpr bool signed_digits(std::int64_t& out) noexcept {
        const scanner before = *this;
        const bool negative = accept('-');
        if (!negative) accept('+');
        if (!digits(1, 18, out)) {
            *this = before;
            return false;
        }
        if (negative) out = -out;
        return true;
    }

    /// The digits after a decimal point as microseconds; further digits must be zeros.
    constexpr bool microseconds(std::int64_t& out) noexcept {
        std::int64_t value = 0;
        std::size_t n = 0;
        for (; n < rest_.size() && is_digit(rest_[n]); ++n) {
            if (n < 6) value = value * 10 + (rest_[n] - '0');
            else if (rest_[n] != '0') return false;
        }
        if (n == 0) return false;
        rest_.remove_prefix(n);
        for (; n < 6; ++n) value *= 10;
        out = value;
        return true;
    }

private:
    std::string_view rest_;
};

/// Appends a decimal number, with zeros in front up to `width` digits.
void append_number(bytes& out, std::int64_t value, int width = 1);

}  // namespace howdah::types
