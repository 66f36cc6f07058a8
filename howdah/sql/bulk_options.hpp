#pragma once
// What a bulk verb is told beside its table, columns and rows, and what it tells.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/error.hpp"

namespace howdah {

/// How rows travel.
enum class bulk_method : std::uint8_t {
    automatic,                     // picked by their number, the columns' types and RETURNING
    unnest,                        // a chunk as one statement, a column as one array
    pipeline,                      // a row as one statement, all on their way together
    copy,                          // COPY ... FROM STDIN: insert_many without RETURNING
    copy_through_temporary_table,  // COPY into a temporary table, which is DDL, and from there: upsert_many without RETURNING
};

/// What one failing chunk does to the others.
enum class bulk_unit : std::uint8_t {
    call,   // all rows or none
    chunk,  // each chunk is a transaction of its own, and the report says what became of it
};

/// What to do about two rows of one call that stand for the same row of the table.
enum class duplicates : std::uint8_t {
    refuse,     // an error that names both, before anything is sent
    last_wins,  // only the last one is sent
};

struct bulk_options {
    bulk_method method = bulk_method::automatic;
    /// `chunk` is for calls outside of transactions and without RETURNING.
    bulk_unit unit = bulk_unit::call;
    /// The most rows in a statement. More in one cost the server memory, fewer cost it time.
    std::uint32_t chunk_rows = 1'024;
    /// A chunk ends with the row that takes it to so many bytes.
    std::uint32_t chunk_bytes = std::uint32_t{1} << 20;

    /// Throws invalid_option.
    void validate() const;
};

/// What became of some of the rows: those of one statement.
struct bulk_chunk {
    std::size_t first_row = 0;  // from 0, as they were given
    std::size_t rows = 0;
    std::uint64_t rows_affected = 0;
    std::optional<error> failure{};  // its fate says what the server did
};

struct bulk_report {
    std::uint64_t rows_affected = 0;
    std::vector<bulk_chunk> chunks{};

    /// Some chunk has failed; only where each is a transaction of its own.
    bool failed() const noexcept;
};

/// Names of columns, in braces: {"id", "name"}. For name_list's reason it has no std::initializer_list.
class column_names {
public:
    column_names() = default;
    template <class... Name>
        requires(sizeof...(Name) > 0 && (std::convertible_to<const Name&, std::string_view> && ...))
    column_names(const Name&... names) : names_{std::string{std::string_view{names}}...} {}
    explicit column_names(std::span<const std::string_view> names) : names_(names.begin(), names.end()) {}
    explicit column_names(std::span<const std::string> names) : names_(names.begin(), names.end()) {}

    std::span<const std::string> all() const noexcept { return names_; }
    bool empty() const noexcept { return names_.empty(); }
    bool has(std::string_view name) const noexcept;

private:
    std::vector<std::string> names_;
};

/// The columns of a row that RETURNING gives: returning{"id", "created_at"}.
class returning : public column_names {
public:
    using column_names::column_names;
};

/// The columns by which update_many finds its rows: key{"id"}.
class key : public column_names {
public:
    using column_names::column_names;

    /// What to do about two rows with one key; refused by default.
    key last_wins() && noexcept {
        duplicates_ = duplicates::last_wins;
        return std::move(*this);
    }
    enum duplicates on_duplicates() const noexcept { return duplicates_; }

private:
    enum duplicates duplicates_ = duplicates::refuse;
};

/// What upsert_many does about a row that is there already:
///
///     conflict{"id"}                                   updates all other columns
///     conflict{"id"}.update({"name"})                  updates these
///     conflict{"id"}.do_nothing()                      leaves it as it is
///     conflict::on_constraint("users_email").update({"name"})
class conflict {
public:
    conflict() = default;  // of a call that is no upsert
    /// The columns of a unique index.
    template <class... Name>
        requires(sizeof...(Name) > 0 && (std::convertible_to<const Name&, std::string_view> && ...))
    conflict(const Name&... target) : target_{target...} {}
    /// Which columns it has is not known here: two rows in conflict with each other are found by the server.
    static conflict on_constraint(std::string_view name);

    conflict update(column_names columns) &&;
    conflict do_nothing() && noexcept;
    /// Where two rows of the call are in conflict with each other, the last one is sent; refused by default.
    conflict last_wins() && noexcept;

    const column_names& target() const noexcept { return target_; }
    const std::string& constraint() const noexcept { return constraint_; }
    /// Empty: all but the target.
    const column_names& updated() const noexcept { return updated_; }
    bool does_nothing() const noexcept { return does_nothing_; }
    enum duplicates on_duplicates() const noexcept { return duplicates_; }

private:
    column_names target_;
    std::string constraint_;
    column_names updated_{};
    bool does_nothing_ = false;
    enum duplicates duplicates_ = duplicates::refuse;
};

}  // namespace howdah
