#include "howdah/tools/side_by_side.hpp"

#include <algorithm>
#include <cstddef>

#include "howdah/tools/printable.hpp"

namespace howdah::tools {

std::vector<std::string> side_by_side(const std::vector<std::vector<std::string>>& lines) {
    std::vector<std::size_t> widths;
    for (const auto& line : lines) {
        widths.resize(std::max(widths.size(), line.size()));
        for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
    }
    std::vector<std::string> out;
    for (const auto& line : lines) {
        auto& text = out.emplace_back();
        for (std::size_t i = 0; i < line.size(); ++i)
            text.append(line[i]).append(widths[i] - width_of(line[i]) + 2, ' ');
        text.resize(text.find_last_not_of(' ') + 1);
    }
    return out;
}

}  // namespace howdah::tools
