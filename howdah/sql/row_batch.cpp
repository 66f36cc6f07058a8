#include "howdah/sql/row_batch.hpp"

#include "howdah/types/value.hpp"

namespace howdah {

void row_reader<row_view>::choose_formats(std::span<const column> columns, std::span<format> out) {
    for (std::size_t i = 0; i < columns.size(); ++i) out[i] = result_format<value>(columns[i].type);
}

bool row_reader<row_view>::sound(bytes_view frames, std::uint32_t count) const noexcept {
    const auto* at = frames.data();
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto row = data_row::split(at);
        if (!data_row::sound(row.body, columns_->size())) return false;
        at += row.size;
    }
    return true;
}

}  // namespace howdah
