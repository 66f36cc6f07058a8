#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace howdah {

/// What the statements of a text do, as far as the text tells.
struct statement_commands {
    std::size_t statements = 0;
    /// In lower case: the leading keyword of each, and of those that run inside of it: what a WITH changes, what EXPLAIN
    /// ANALYZE runs, what PREPARE is given, what COPY (...) asks for. Besides: "copy from" and "copy to", "copy program" and
    /// "copy file" where it is one of the server's, and "select into". A statement that begins with no word has that character.
    std::set<std::string, std::less<>> names;
};

/// Reads the text as PostgreSQL does with standard_conforming_strings = on. Where words could mean either, a command is
/// found rather than overlooked: a column that is named `update` may look like one. What functions do, and what stands in the
/// strings of DO, is not seen.
statement_commands commands_of(std::string_view text);

}  // namespace howdah
