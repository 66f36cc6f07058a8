#include "howdah/config/detail/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <system_error>
#include <utility>

namespace howdah::config {
namespace {

char lower_case(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

struct unit {
    std::string_view name;
    std::uint64_t size;
};

constexpr auto time_units =
    std::to_array<unit>({{"", 1}, {"ms", 1}, {"s", 1'000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}});
constexpr auto byte_units = std::to_array<unit>({{"", 1},
                                                 {"B", 1},
                                                 {"kB", std::uint64_t{1} << 10},
                                                 {"MB", std::uint64_t{1} << 20},
                                                 {"GB", std::uint64_t{1} << 30},
                                                 {"TB", std::uint64_t{1} << 40}});

// A whole number and one of the units, at most `largest` when multiplied.
template <std::size_t N>
std::optional<std::uint64_t> parse_with_unit(std::string_view text, const std::array<unit, N>& units,
                                             std::uint64_t largest) {
    std::uint64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{}) return std::nullopt;
    auto name = text.substr(static_cast<std::size_t>(end - text.data()));
    name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
    const auto* found = std::ranges::find(units, name, &unit::name);
    if (found == units.end() || number > largest / found->size) return std::nullopt;
    return number * found->size;
}

}  // namespace

std::vector<std::string_view> split(std::string_view list) {
    std::vector<std::string_view> out;
    while (true) {
        const auto comma = list.find(',');
        out.push_back(list.substr(0, comma));
        if (comma == list.npos) return out;
        list.remove_prefix(comma + 1);
    }
}

std::optional<int> parse_integer(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    text = text.substr(0, text.find_last_not_of(blanks) + 1);
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) return std::nullopt;
    }
    int number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    // PostgreSQL's own limit, 24 days: adding it to a clock can't overflow.
    constexpr std::uint64_t largest = std::numeric_limits<std::int32_t>::max();
    const auto number = parse_with_unit(text, time_units, largest);
    if (!number) return std::nullopt;
    return std::chrono::milliseconds{*number};
}

std::optional<std::size_t> parse_byte_count(std::string_view text) {
    const auto number = parse_with_unit(text, byte_units, std::numeric_limits<std::size_t>::max());
    if (!number) return std::nullopt;
    return static_cast<std::size_t>(*number);
}

std::optional<bool> parse_boolean(std::string_view text) {
    constexpr auto words = std::to_array<std::pair<std::string_view, bool>>({{"on", true},
                                                                             {"true", true},
                                                                             {"yes", true},
                                                                             {"1", true},
                                                                             {"off", false},
                                                                             {"false", false},
                                                                             {"no", false},
                                                                             {"0", false}});
    for (const auto& [word, value] : words)
        if (equal_ignoring_case(text, word)) return value;
    return std::nullopt;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, {}, lower_case, lower_case);
}

}  // namespace howdah::config
