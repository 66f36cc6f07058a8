#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "howdah/types/codec.hpp"

namespace howdah {

/// A span of time. Months and days have no fixed length, so nothing is carried between the three parts, and equality
/// is that of the parts.
struct interval {
    std::int32_t months = 0;
    std::int32_t days = 0;
    std::int64_t microseconds = 0;

    /// From PostgreSQL 17 on.
    static constexpr interval infinity() {
        return {std::numeric_limits<std::int32_t>::max(), std::numeric_limits<std::int32_t>::max(),
                std::numeric_limits<std::int64_t>::max()};
    }
    static constexpr interval negative_infinity() {
        return {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::min(),
                std::numeric_limits<std::int64_t>::min()};
    }
    constexpr bool is_finite() const { return *this != infinity() && *this != negative_infinity(); }

    /// PostgreSQL's own style ("1 year 2 mons -3 days +04:05:06.7") and ISO 8601 ("P1Y2M-3DT4H5M6.7S").
    static std::optional<interval> parse(std::string_view text) noexcept;
    /// PostgreSQL's own style.
    std::string to_string() const;
    friend constexpr bool operator==(const interval&, const interval&) = default;
};

template <>
struct codec<interval> {
    static constexpr oid type = oids::interval;
    static constexpr int fixed_width = 16;
    static interval load(const std::byte* in) noexcept;
    static void encode(const interval& value, bytes& out);
    static std::error_code decode(bytes_view in, interval& out) noexcept;
    static void encode_text(const interval& value, bytes& out);
    static std::error_code decode_text(std::string_view in, interval& out) noexcept;
};

}  // namespace howdah
