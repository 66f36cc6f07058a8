#pragma once

#include <string>
#include <vector>

namespace howdah::tools {

/// Lines of printable cells, as many in each, with the columns below each other.
std::vector<std::string> side_by_side(const std::vector<std::vector<std::string>>& lines);

}  // namespace howdah::tools
