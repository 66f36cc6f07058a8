#pragma once

#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace howdah::test {

/// "2026-11-25T22:00:00Z"
inline std::chrono::system_clock::time_point moment(const std::string& text) {
    int year = 0;
    unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (std::sscanf(text.c_str(), "%d-%u-%uT%u:%u:%uZ", &year, &month, &day, &hour, &minute, &second) != 6)
        throw std::runtime_error{"no moment: " + text};
    return std::chrono::sys_days{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}} +
           std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
}

}  // namespace howdah::test
