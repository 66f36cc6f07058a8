#pragma once

#include <vector>

#include "howdah/base/oid.hpp"
#include "howdah/sql/column.hpp"

namespace howdah::core {

/// What the server has said of a statement.
struct statement_facts {
    std::vector<oid> parameters;
    std::vector<column> columns;  // formats not chosen yet
};

}  // namespace howdah::core
