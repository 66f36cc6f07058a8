#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/types/codec.hpp"

/// PostgreSQL's own dates and times, in their whole range: 4714-11-24 BC to AD 294276 (timestamps) or 5874897 (dates),
/// and ±infinity. Text is in ISO style. For std::chrono types see types/chrono.hpp.
namespace howdah {

/// A day.
struct date {
    std::int32_t days = 0;  // since 2000-01-01

    static constexpr date infinity() { return {std::numeric_limits<std::int32_t>::max()}; }
    static constexpr date negative_infinity() { return {std::numeric_limits<std::int32_t>::min()}; }
    constexpr bool is_finite() const { return *this != infinity() && *this != negative_infinity(); }
    /// Year 0 is 1 BC. nullopt if there is no such day, or PostgreSQL has no room for it.
    static std::optional<date> of(int year, int month, int day) noexcept;
    static std::optional<date> parse(std::string_view text) noexcept;
    std::string to_string() const;
    friend constexpr auto operator<=>(const date&, const date&) = default;
};

/// A date and time of day in no particular zone ("timestamp without time zone").
struct timestamp {
    std::int64_t microseconds = 0;  // since 2000-01-01 00:00

    static constexpr timestamp infinity() { return {std::numeric_limits<std::int64_t>::max()}; }
    static constexpr timestamp negative_infinity() { return {std::numeric_limits<std::int64_t>::min()}; }
    constexpr bool is_finite() const { return *this != infinity() && *this != negative_infinity(); }
    static std::optional<timestamp> parse(std::string_view text) noexcept;
    std::string to_string() const;
    friend constexpr auto operator<=>(const timestamp&, const timestamp&) = default;
};

/// A point in time ("timestamp with time zone"; the zone is not kept).
struct timestamptz {
    std::int64_t microseconds = 0;  // since 2000-01-01 00:00 UTC

    static constexpr timestamptz infinity() { return {std::numeric_limits<std::int64_t>::max()}; }
    static constexpr timestamptz negative_infinity() { return {std::numeric_limits<std::int64_t>::min()}; }
    constexpr bool is_finite() const { return *this != infinity() && *this != negative_infinity(); }
    /// The zone's offset must be there, as a number or Z.
    static std::optional<timestamptz> parse(std::string_view text) noexcept;
    /// In UTC.
    std::string to_string() const;
    friend constexpr auto operator<=>(const timestamptz&, const timestamptz&) = default;
};

/// A time of day ("time without time zone"), up to and with 24:00:00.
struct time_of_day {
    std::int64_t microseconds = 0;  // since midnight

    static std::optional<time_of_day> parse(std::string_view text) noexcept;
    std::string to_string() const;
    friend constexpr auto operator<=>(const time_of_day&, const time_of_day&) = default;
};

/// A time of day with an offset ("time with time zone").
struct time_with_zone {
    std::int64_t microseconds = 0;  // since midnight, local
    std::int32_t offset = 0;        // seconds east of UTC, under 16 hours

    static std::optional<time_with_zone> parse(std::string_view text) noexcept;
    std::string to_string() const;
    friend constexpr bool operator==(const time_with_zone&, const time_with_zone&) = default;
};

namespace types {

/// The first and the first-no-longer day and microsecond (src/include/datatype/timestamp.h).
inline constexpr std::int32_t first_date = -2'451'545;
inline constexpr std::int32_t end_date = 2'145'031'949;
inline constexpr std::int64_t first_timestamp = -211'813'488'000'000'000;
inline constexpr std::int64_t end_timestamp = 9'223'371'331'200'000'000;

constexpr bool in_range(date value) noexcept {
    return !value.is_finite() || (value.days >= first_date && value.days < end_date);
}
template <class T>
constexpr bool in_range(T value) noexcept {
    return !value.is_finite() || (value.microseconds >= first_timestamp && value.microseconds < end_timestamp);
}

void append_text(bytes& out, timestamp value);
void append_text(bytes& out, timestamptz value);

/// Both timestamps: 8 bytes, microseconds.
template <class T>
struct timestamp_codec {
    static constexpr int fixed_width = 8;
    static T load(const std::byte* in) noexcept {
        return {static_cast<std::int64_t>(load_big_endian<std::uint64_t>(in))};
    }
    static std::error_code encode(T value, bytes& out) {
        if (!in_range(value)) return errc::value_out_of_range;
        put_i64(out, value.microseconds);
        return {};
    }
    static std::error_code decode(bytes_view in, T& out) noexcept {
        if (auto failed = check_width(in, fixed_width)) return failed;
        out = load(in.data());
        return in_range(out) ? std::error_code{} : errc::invalid_value;
    }
    static std::error_code encode_text(T value, bytes& out) {
        if (!in_range(value)) return errc::value_out_of_range;
        append_text(out, value);
        return {};
    }
    static std::error_code decode_text(std::string_view in, T& out) noexcept {
        const auto parsed = T::parse(in);
        if (!parsed) return errc::invalid_value;
        out = *parsed;
        return {};
    }
};

}  // namespace types

template <>
struct codec<date> {
    static constexpr oid type = oids::date;
    static constexpr int fixed_width = 4;
    static date load(const std::byte* in) noexcept {
        return {static_cast<std::int32_t>(load_big_endian<std::uint32_t>(in))};
    }
    static std::error_code encode(date value, bytes& out) {
        if (!types::in_range(value)) return errc::value_out_of_range;
        put_i32(out, value.days);
        return {};
    }
    static std::error_code decode(bytes_view in, date& out) noexcept {
        if (auto failed = types::check_width(in, fixed_width)) return failed;
        out = load(in.data());
        return types::in_range(out) ? std::error_code{} : errc::invalid_value;
    }
    static std::error_code encode_text(date value, bytes& out);
    static std::error_code decode_text(std::string_view in, date& out) noexcept;
};

template <>
struct codec<timestamp> : types::timestamp_codec<timestamp> {
    static constexpr oid type = oids::timestamp;
};

template <>
struct codec<timestamptz> : types::timestamp_codec<timestamptz> {
    static constexpr oid type = oids::timestamptz;
};

template <>
struct codec<time_of_day> {
    static constexpr oid type = oids::time;
    static std::error_code encode(time_of_day value, bytes& out);
    static std::error_code decode(bytes_view in, time_of_day& out) noexcept;
    static std::error_code encode_text(time_of_day value, bytes& out);
    static std::error_code decode_text(std::string_view in, time_of_day& out) noexcept;
};

template <>
struct codec<time_with_zone> {
    static constexpr oid type = oids::timetz;
    static std::error_code encode(time_with_zone value, bytes& out);
    static std::error_code decode(bytes_view in, time_with_zone& out) noexcept;
    static std::error_code encode_text(time_with_zone value, bytes& out);
    static std::error_code decode_text(std::string_view in, time_with_zone& out) noexcept;
};

}  // namespace howdah
