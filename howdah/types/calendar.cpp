#include "howdah/types/calendar.hpp"

namespace howdah::types {
namespace {

constexpr std::int64_t days_per_era = 146'097;  // 400 years
constexpr std::int64_t era_offset = 730'425;    // days from 0000-03-01 to 2000-01-01

constexpr bool is_leap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

}  // namespace

// Both after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years that begin in March.
std::int64_t days_of(const civil_date& date) noexcept {
    const auto year = date.month <= 2 ? date.year - 1 : date.year;
    const auto era = floor_divide(year, 400);
    const auto year_of_era = year - era * 400;
    const auto day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    return era * days_per_era + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - era_offset;
}

civil_date date_of(std::int64_t days) noexcept {
    days += era_offset;
    const auto era = floor_divide(days, days_per_era);
    const auto day_of_era = days - era * days_per_era;
    const auto year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const auto day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const auto shifted_month = (5 * day_of_year + 2) / 153;
    const auto month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    return {.year = year_of_era + era * 400 + (month <= 2 ? 1 : 0),
            .month = month,
            .day = day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

bool is_valid(const civil_date& date) noexcept {
    constexpr std::int64_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (date.month < 1 || date.month > 12 || date.day < 1) return false;
    const bool leap_day = date.month == 2 && is_leap(date.year);
    return date.day <= lengths[date.month - 1] + (leap_day ? 1 : 0);
}

void append_date(bytes& out, const civil_date& date) {
    append_number(out, date.year > 0 ? date.year : 1 - date.year, 4);
    append(out, "-");
    append_number(out, date.month, 2);
    append(out, "-");
    append_number(out, date.day, 2);
}

void append_era(bytes& out, const civil_date& date) {
    if (date.year <= 0) append(out, " BC");
}

void append_time(bytes& out, std::int64_t microseconds) {
    append_number(out, microseconds / microseconds_per_hour, 2);
    append(out, ":");
    append_number(out, microseconds / microseconds_per_minute % 60, 2);
    append(out, ":");
    append_number(out, microseconds / microseconds_per_second % 60, 2);
    auto fraction = microseconds % microseconds_per_second;
    if (fraction == 0) return;
    int width = 6;
    for (; fraction % 10 == 0; fraction /= 10) --width;
    append(out, ".");
    append_number(out, fraction, width);
}

void append_offset(bytes& out, std::int32_t offset) {
    append(out, offset < 0 ? "-" : "+");
    const auto size = offset < 0 ? -std::int64_t{offset} : std::int64_t{offset};
    append_number(out, size / 3600, 2);
    if (size % 3600 == 0) return;
    append(out, ":");
    append_number(out, size / 60 % 60, 2);
    if (size % 60 == 0) return;
    append(out, ":");
    append_number(out, size % 60, 2);
}

bool read_date(scanner& in, civil_date& out) noexcept {
    constexpr std::size_t longest_year = 7;  // 5874897-12-31 is the last date
    return in.digits(4, longest_year, out.year) && in.accept('-') && in.digits(2, 2, out.month) && in.accept('-') &&
           in.digits(2, 2, out.day) && out.year > 0;
}

void read_era(scanner& in, civil_date& date) noexcept {
    if (in.accept(" BC")) date.year = 1 - date.year;
}

bool read_time(scanner& in, std::int64_t& out) noexcept {
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    std::int64_t seconds = 0;
    std::int64_t fraction = 0;
    if (!in.digits(2, 2, hours) || !in.accept(':') || !in.digits(2, 2, minutes)) return false;
    if (in.accept(':')) {
        if (!in.digits(2, 2, seconds)) return false;
        if (in.accept('.') && !in.microseconds(fraction)) return false;
    }
    if (minutes > 59 || seconds > 59) return false;
    out = hours * microseconds_per_hour + minutes * microseconds_per_minute + seconds * microseconds_per_second +
          fraction;
    return out <= microseconds_per_day;
}

bool read_offset(scanner& in, std::int32_t& out) noexcept {
    out = 0;
    if (in.accept('Z')) return true;
    const bool west = in.accept('-');
    if (!west && !in.accept('+')) return false;
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    std::int64_t seconds = 0;
    if (!in.digits(2, 2, hours)) return false;
    if (in.accept(':') && !in.digits(2, 2, minutes)) return false;
    if (in.accept(':') && !in.digits(2, 2, seconds)) return false;
    constexpr std::int64_t limit = 16;  // src/include/datatype/timestamp.h, TZDISP_LIMIT: below 16 hours
    if (hours >= limit || minutes > 59 || seconds > 59) return false;
    const auto size = static_cast<std::int32_t>(hours * 3600 + minutes * 60 + seconds);
    out = west ? -size : size;
    return true;
}

}  // namespace howdah::types
