#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "howdah/types/integers.hpp"

namespace howdah {

/// PostgreSQL's numeric, without loss: up to 131,072 digits before the point and 16,383 after it, NaN, ±infinity.
/// Keeps its scale (1.50 prints as 1.50) and compares by value (1.5 == 1.50; NaN equals itself and is above all).
class decimal {
public:
    static constexpr int max_scale = 16'383;
    static constexpr int max_digits_before_point = 131'072;

    decimal() = default;
    template <integer T>
    decimal(T value) : decimal{static_cast<typename codec<T>::widest>(value)} {}
    decimal(std::int64_t value);
    decimal(std::uint64_t value);

    /// As PostgreSQL reads it: "-1.50", "1e-7", "NaN", "Infinity". nullopt if it is no number or out of range.
    static std::optional<decimal> parse(std::string_view text);
    /// The shortest decimal that reads back as `value`.
    static decimal from_double(double value);
    static decimal nan() { return decimal{kind::nan}; }
    static decimal infinity() { return decimal{kind::infinity}; }
    static decimal negative_infinity() { return decimal{kind::negative_infinity}; }

    bool is_nan() const noexcept { return kind_ == kind::nan; }
    bool is_infinite() const noexcept { return kind_ == kind::infinity || kind_ == kind::negative_infinity; }
    bool is_finite() const noexcept { return kind_ == kind::finite; }
    bool is_negative() const noexcept { return negative_ || kind_ == kind::negative_infinity; }
    /// Digits shown after the point.
    int scale() const noexcept { return scale_; }

    std::string to_string() const;
    /// The nearest double; ±infinity beyond its range.
    double to_double() const;
    /// nullopt if there is a fraction, or T has no room for it.
    template <integer T>
    std::optional<T> to_integer() const {
        const auto size = whole_magnitude();
        if (!size) return std::nullopt;
        if (!negative_) return std::in_range<T>(*size) ? std::optional<T>{static_cast<T>(*size)} : std::nullopt;
        if (*size > std::uint64_t{1} << 63) return std::nullopt;
        const auto value = static_cast<std::int64_t>(0 - *size);
        return std::in_range<T>(value) ? std::optional<T>{static_cast<T>(value)} : std::nullopt;
    }

    friend bool operator==(const decimal& a, const decimal& b) noexcept { return compare(a, b) == 0; }
    friend std::weak_ordering operator<=>(const decimal& a, const decimal& b) noexcept { return compare(a, b) <=> 0; }

private:
    friend struct codec<decimal>;
    enum class kind : std::uint8_t { negative_infinity, finite, infinity, nan };  // in PostgreSQL's order

    explicit decimal(kind k) : kind_{k} {}
    void set_magnitude(std::uint64_t magnitude);
    /// Without the sign; nullopt if there is a fraction or it needs more than 64 bits.
    std::optional<std::uint64_t> whole_magnitude() const noexcept;
    void drop_zero_groups() noexcept;
    std::string text_of_groups() const;
    static int compare(const decimal& a, const decimal& b) noexcept;

    kind kind_ = kind::finite;
    bool negative_ = false;
    std::uint16_t scale_ = 0;
    std::int32_t weight_ = 0;           // the first group counts 10000^weight_
    std::vector<std::int16_t> groups_;  // base 10000, most significant first, no zeros at either end
};

template <>
struct codec<decimal> {
    static constexpr oid type = oids::numeric;
    static std::error_code encode(const decimal& value, bytes& out);
    static std::error_code decode(bytes_view in, decimal& out);
    static void encode_text(const decimal& value, bytes& out);
    static std::error_code decode_text(std::string_view in, decimal& out);
};

}  // namespace howdah
