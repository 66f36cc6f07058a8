#include "howdah/sql/row_batch.hpp"

#include "howdah/types/value.hpp"

namespace howdah {

void row_reader<row_view>::choose_formats(std::span<const column> columns, std::span<format> out) {
    for (std::size_t i = 0; i < columns.size(); ++i) out[i] = result_format<value>(columns[i].type);
}

}  // namespace howdah
