#pragma once

#include <cstdint>

#include "howdah/base/bytes.hpp"
#include "howdah/types/scanner.hpp"

/// PostgreSQL's calendar: Gregorian, extended in both directions, 1 BC before AD 1, days counted from 2000-01-01.
namespace howdah::types {

inline constexpr std::int64_t microseconds_per_second = 1'000'000;
inline constexpr std::int64_t microseconds_per_minute = 60 * microseconds_per_second;
inline constexpr std::int64_t microseconds_per_hour = 60 * microseconds_per_minute;
inline constexpr std::int64_t microseconds_per_day = 24 * microseconds_per_hour;

/// Days from 1970-01-01 to 2000-01-01.
inline constexpr std::int64_t unix_epoch_days = 10'957;

/// Towards minus infinity; `b` is positive.
constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

struct civil_date {
    std::int64_t year;  // 0 is 1 BC
    std::int64_t month, day;
};

std::int64_t days_of(const civil_date& date) noexcept;
civil_date date_of(std::int64_t days) noexcept;
/// False for the 30th of February and the like.
bool is_valid(const civil_date& date) noexcept;

/// year-month-day without the era; a year of 1 BC as 0001.
void append_date(bytes& out, const civil_date& date);
/// " BC" where it is due.
void append_era(bytes& out, const civil_date& date);
/// hours:minutes:seconds and, if there is any, the fraction. `microseconds` is not negative.
void append_time(bytes& out, std::int64_t microseconds);
/// +hh, +hh:mm or +hh:mm:ss. `offset` in seconds east of UTC.
void append_offset(bytes& out, std::int32_t offset);

/// year-month-day; the year is left as written, for read_era to correct.
bool read_date(scanner& in, civil_date& out) noexcept;
/// Applies " BC", if it is there.
void read_era(scanner& in, civil_date& date) noexcept;
/// hh:mm[:ss[.ffffff]], up to 24:00:00, in microseconds.
bool read_time(scanner& in, std::int64_t& out) noexcept;
/// [+-]hh[:mm[:ss]] or Z, in seconds east of UTC.
bool read_offset(scanner& in, std::int32_t& out) noexcept;

}  // namespace howdah::types
