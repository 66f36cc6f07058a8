#pragma once

#include <cstddef>
#include <limits>
#include <ostream>

#include "howdah/sql/result.hpp"

namespace howdah::tools {

inline constexpr std::size_t any_width = std::numeric_limits<std::size_t>::max();

/// The width that a table on standard output has: COLUMNS from the environment, else the terminal's, else any_width.
std::size_t output_width();

/// For people: columns side by side, values cut with "…" to fit into `width`; where that leaves too little of them, one
/// line a value. Then the number of rows, or what the statement has done. Values are in text format.
void write_table(std::ostream& out, const result& rows, std::size_t width);

}  // namespace howdah::tools
