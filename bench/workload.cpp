#include "bench/workload.hpp"

#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace bench {

std::int64_t operations(std::int64_t usual) {
    const char* given = std::getenv("HOWDAH_BENCH_OPS");
    if (given == nullptr) return usual;
    const std::string_view text{given};
    std::int64_t n = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (failed != std::errc{} || end != text.data() + text.size() || n < 1)
        throw std::invalid_argument{"HOWDAH_BENCH_OPS is a number above 0, not " + std::string{text}};
    return n;
}

std::vector<row> rows_to_copy() {
    std::vector<row> out;
    for (std::int32_t i = 0; i < 1'000; ++i) out.push_back({.id = i, .v = i / 1024.0, .s = "row-" + std::to_string(i)});
    return out;
}

}  // namespace bench
