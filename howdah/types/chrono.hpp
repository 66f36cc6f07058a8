#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <ratio>

#include "howdah/types/datetime.hpp"
#include "howdah/types/interval.hpp"

/// std::chrono types. What they have no room for (±infinity, nanoseconds beyond year 2262, far years) is
/// value_out_of_range: howdah::date, timestamp and timestamptz hold all of it.
namespace howdah {

namespace types {

/// From 1970-01-01 to 2000-01-01.
inline constexpr std::chrono::days epoch_difference{10'957};

/// Points in time and durations that are finer than days.
template <class Duration>
concept clock_duration =
    std::integral<typename Duration::rep> && std::ratio_less_v<typename Duration::period, std::chrono::days::period>;

/// Durations of 64 bits of which a microsecond is a multiple or a fraction.
template <class Duration>
concept exact_duration = std::same_as<typename Duration::rep, std::int64_t> &&
                         (std::ratio_divide<typename Duration::period, std::micro>::den == 1 ||
                          std::ratio_divide<typename Duration::period, std::micro>::num == 1);

/// Rounded down.
template <class Duration>
std::error_code to_microseconds(Duration in, std::int64_t& out) noexcept {
    if constexpr (std::ratio_greater_v<typename Duration::period, std::micro>) {
        constexpr double limit = 9.2233720368e18;  // below 2^63: the cast that follows can't overflow
        const auto rough = std::chrono::duration<double, std::micro>{in}.count();
        if (rough > limit || rough < -limit) return errc::value_out_of_range;
    }
    out = std::chrono::floor<std::chrono::microseconds>(in).count();
    return {};
}

/// Exact: value_out_of_range where a coarser duration would lose a fraction, or a finer one has no room.
template <exact_duration Duration>
std::error_code from_microseconds(std::int64_t in, Duration& out) noexcept {
    using scale = std::ratio_divide<typename Duration::period, std::micro>;
    if (in % scale::num != 0) return errc::value_out_of_range;
    std::int64_t count = in / scale::num;
    if (__builtin_mul_overflow(count, std::int64_t{scale::den}, &count)) return errc::value_out_of_range;
    out = Duration{count};
    return {};
}

/// Microseconds since 2000 of a time since 1970, rounded down.
template <class Duration>
std::error_code to_postgres(Duration since_1970, std::int64_t& out) noexcept {
    constexpr auto difference = std::chrono::microseconds{epoch_difference}.count();
    if (auto failed = to_microseconds(since_1970, out)) return failed;
    return __builtin_sub_overflow(out, difference, &out) ? errc::value_out_of_range : std::error_code{};
}

/// A time since 1970 of microseconds since 2000.
template <class Duration>
std::error_code from_postgres(std::int64_t microseconds, Duration& out) noexcept {
    constexpr auto difference = std::chrono::microseconds{epoch_difference}.count();
    if (__builtin_add_overflow(microseconds, difference, &microseconds)) return errc::value_out_of_range;
    return from_microseconds(microseconds, out);
}

template <class Point, class Own>
struct time_point_codec {
    using duration = typename Point::duration;
    static constexpr oid type = codec<Own>::type;

    static std::error_code encode(Point value, bytes& out) {
        Own own;
        if (auto failed = to_postgres(value.time_since_epoch(), own.microseconds)) return failed;
        return own.is_finite() ? codec<Own>::encode(own, out) : errc::value_out_of_range;
    }
    static std::error_code encode_text(Point value, bytes& out) {
        Own own;
        if (auto failed = to_postgres(value.time_since_epoch(), own.microseconds)) return failed;
        return own.is_finite() ? codec<Own>::encode_text(own, out) : errc::value_out_of_range;
    }
    static std::error_code decode(bytes_view in, Point& out) noexcept
        requires exact_duration<duration>
    {
        Own own;
        if (auto failed = codec<Own>::decode(in, own)) return failed;
        return assign(own, out);
    }
    static std::error_code decode_text(std::string_view in, Point& out) noexcept
        requires exact_duration<duration>
    {
        Own own;
        if (auto failed = codec<Own>::decode_text(in, own)) return failed;
        return assign(own, out);
    }

private:
    static std::error_code assign(Own own, Point& out) noexcept {
        if (!own.is_finite()) return errc::value_out_of_range;
        duration since{};
        const auto failed = from_postgres(own.microseconds, since);
        out = Point{since};
        return failed;
    }
};

std::error_code to_sys_days(date in, std::chrono::sys_days& out) noexcept;
std::error_code to_year_month_day(date in, std::chrono::year_month_day& out) noexcept;
std::error_code to_date(std::chrono::sys_days in, date& out) noexcept;
std::error_code to_date(std::chrono::year_month_day in, date& out) noexcept;

template <class Day, std::error_code (*Read)(date, Day&) noexcept>
struct day_codec {
    static constexpr oid type = oids::date;
    static std::error_code encode(Day value, bytes& out) {
        date own;
        if (auto failed = to_date(value, own)) return failed;
        return codec<date>::encode(own, out);
    }
    static std::error_code encode_text(Day value, bytes& out) {
        date own;
        if (auto failed = to_date(value, own)) return failed;
        return codec<date>::encode_text(own, out);
    }
    static std::error_code decode(bytes_view in, Day& out) noexcept {
        date own;
        if (auto failed = codec<date>::decode(in, own)) return failed;
        return Read(own, out);
    }
    static std::error_code decode_text(std::string_view in, Day& out) noexcept {
        date own;
        if (auto failed = codec<date>::decode_text(in, own)) return failed;
        return Read(own, out);
    }
};

}  // namespace types

/// timestamptz. Any precision can be sent (rounded down to microseconds). What is coarser than a value that is read is
/// value_out_of_range.
template <types::clock_duration Duration>
struct codec<std::chrono::sys_time<Duration>> : types::time_point_codec<std::chrono::sys_time<Duration>, timestamptz> {
};

/// timestamp; as above.
template <types::clock_duration Duration>
struct codec<std::chrono::local_time<Duration>>
    : types::time_point_codec<std::chrono::local_time<Duration>, timestamp> {};

/// date.
template <>
struct codec<std::chrono::sys_days> : types::day_codec<std::chrono::sys_days, types::to_sys_days> {};
template <>
struct codec<std::chrono::year_month_day> : types::day_codec<std::chrono::year_month_day, types::to_year_month_day> {};

/// An interval of nothing but time; one with days or months is value_out_of_range, since those have no fixed length.
/// Rounding is that of points in time.
template <class Rep, class Period>
    requires types::clock_duration<std::chrono::duration<Rep, Period>>
struct codec<std::chrono::duration<Rep, Period>> {
    using duration = std::chrono::duration<Rep, Period>;
    static constexpr oid type = oids::interval;

    static std::error_code encode(duration value, bytes& out) {
        interval own;
        if (auto failed = types::to_microseconds(value, own.microseconds)) return failed;
        codec<interval>::encode(own, out);
        return {};
    }
    static std::error_code encode_text(duration value, bytes& out) {
        interval own;
        if (auto failed = types::to_microseconds(value, own.microseconds)) return failed;
        codec<interval>::encode_text(own, out);
        return {};
    }
    static std::error_code decode(bytes_view in, duration& out) noexcept
        requires types::exact_duration<duration>
    {
        interval own;
        if (auto failed = codec<interval>::decode(in, own)) return failed;
        return assign(own, out);
    }
    static std::error_code decode_text(std::string_view in, duration& out) noexcept
        requires types::exact_duration<duration>
    {
        interval own;
        if (auto failed = codec<interval>::decode_text(in, own)) return failed;
        return assign(own, out);
    }

private:
    static std::error_code assign(const interval& own, duration& out) noexcept {
        if (own.months != 0 || own.days != 0) return errc::value_out_of_range;
        return types::from_microseconds(own.microseconds, out);
    }
};

/// time, from 00:00 to 24:00. Rounding is that of points in time.
template <types::clock_duration Duration>
struct codec<std::chrono::hh_mm_ss<Duration>> {
    using clock_time = std::chrono::hh_mm_ss<Duration>;
    static constexpr oid type = oids::time;

    static std::error_code encode(const clock_time& value, bytes& out) {
        time_of_day own;
        if (auto failed = types::to_microseconds(value.to_duration(), own.microseconds)) return failed;
        return codec<time_of_day>::encode(own, out);
    }
    static std::error_code encode_text(const clock_time& value, bytes& out) {
        time_of_day own;
        if (auto failed = types::to_microseconds(value.to_duration(), own.microseconds)) return failed;
        return codec<time_of_day>::encode_text(own, out);
    }
    static std::error_code decode(bytes_view in, clock_time& out) noexcept
        requires types::exact_duration<Duration>
    {
        time_of_day own;
        if (auto failed = codec<time_of_day>::decode(in, own)) return failed;
        return assign(own, out);
    }
    static std::error_code decode_text(std::string_view in, clock_time& out) noexcept
        requires types::exact_duration<Duration>
    {
        time_of_day own;
        if (auto failed = codec<time_of_day>::decode_text(in, own)) return failed;
        return assign(own, out);
    }

private:
    static std::error_code assign(time_of_day own, clock_time& out) noexcept {
        Duration since_midnight{};
        const auto failed = types::from_microseconds(own.microseconds, since_midnight);
        out = clock_time{since_midnight};
        return failed;
    }
};

}  // namespace howdah
