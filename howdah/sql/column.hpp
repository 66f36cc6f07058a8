#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/oid.hpp"
#include "howdah/types/type_ref.hpp"

namespace howdah {

/// What the server says of one column of a result.
struct column {
    std::string name;
    oid type{};
    std::string type_name;  // "int4"; "oid 16402" where it was made in the database and not looked up
    enum format format = format::text;
    bool nullable = true;     // false only where it is proved: RowDescription can't tell an outer join
    std::uint32_t table = 0;  // its oid; 0: an expression
    std::int16_t attribute = 0;
    std::int32_t type_modifier = -1;
    std::shared_ptr<const type_map> known = nullptr;  // of types that were made in the database

    type_ref ref() const noexcept { return {type, known.get()}; }
};

/// Shared by a statement and all of its results.
using column_list = std::shared_ptr<const std::vector<column>>;

/// The position of the first column of that name.
std::optional<std::size_t> find_column(std::span<const column> columns, std::string_view name) noexcept;

/// `column "id" (int8, number 1)`, for messages.
std::string describe(const column& c, std::size_t position);

}  // namespace howdah
