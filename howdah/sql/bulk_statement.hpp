#pragma once
// The statements of the bulk verbs. Names are quoted, values are parameters.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "howdah/sql/bulk_options.hpp"
#include "howdah/sql/column.hpp"
#include "howdah/sql/copy_statement.hpp"
#include "howdah/sql/identifier.hpp"

namespace howdah {

enum class bulk_verb : std::uint8_t { insert, upsert, update, remove };

/// The call, without its rows.
struct bulk_request {
    bulk_verb verb;
    identifier table;
    column_names columns;     // as the rows have them
    column_names keys;        // update, remove: all must be equal; upsert: the target of the conflict
    conflict on_conflict{};   // upsert
    column_names returned{};  // RETURNING; none: no rows come back
    enum duplicates on_duplicates = duplicates::refuse;
    bulk_options options{};

    bool returns() const noexcept { return !returned.empty(); }
    /// Throws invalid_option.
    void validate() const;
};

/// What a verb was told beside its table, columns and rows; each has its own of these.
struct bulk_terms {
    conflict on_conflict{};
    key by{};
    column_names returned{};
    bulk_options options{};
};
/// Throws column_count_mismatch: a row has another number of fields.
void require_a_column_each(const column_names& columns, std::size_t fields, std::string_view cpp_type);
bulk_request make_request(bulk_verb verb, const identifier& table, column_names columns, const bulk_terms& terms);

/// How a column's values travel.
enum class carriage : std::uint8_t {
    binary,  // as its own type
    text,    // as text, which the statement casts
};

/// Described, and never run: it tells the columns' types.
std::string describing_statement(const bulk_request& r);

/// A type's name as SQL has it: "pg_catalog"."int4", "public"."mood"[].
std::string sql_type_name(type_ref type);

/// A chunk of rows in one statement: $1..$n are arrays, one a column. With RETURNING the first column that comes back is
/// the row's number in the chunk, from 1.
std::string unnest_statement(const bulk_request& r, std::span<const column> columns, std::span<const carriage> how);

/// One row: $1..$n are its fields.
std::string row_statement(const bulk_request& r);

/// COPY of all rows into the table, or (upsert) into a temporary one and from there.
copy_statement copy_of_rows(const bulk_request& r);

/// unnest_statement gives rows back beside their inputs: not for upsert, where only PostgreSQL's ON CONFLICT is safe
/// against others, and for insert with MERGE ... RETURNING alone, which came with PostgreSQL 17.
bool unnest_can_return(bulk_verb verb, int server_version) noexcept;

}  // namespace howdah
