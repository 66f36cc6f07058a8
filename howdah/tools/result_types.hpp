#pragma once

#include <map>
#include <optional>
#include <span>

#include "howdah/blocking/connection.hpp"
#include "howdah/sql/column.hpp"

namespace howdah::tools {

/// What an array's text form needs to be taken apart.
struct array_type {
    oid element;
    char delimiter;
};

/// Which of a result's types are arrays: built-in ones, and those that the server's catalog knows.
class result_types {
public:
    result_types() = default;
    /// Asks the catalog, if a column's type was made in the database.
    result_types(const blocking::detail::target& server, std::span<const column> columns);

    std::optional<array_type> array(oid type) const;

private:
    std::map<oid, array_type> made_here_;
};

}  // namespace howdah::tools
