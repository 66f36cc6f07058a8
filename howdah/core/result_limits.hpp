#pragma once

#include <cstdint>

#include "howdah/base/error.hpp"

namespace howdah::core {

struct engine_options;

/// A result that is kept is over max_result_rows, or else over max_result_bytes.
error result_too_large(const engine_options& limits, std::uint64_t rows);

}  // namespace howdah::core
