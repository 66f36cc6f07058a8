#pragma once

#include <string>

#include "howdah/types/field.hpp"

namespace howdah::tools {

/// Appends one value, given in text format, as compact JSON: int2, int4, int8 and floats as numbers, NULL as null,
/// bool, json as it is, arrays as arrays; all else, and floats that JSON has no number for, as strings of PostgreSQL's
/// own text.
void append_json(std::string& out, const field& value);

}  // namespace howdah::tools
