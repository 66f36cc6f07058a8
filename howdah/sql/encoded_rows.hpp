#pragma once
// The rows of a bulk call, as they will travel: encoded once, a column after another.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/base/oid.hpp"
#include "howdah/sql/bulk_statement.hpp"
#include "howdah/sql/data_row.hpp"
#include "howdah/sql/parameters.hpp"
#include "howdah/sql/row_buffer.hpp"

namespace howdah {

/// One column's values, each with its size in front, as the elements of an array, the fields of COPY and the parameters
/// of Bind have them all alike.
struct encoded_column {
    oid type{};  // of what is in `data`
    enum carriage how = carriage::binary;
    row_buffer data{};
    std::vector<std::size_t> ends{};  // of each value in `data`
    bool has_null = false;

    std::size_t begin_of(std::size_t row) const noexcept { return row == 0 ? 0 : ends[row - 1]; }
    /// With the size in front.
    bytes_view slice(std::size_t row, std::size_t rows = 1) const noexcept {
        return data.written().subspan(begin_of(row), ends[row + rows - 1] - begin_of(row));
    }
    bool is_null(std::size_t row) const noexcept {
        return data_row::field_length(data.written().data() + begin_of(row)) == data_row::null_length;
    }
    /// The value that was just appended has its end.
    void end_value() {
        ends.push_back(data.size());
        has_null = has_null || is_null(ends.size() - 1);
    }
};

class encoded_rows {
public:
    encoded_rows() = default;
    encoded_rows(std::span<const column> columns, std::span<const carriage> how);

    std::vector<encoded_column>& columns() noexcept { return columns_; }
    std::span<const encoded_column> columns() const noexcept { return columns_; }
    std::size_t size() const noexcept { return columns_.empty() ? 0 : columns_.front().ends.size(); }

    /// The rows that a chunk from `first` on takes.
    std::size_t chunk_from(std::size_t first, const bulk_options& limits) const noexcept;
    /// The first row with NULL in one of these columns, and which.
    std::optional<std::pair<std::size_t, std::size_t>> find_null(std::span<const std::size_t> columns) const noexcept;
    /// For each row the last one with the same bytes in these columns; NULL equals nothing. Nothing: they all differ.
    std::vector<std::size_t> last_alike(std::span<const std::size_t> columns) const;
    /// Only these rows, in this order.
    encoded_rows only(std::span<const std::size_t> rows) const;
    /// Appends them as COPY's binary format has them.
    void append_as_copied(row_buffer& out) const;

private:
    std::vector<encoded_column> columns_;
};

/// Some values of a column as one parameter: an array of them.
struct array_parameter {
    const encoded_column* column;
    std::size_t first, count;
};
/// One value of a column as a parameter.
struct field_parameter {
    const encoded_column* column;
    std::size_t row;
};

parameter_view view(const array_parameter& p) noexcept;
parameter_view view(const field_parameter& p) noexcept;

}  // namespace howdah
