#pragma once

#include <map>
#include <string>
#include <string_view>

#include "howdah/base/secret_string.hpp"

namespace howdah::auth {

/// The values of one section of AWS's credentials and config files: `[name]`, then `key = value`; '#' and ';' begin
/// comments; lines that are indented belong to what stands above them, and are skipped. Empty if there is no such section.
std::map<std::string, secret_string, std::less<>> section_of(std::string_view text, std::string_view section);

}  // namespace howdah::auth
