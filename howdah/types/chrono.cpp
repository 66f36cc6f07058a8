#include "howdah/types/chrono.hpp"

#include "howdah/types/calendar.hpp"

namespace howdah::types {

static_assert(epoch_difference.count() == unix_epoch_days);

std::error_code to_sys_days(date in, std::chrono::sys_days& out) noexcept {
    if (!in.is_finite()) return errc::value_out_of_range;
    // The last date is 13 million days from the largest int32_t: adding the epochs' difference can't overflow.
    out = std::chrono::sys_days{std::chrono::days{in.days} + epoch_difference};
    return {};
}

std::error_code to_year_month_day(date in, std::chrono::year_month_day& out) noexcept {
    std::chrono::sys_days day;
    if (auto failed = to_sys_days(in, day)) return failed;
    const auto year = date_of(in.days).year;
    if (year < int{std::chrono::year::min()} || year > int{std::chrono::year::max()}) return errc::value_out_of_range;
    out = day;
    return {};
}

std::error_code to_date(std::chrono::sys_days in, date& out) noexcept {
    std::int64_t days = 0;
    if (__builtin_sub_overflow(in.time_since_epoch().count(), epoch_difference.count(), &days))
        return errc::value_out_of_range;
    if (days < first_date || days >= end_date) return errc::value_out_of_range;
    out.days = static_cast<std::int32_t>(days);
    return {};
}

std::error_code to_date(std::chrono::year_month_day in, date& out) noexcept {
    return in.ok() ? to_date(std::chrono::sys_days{in}, out) : errc::value_out_of_range;
}

}  // namespace howdah::types
