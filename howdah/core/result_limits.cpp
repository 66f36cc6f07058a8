#include "howdah/core/result_limits.hpp"

#include <limits>
#include <string>

#include "howdah/core/engine_options.hpp"

namespace howdah::core {

error result_too_large(const engine_options& limits, std::uint64_t rows) {
    const auto bytes = "max_result_bytes (" + std::to_string(limits.max_result_bytes) + ')';
    const auto most = limits.max_result_rows == std::numeric_limits<std::uint64_t>::max()
                          ? "max_result_rows (none)"
                          : "max_result_rows (" + std::to_string(limits.max_result_rows) + ')';
    const auto words = rows > limits.max_result_rows ? most + ", beside " + bytes : bytes + ", beside " + most;
    return error{errc::result_too_large, "the result is over " + words + ": use stream, or raise the limit",
                 fate::executed};
}

}  // namespace howdah::core
