#include "howdah/sql/bulk_options.hpp"

#include <algorithm>
#include <utility>

namespace howdah {

void bulk_options::validate() const {
    if (chunk_rows == 0) throw error{errc::invalid_option, "bulk_options: chunk_rows is at least 1"};
    if (unit == bulk_unit::chunk &&
        (method == bulk_method::copy || method == bulk_method::copy_through_temporary_table))
        throw error{errc::invalid_option, "bulk_options: a COPY is one statement: it has no chunks to report"};
}

bool bulk_report::failed() const noexcept {
    return std::ranges::any_of(chunks, [](const bulk_chunk& c) { return c.failure.has_value(); });
}

bool column_names::has(std::string_view name) const noexcept { return std::ranges::count(names_, name) != 0; }

conflict conflict::on_constraint(std::string_view name) {
    conflict out{};
    out.constraint_ = name;
    return out;
}

conflict conflict::update(column_names columns) && {
    updated_ = std::move(columns);
    return std::move(*this);
}

conflict conflict::do_nothing() && noexcept {
    does_nothing_ = true;
    return std::move(*this);
}

conflict conflict::last_wins() && noexcept {
    duplicates_ = duplicates::last_wins;
    return std::move(*this);
}

}  // namespace howdah
