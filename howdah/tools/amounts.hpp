#pragma once
// Amounts as people read them.

#include <chrono>
#include <cstdint>
#include <string>

namespace howdah::tools {

/// "1.5 MB"
std::string words_of_size(std::uint64_t bytes);
/// "12.345": milliseconds.
std::string milliseconds_of(std::chrono::microseconds t);
/// "340 us", "1.2 ms", "3.4 s", "12 min", "5 h", "3 d"
std::string words_of_time(double seconds);

}  // namespace howdah::tools
