#pragma once

#include <string>
#include <string_view>

#include "howdah/base/bytes.hpp"
#include "howdah/types/scanner.hpp"

/// Lexemes in the text forms of tsvector and tsquery (src/backend/utils/adt/tsvector_parser.c).
namespace howdah::types {

/// In single quotes, with quotes and backslashes doubled.
void append_lexeme(bytes& out, std::string_view lexeme);

/// Quoted, or bare up to a space, a colon or one of `ends`; a backslash takes the next character as it is. False if it
/// is empty or does not end.
bool read_lexeme(scanner& in, std::string_view ends, std::string& out);

}  // namespace howdah::types
