#include "howdah/sql/encoded_rows.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "howdah/base/writer.hpp"
#include "howdah/sql/data_row.hpp"

namespace howdah {
namespace {

constexpr parameter_codec array_codec{
    .is_null = [](const void*) noexcept { return false; },
    .format_for = [](const void*, type_ref) noexcept { return format::binary; },
    .encode = [](const void* value, type_ref, enum format, bytes& out) -> std::error_code {
        const auto& [column, first, count] = *static_cast<const array_parameter*>(value);
        put_i32(out, 1);  // dimensions
        put_i32(out, column->has_null ? 1 : 0);
        put_u32(out, static_cast<std::uint32_t>(column->type));
        put_u32(out, static_cast<std::uint32_t>(count));
        put_i32(out, 1);  // lower bound
        append(out, column->slice(first, count));
        return {};
    },
    .first_use = [](const void*) noexcept { return oid{}; },  // the statement casts
    .text_form = true,
    .uses_catalog = false,
    .cpp_type = "a column of rows",
};

constexpr parameter_codec field_codec{
    .is_null =
        [](const void* value) noexcept {
            const auto& [column, row] = *static_cast<const field_parameter*>(value);
            return column->is_null(row);
        },
    .format_for =
        [](const void* value, type_ref) noexcept {
            return static_cast<const field_parameter*>(value)->column->how == carriage::text ? format::text
                                                                                             : format::binary;
        },
    .encode = [](const void* value, type_ref, enum format, bytes& out) -> std::error_code {
        const auto& [column, row] = *static_cast<const field_parameter*>(value);
        append(out, column->slice(row).subspan(data_row::length_size));
        return {};
    },
    .first_use =
        [](const void* value) noexcept {
            const auto& column = *static_cast<const field_parameter*>(value)->column;
            return column.how == carriage::text ? oid{} : column.type;
        },
    .text_form = true,
    .uses_catalog = false,
    .cpp_type = "a field of a row",
};

// Rows by what is in some of their columns.
class alike {
public:
    alike(std::span<const encoded_column> all, std::span<const std::size_t> some) : all_{all}, some_{some} {}
    std::size_t operator()(std::size_t row) const {
        std::size_t out = 0;
        for (const auto c : some_) out = out * 31 + std::hash<std::string_view>{}(as_text(all_[c].slice(row)));
        return out;
    }
    bool operator()(std::size_t a, std::size_t b) const {
        return std::ranges::all_of(
            some_, [&](std::size_t c) { return as_text(all_[c].slice(a)) == as_text(all_[c].slice(b)); });
    }

private:
    std::span<const encoded_column> all_;
    std::span<const std::size_t> some_;
};

}  // namespace

encoded_rows::encoded_rows(std::span<const column> columns, std::span<const carriage> how) {
    for (std::size_t i = 0; i < columns.size(); ++i)
        columns_.push_back({.type = how[i] == carriage::text ? oids::text : columns[i].type, .how = how[i]});
}

std::size_t encoded_rows::chunk_from(std::size_t first, const bulk_options& limits) const noexcept {
    std::size_t rows = 0, size = 0;
    while (first + rows < this->size() && rows < limits.chunk_rows && (rows == 0 || size < limits.chunk_bytes)) {
        for (const auto& c : columns_) size += c.slice(first + rows).size();
        ++rows;
    }
    return rows;
}

std::optional<std::pair<std::size_t, std::size_t>> encoded_rows::find_null(
    std::span<const std::size_t> columns) const noexcept {
    if (std::ranges::none_of(columns, [&](std::size_t c) { return columns_[c].has_null; })) return std::nullopt;
    for (std::size_t row = 0; row < size(); ++row)
        for (const auto c : columns)
            if (columns_[c].is_null(row)) return std::pair{row, c};
    return std::nullopt;
}

std::vector<std::size_t> encoded_rows::last_alike(std::span<const std::size_t> columns) const {
    const alike by{columns_, columns};
    std::unordered_map<std::size_t, std::size_t, alike, alike> last{size(), by, by};
    bool all_differ = true;
    const auto has_null = [&](std::size_t row) {
        return std::ranges::any_of(columns, [&](std::size_t c) { return columns_[c].is_null(row); });
    };
    for (std::size_t row = 0; row < size(); ++row) {
        if (has_null(row)) continue;
        const auto [place, is_new] = last.try_emplace(row, row);
        place->second = row;
        all_differ = all_differ && is_new;
    }
    if (all_differ) return {};
    std::vector<std::size_t> out(size());
    for (std::size_t row = 0; row < size(); ++row) out[row] = has_null(row) ? row : last.find(row)->second;
    return out;
}

encoded_rows encoded_rows::only(std::span<const std::size_t> rows) const {
    encoded_rows out;
    for (const auto& from : columns_) {
        auto& to = out.columns_.emplace_back(encoded_column{.type = from.type, .how = from.how});
        for (const auto row : rows) {
            to.data.add(from.slice(row));
            to.end_value();
        }
    }
    return out;
}

void encoded_rows::append_as_copied(row_buffer& out) const {
    for (std::size_t row = 0; row < size(); ++row) {
        auto* const count = out.room(data_row::count_size);
        store_big_endian(count, static_cast<std::uint16_t>(columns_.size()));
        out.keep(count + data_row::count_size);
        for (const auto& c : columns_) out.add(c.slice(row));
    }
}

parameter_view view(const array_parameter& p) noexcept { return {&p, &array_codec}; }
parameter_view view(const field_parameter& p) noexcept { return {&p, &field_codec}; }

}  // namespace howdah
