#pragma once

#include <ostream>

#include "howdah/sql/result.hpp"

namespace howdah::tools {

enum class output_format { table, json, ndjson, csv };

/// One line: an array with an object a row.
void write_json(std::ostream& out, const result& rows);
/// One line a row: an object.
void write_ndjson(std::ostream& out, const result& rows);
/// RFC 4180 with a header; NULL is nothing, an empty text is "".
void write_csv(std::ostream& out, const result& rows);

}  // namespace howdah::tools
