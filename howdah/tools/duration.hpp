#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace howdah::tools {

/// Reads "500ms", "5s", "1m", "1h"; nullopt for anything else, and for more than a day.
std::optional<std::chrono::milliseconds> read_duration(std::string_view text);

/// For CLI11's check(): what is wrong with it; empty: nothing.
std::string duration_error(const std::string& text);

}  // namespace howdah::tools
