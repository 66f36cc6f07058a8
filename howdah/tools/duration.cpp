#include "howdah/tools/duration.hpp"

#include <charconv>
#include <cstdint>

namespace howdah::tools {

std::optional<std::chrono::milliseconds> read_duration(std::string_view text) {
    using namespace std::chrono_literals;
    std::uint32_t count = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    if (read.ec != std::errc{}) return std::nullopt;
    const std::string_view unit{read.ptr, static_cast<std::size_t>(text.data() + text.size() - read.ptr)};
    const auto each = unit == "ms"  ? 1ms
                      : unit == "s" ? 1000ms
                      : unit == "m" ? 60'000ms
                      : unit == "h" ? 3'600'000ms
                                    : 0ms;
    if (each == 0ms || each * std::int64_t{count} > 24h) return std::nullopt;
    return each * std::int64_t{count};
}

std::string duration_error(const std::string& text) {
    return read_duration(text) ? std::string{} : text + " is no time such as 500ms, 5s or 1m";
}

}  // namespace howdah::tools
