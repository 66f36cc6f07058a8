#include "howdah/types/scanner.hpp"

#include <charconv>
#include <iterator>

namespace howdah::types {

void append_number(bytes& out, std::int64_t value, int width) {
    const auto magnitude = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    char digits[20];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), magnitude).ptr;
    if (value < 0) append(out, "-");
    for (auto n = end - digits; n < width; ++n) append(out, "0");
    append(out, std::string_view{digits, static_cast<std::size_t>(end - digits)});
}

}  // namespace howdah::types
