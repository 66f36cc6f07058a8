#include "bench/workload.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace bench {

std::int64_t number_from(const char* variable, std::int64_t usual) {
    const char* given = std::getenv(variable);
    if (given == nullptr) return usual;
    const std::string_view text{given};
    std::int64_t n = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (failed != std::errc{} || end != text.data() + text.size() || n < 1)
        throw std::invalid_argument{std::string{variable} + " is a number above 0, not " + std::string{text}};
    return n;
}

std::int64_t operations(std::int64_t usual) { return number_from("HOWDAH_BENCH_OPS", usual); }

std::int64_t warm_up(std::int64_t usual, std::int64_t operations) { return std::min(usual, operations); }

std::vector<row> make_rows(std::int64_t count) {
    std::vector<row> out;
    out.reserve(static_cast<std::size_t>(count));
    for (std::int32_t id = 1; id <= count; ++id)
        out.push_back({.id = id, .v = id / 1024.0, .s = "row-" + std::to_string(id)});
    return out;
}

}  // namespace bench
