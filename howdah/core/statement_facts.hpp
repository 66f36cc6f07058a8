#pragma once

#include <memory>
#include <vector>

#include "howdah/base/oid.hpp"
#include "howdah/sql/column.hpp"

namespace howdah::core {

/// What the server has said of a statement.
struct statement_facts {
    std::vector<oid> parameters;
    std::vector<column> columns;  // formats not chosen yet
    std::shared_ptr<const type_map> types;
    std::vector<oid> unresolved;  // made in the database, and not among `types`

    /// A column's type is unresolved.
    bool has_unresolved_column() const noexcept;
    /// A parameter's or column's type was made in the database.
    bool has_made_type() const noexcept;
};

std::shared_ptr<const statement_facts> make_facts(std::vector<oid> parameters, std::vector<column> columns,
                                                  std::shared_ptr<const type_map> types);

}  // namespace howdah::core
