#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/sql/identifier.hpp"

namespace howdah {

/// A COPY in binary, and the query that the server describes to tell its columns' types.
struct copy_statement {
    std::string columns;
    std::string copy;
    /// Commands that share its transaction, in front of it and behind it. The first one behind it tells how many rows
    /// are stored.
    std::vector<std::string> before{}, after{};
};

/// No columns: all of the table's. Throws invalid_encoding for a name that can't be one.
copy_statement binary_copy_in(const identifier& table, std::span<const std::string_view> columns);
copy_statement binary_copy_out(const identifier& table, std::span<const std::string_view> columns);
copy_statement binary_copy_out(std::string_view query);

}  // namespace howdah
