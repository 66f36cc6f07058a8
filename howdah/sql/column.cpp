#include "howdah/sql/column.hpp"

namespace howdah {

std::optional<std::size_t> find_column(std::span<const column> columns, std::string_view name) noexcept {
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i].name == name) return i;
    return std::nullopt;
}

std::string describe(const column& c, std::size_t position) {
    return "column \"" + c.name + "\" (" + c.type_name + ", number " + std::to_string(position + 1) + ")";
}

}  // namespace howdah
