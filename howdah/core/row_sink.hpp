#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "howdah/base/bytes.hpp"
#include "howdah/base/error.hpp"
#include "howdah/sql/column.hpp"
#include "howdah/sql/command_result.hpp"

namespace howdah::core {

/// Where a statement's rows go. Lives beside its call, in the caller's frame.
class row_sink {
public:
    row_sink() = default;
    row_sink(const row_sink&) = delete;
    row_sink& operator=(const row_sink&) = delete;
    virtual ~row_sink() = default;

    /// The columns must be known before it can say which formats it wants.
    virtual bool needs_description() const noexcept = 0;
    /// Types that were made in the database must be looked up before rows of them come.
    virtual bool uses_catalog() const noexcept { return false; }
    /// What to ask for when nothing is known of the columns: none (text), one for all, or one a column.
    virtual std::span<const format> first_formats() const noexcept = 0;
    /// Who chooses the formats: sinks with the same answer choose alike. Null: this one must be asked each time.
    virtual const void* chooser() const noexcept { return nullptr; }
    /// What to ask for, once the columns are known; `out` has one place a column.
    virtual void choose_formats(std::span<const column> columns, std::span<format> out) = 0;
    /// The columns as they will come. An error is kept for the end; rows are then dropped.
    virtual std::optional<error> describe(const column_list& columns) = 0;
    /// A run of whole DataRow frames. protocol_violation: the rows are not as described. Any other failure is kept for
    /// finish(), and further rows may be dropped.
    virtual std::error_code rows(bytes_view frames, std::uint32_t count) = 0;
    /// It keeps the rows, so that max_result_bytes is for it.
    virtual bool keeps_rows() const noexcept { return true; }
    /// It wants no further rows.
    virtual bool satisfied() const noexcept { return false; }
    virtual void complete(command_result&& done) = 0;
    /// What is wrong with the whole, once it is complete.
    virtual std::optional<error> finish() { return std::nullopt; }
    /// Gives back what it holds, to begin anew or because it has become too large.
    virtual void clear() noexcept = 0;
};

}  // namespace howdah::core
