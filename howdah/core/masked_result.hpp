#pragma once

#include <span>
#include <vector>

#include "howdah/core/column_origins.hpp"
#include "howdah/observe/redaction.hpp"
#include "howdah/sql/result.hpp"

namespace howdah {

/// What the policy does with each column: by its name, its type and, where `origins` has them, its table's names for it.
std::vector<masking> maskings_of(const redaction& policy, std::span<const column> columns,
                                 std::span<const column_origin> origins = {});

/// A copy of `rows` in which the policy's values are hidden. A masked column is of the type text, but with masking::null,
/// which keeps the type. Throws error (result_too_large: a result holds 4 GiB).
result masked_result(const result& rows, const redaction& policy, std::span<const column_origin> origins = {});

}  // namespace howdah
