#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace howdah::tools {

/// UTF-8 that does nothing to a terminal: control characters, marks that turn the direction of writing, and bytes that
/// are no UTF-8 are written as \n, \x1b, \u202e.
std::string printable(std::string_view text);

/// Columns that printable text takes in a terminal.
std::size_t width_of(std::string_view text);

/// The longest beginning of printable text that takes at most `width` columns; "…" stands for what is left out.
std::string cut_to(std::string_view text, std::size_t width);

}  // namespace howdah::tools
