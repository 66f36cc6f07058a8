#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace howdah::tools {

enum class data_format : std::uint8_t { text, csv, binary };

/// What tells the records of a COPY apart.
struct record_rules {
    data_format format = data_format::csv;
    char quote = '"', escape = '"';  // of csv
};

/// Finds where the records of COPY's data end, as the server does: see CopyReadLineText in PostgreSQL's
/// src/backend/commands/copyfromparse.c, and "Binary Format" in the manual's page of COPY. For encodings in which an
/// ASCII byte is always that character.
class record_scanner {
public:
    virtual ~record_scanner() = default;

    /// Takes data up to the end of its `limit`th record, at most; gives how many bytes that is. Data may be cut
    /// anywhere. Takes nothing more behind an end marker, a line of \. or the trailer of the binary format.
    virtual std::size_t take(std::string_view data, std::uint64_t limit) = 0;
    /// There is no more: a last record may lack its end.
    virtual void finish() noexcept = 0;

    std::uint64_t records() const noexcept { return records_; }
    /// Lines, as the server counts them in its errors.
    std::uint64_t lines() const noexcept { return lines_; }
    bool met_end_marker() const noexcept { return met_end_marker_; }

protected:
    std::uint64_t records_ = 0, lines_ = 0;
    bool met_end_marker_ = false;
};

/// At the beginning of a record. The first record of the binary format is the file's header.
enum class scan_from : std::uint8_t { beginning, record };
std::unique_ptr<record_scanner> scanner_for(const record_rules& rules, scan_from where);

}  // namespace howdah::tools
