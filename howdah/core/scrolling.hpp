#pragma once

#include <cstdint>

namespace howdah {

/// Whether a cursor goes backwards; costs the server a copy of the rows for some plans.
enum class scrolling : std::uint8_t { no, yes };

}  // namespace howdah
