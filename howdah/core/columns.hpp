#pragma once

#include <span>
#include <vector>

#include "howdah/sql/column.hpp"
#include "howdah/wire/backend.hpp"

namespace howdah::core {

/// A RowDescription as columns that outlive it.
std::vector<column> columns_of(const wire::row_description& d);

/// The same columns with the formats that were asked for: none (text), one for all, or one each.
column_list with_formats(const std::vector<column>& columns, std::span<const format> formats);

/// As Bind takes them: one for all, where they are the same.
std::span<const format> shortest(std::span<const format> formats) noexcept;

/// Of a statement that gives no rows.
const column_list& no_columns();

}  // namespace howdah::core
