#pragma once

#include <span>
#include <system_error>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/base/oid.hpp"
#include "howdah/sim/interaction.hpp"

namespace howdah::sim {

/// Appends RowDescription, with a format for each column as Bind's list of them says it.
void append_description(std::span<const recorded_column> columns, const std::vector<format>& formats, bytes& out);

/// Appends DataRow. On an error `out` is as before.
/// Errors: column_count_mismatch, and those of append_value.
std::error_code append_row(const recorded_row& row, std::span<const recorded_column> columns,
                           const std::vector<format>& formats, bytes& out);

}  // namespace howdah::sim
