#include "howdah/types/money.hpp"

#include "howdah/types/scanner.hpp"

namespace howdah {

/// Negative amounts have a minus sign somewhere, or parentheses (src/backend/utils/adt/cash.c, cash_out).
std::error_code codec<money>::decode_text(std::string_view in, money& out) noexcept {
    const bool negative = in.find('-') != std::string_view::npos || in.starts_with('(');
    bool any = false;
    std::int64_t units = 0;
    for (char c : in) {
        if (!types::is_digit(c)) continue;
        any = true;
        const std::int64_t digit = c - '0';
        if (__builtin_mul_overflow(units, 10, &units) ||
            __builtin_add_overflow(units, negative ? -digit : digit, &units))
            return errc::value_out_of_range;
    }
    if (!any) return errc::invalid_value;
    out.units = units;
    return {};
}

}  // namespace howdah
