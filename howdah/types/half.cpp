#include <algorithm>
#include <cmath>
#include <limits>

#include "howdah/types/pgvector.hpp"

namespace howdah {
namespace {

// binary16: a sign, 5 bits of exponent biased by 15, 10 of fraction; binary32: 8 biased by 127, and 23.
constexpr std::uint16_t infinity_bits = 0x7C00;
constexpr std::uint16_t quiet_nan_bits = 0x7E00;
constexpr int fraction_bits = 10;
constexpr int exponent_bias = 15;
constexpr std::uint16_t fraction_mask = (1U << fraction_bits) - 1;
constexpr float beyond_largest = 65'520;  // halfway between the largest and what would be the next: rounds to infinity

/// Without the sign. `magnitude` is finite and rounds to a finite half.
std::uint16_t round(float magnitude) noexcept {
    if (magnitude == 0) return 0;
    int exponent = 0;
    std::frexp(magnitude, &exponent);
    // The unit of the last bit that a half of this size has; below the least normal one it grows no smaller.
    const int last_bit = std::max(exponent - 1 - fraction_bits, 1 - exponent_bias - fraction_bits);
    const auto units = static_cast<std::uint32_t>(std::nearbyint(std::ldexp(magnitude, -last_bit)));
    const auto scale = static_cast<std::uint32_t>(last_bit + exponent_bias - 1 + fraction_bits);
    // The implicit bit, and a carry out of the fraction, add to the exponent by themselves.
    return static_cast<std::uint16_t>((scale << fraction_bits) + units);
}

}  // namespace

half::half(float value) noexcept {
    const auto sign = static_cast<std::uint16_t>(std::signbit(value) ? 0x8000 : 0);
    const float magnitude = std::fabs(value);
    if (std::isnan(value)) bits = quiet_nan_bits;
    else if (magnitude >= beyond_largest) bits = infinity_bits;
    else bits = round(magnitude);
    bits |= sign;
}

half::operator float() const noexcept {
    const int exponent = bits >> fraction_bits & 0x1F;
    const auto fraction = static_cast<float>(bits & fraction_mask);
    float magnitude = 0;
    if (exponent == 0x1F) {
        magnitude = fraction == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
    } else if (exponent == 0) {
        magnitude = std::ldexp(fraction, 1 - exponent_bias - fraction_bits);
    } else {
        magnitude = std::ldexp(fraction + (1U << fraction_bits), exponent - exponent_bias - fraction_bits);
    }
    return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

}  // namespace howdah
