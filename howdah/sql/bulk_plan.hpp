#pragma once
// How the rows of a bulk call travel: one decision, without I/O.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "howdah/sql/bulk_statement.hpp"
#include "howdah/sql/encoded_rows.hpp"
#include "howdah/sql/field_encoder.hpp"

namespace howdah {

/// From so many rows on, insert_many takes COPY where it may.
inline constexpr std::size_t rows_worth_a_copy = 4'096;

/// What a plan is made from.
struct bulk_situation {
    const bulk_request& request;
    std::span<const column> columns;
    std::span<const column_fit> fits;   // one a column
    std::optional<std::size_t> rows{};  // where their number is known beforehand
    int server_version = 12;
    /// The table is one of its own (no view, no foreign table), has no rules, and no row security for this role: COPY
    /// and MERGE do there what INSERT does. Unset: nobody has asked.
    std::optional<bool> plain_table{};
};

struct bulk_plan {
    bulk_method method;  // never automatic
    std::vector<carriage> how;
};

/// What is best here depends on plain_table, which must be asked for.
bool asks_about_table(const bulk_situation& s) noexcept;

/// `plain_table` for the table of an oid.
inline constexpr char plain_table_query[] =
    "select c.relkind in ('r', 'p') and not c.relhasrules and not pg_catalog.row_security_active(c.oid)"
    " from pg_catalog.pg_class c where c.oid = $1";

/// Throws parameter_type_mismatch where a column can't travel (by the method that is asked for), invalid_option where
/// that method can't do it.
bulk_plan plan(const bulk_situation& s);

/// Refuses NULL in the keys of update_many and delete_many (it would find nothing), and rows of one key, unless the last
/// wins. Gives the rows that are to be sent; nothing: all. Throws unexpected_null, invalid_value.
std::optional<std::vector<std::size_t>> rows_to_send(const bulk_request& r, const encoded_rows& rows);

/// `row 3, column "id" (int8, number 1) ...`; never shows the value.
error row_error(std::error_code why, std::size_t row, const column& c, std::size_t position, std::string_view cpp_type);

}  // namespace howdah
