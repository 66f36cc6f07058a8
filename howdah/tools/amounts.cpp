#include "howdah/tools/amounts.hpp"

#include <array>
#include <cstddef>
#include <cstdio>

namespace howdah::tools {
namespace {

std::string with_unit(double amount, int digits, const char* unit) {
    std::array<char, 64> out{};
    std::snprintf(out.data(), out.size(), "%.*f%s%s", digits, amount, *unit == '\0' ? "" : " ", unit);
    return out.data();
}

struct time_unit {
    double seconds, below;
    int digits;
    const char* name;
};
constexpr std::array time_units{
    time_unit{1e-6, 1e-3, 0, "us"}, time_unit{1e-3, 1, 1, "ms"},           time_unit{1, 100, 1, "s"},
    time_unit{60, 6'000, 0, "min"}, time_unit{3'600, 100 * 3'600, 0, "h"}, time_unit{86'400, 1e300, 0, "d"}};

}  // namespace

std::string words_of_size(std::uint64_t bytes) {
    constexpr std::array units{"B", "kB", "MB", "GB", "TB"};
    auto amount = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; amount >= 1024 && unit + 1 < units.size(); ++unit) amount /= 1024;
    return with_unit(amount, unit == 0 ? 0 : 1, units[unit]);
}

std::string milliseconds_of(std::chrono::microseconds t) {
    return with_unit(static_cast<double>(t.count()) / 1000, 3, "");
}

std::string words_of_time(double seconds) {
    for (const auto& unit : time_units)
        if (seconds < unit.below) return with_unit(seconds / unit.seconds, unit.digits, unit.name);
    return {};
}

}  // namespace howdah::tools
