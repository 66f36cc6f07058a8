#pragma once

#include <optional>
#include <string>
#include <vector>

#include "howdah/tools/record_scanner.hpp"

namespace howdah::tools {

/// What the command line says about the data of a COPY.
struct copy_layout {
    data_format format = data_format::csv;
    bool header = false;
    std::string columns;  // a list of names; empty: all
    std::optional<std::string> delimiter, null, quote, escape, encoding;

    /// What is wrong with it; empty if nothing is.
    std::string flaw() const;
    record_rules rules() const;
    /// Something is in front of the first row.
    bool has_preamble() const noexcept { return header || format == data_format::binary; }
};

/// The first line is the server's to skip, or has been skipped.
enum class header_line : std::uint8_t { in_data, skipped };

/// COPY ... FROM STDIN. Throws CLI::ValidationError for a table that is not spelled as one.
std::string copy_in_text(const std::string& table, const copy_layout& layout, header_line header);
/// A query that gives what copy_out_text() copies, generated columns of a table included.
std::string copy_query(const std::string& what, const copy_layout& layout);
/// COPY ... TO STDOUT of a table, or of a query, which is what is no table's name.
std::string copy_out_text(const std::string& what, const copy_layout& layout);

}  // namespace howdah::tools
