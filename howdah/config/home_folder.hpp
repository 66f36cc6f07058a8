#pragma once

#include <optional>
#include <string>

namespace howdah::config {

/// Where a user's own files are looked for: HOME, or what the system's user database says; nullopt: nowhere.
std::optional<std::string> home_folder();

}  // namespace howdah::config
