#include "howdah/core/columns.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>

#include "howdah/types/oids.hpp"

namespace howdah::core {

std::vector<column> columns_of(const wire::row_description& d) {
    std::vector<column> out;
    out.reserve(d.fields.size());
    for (const auto& f : d.fields) {
        out.push_back({.name = std::string{f.name},
                       .type = f.type,
                       .type_name = type_ref{f.type}.name(),
                       .format = f.format,
                       .table = f.table,
                       .attribute = f.attribute,
                       .type_modifier = f.type_modifier});
    }
    return out;
}

column_list with_formats(const std::vector<column>& columns, std::span<const format> formats) {
    auto out = std::make_shared<std::vector<column>>(columns);
    for (std::size_t i = 0; i < out->size(); ++i)
        (*out)[i].format = formats.size() == 1 ? formats[0] : i < formats.size() ? formats[i] : format::text;
    return out;
}

std::span<const format> shortest(std::span<const format> formats) noexcept {
    const bool uniform = std::ranges::adjacent_find(formats, std::ranges::not_equal_to{}) == formats.end();
    return uniform ? formats.first(std::min<std::size_t>(formats.size(), 1)) : formats;
}

const column_list& no_columns() {
    static const column_list none = std::make_shared<const std::vector<column>>();
    return none;
}

}  // namespace howdah::core
