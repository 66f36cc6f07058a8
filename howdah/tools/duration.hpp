#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace howdah::tools {

/// Reads "500ms", "5s", "1m", "1h"; nullopt for anything else, and for more than a day.
std::optional<std::chrono::milliseconds> read_duration(std::string_view text);

}  // namespace howdah::tools
