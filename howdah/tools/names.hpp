#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace howdah::tools {

/// Names with `separator` between them, spelled as in SQL: those without double quotes are folded to lower case, as
/// the server does with ASCII, and have letters, digits, _ and $ only. nullopt if that is not what it is.
std::optional<std::vector<std::string>> read_names(std::string_view text, char separator);

}  // namespace howdah::tools
