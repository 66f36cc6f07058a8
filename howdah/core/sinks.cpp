#include "howdah/core/sinks.hpp"

#include <algorithm>
#include <string>

#include "howdah/sql/row_batch.hpp"

namespace howdah::core {

void no_rows::choose_formats(std::span<const column>, std::span<format> out) { std::ranges::fill(out, format::text); }

const void* no_rows::chooser() const noexcept {
    static constexpr char alike = 0;
    return &alike;
}

void untyped_rows::choose_formats(std::span<const column> columns, std::span<format> out) {
    row_reader<row_view>::choose_formats(columns, out);
}

std::optional<error> untyped_rows::describe(const column_list& columns) {
    result_.describe(columns);
    return std::nullopt;
}

error no_row_error() {
    return error{errc::no_rows, "the statement gave no row, and fetch_one wants one: use fetch_optional",
                 fate::executed};
}

error too_many_rows_error(const char* most, std::size_t found) {
    return error{errc::too_many_rows,
                 "the statement gave " + std::to_string(found) + " rows or more, and the call wants " + most +
                     ": add LIMIT, or use fetch_all",
                 fate::executed};
}

}  // namespace howdah::core
