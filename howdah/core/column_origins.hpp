#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "howdah/base/oid.hpp"
#include "howdah/sql/column.hpp"
#include "howdah/sql/sql.hpp"
#include "howdah/types/array.hpp"
#include "howdah/types/identifiers.hpp"
#include "howdah/types/integers.hpp"
#include "howdah/types/text.hpp"

namespace howdah {

/// What a column of a result is called where it comes from, whatever the statement calls it.
struct column_origin {
    std::string table;      // "public.users"; empty: it is an expression, or its table is gone
    std::string attribute;  // "email"
};

namespace core {

/// A row of what origins_statement() asks for.
struct origin_row {
    oid table;
    std::int16_t attribute = 0;
    std::string table_name, attribute_name;
};

/// Asks what the tables $1, an oid[], and their columns are called: origin_row.
unsafe_sql origins_statement();
/// Its $1; empty: there is nothing to ask.
std::vector<oid> tables_of(std::span<const column> columns);
/// One for each column, by what was found.
std::vector<column_origin> origins_of(std::span<const column> columns, const std::vector<origin_row>& found);

/// Of the blocking driver: a verb's answer is the rows, and nothing to be awaited.
template <class Db>
concept answers_at_once = requires(Db& db, std::vector<oid> tables) {
    { db.template fetch_all<origin_row>(origins_statement(), tables) } -> std::same_as<std::vector<origin_row>>;
};

}  // namespace core
}  // namespace howdah
