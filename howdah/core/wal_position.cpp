#include "howdah/core/wal_position.hpp"

#include <charconv>

#include "howdah/base/error.hpp"
#include "howdah/types/types.hpp"

namespace howdah::core {
namespace {

// access/xlog_internal.h, SizeOfXLogShortPHD and SizeOfXLogLongPHD.
constexpr std::uint64_t page_header = 24, first_page_header = 40;

constexpr std::size_t wal_file_name = 24, timeline_digits = 8;

}  // namespace

wal_position_row wal_position_row::of(const row_view& row) {
    return {.flushed = row[0].as<lsn>(),
            .inserted = row[1].as<lsn>(),
            .synchronous_commit = row[2].as<std::string>(),
            .block_size = row[3].as<std::int32_t>(),
            .segment_size = row[4].as<std::int64_t>(),
            .file = row[5].as<std::string>()};
}

wal_position read_wal_position(const wal_position_row& row, const std::string& commit_mode) {
    if (row.block_size <= 0 || row.segment_size < row.block_size)
        throw error{errc::invalid_value, "the server gave a size of WAL blocks or segments that is none",
                    fate::executed};
    const auto timeline = timeline_of(row.file);
    if (commit_mode != "off") return {.at = row.flushed, .timeline = timeline};
    return {.at = without_page_header(row.inserted, static_cast<std::uint64_t>(row.block_size),
                                      static_cast<std::uint64_t>(row.segment_size)),
            .timeline = timeline};
}

lsn without_page_header(lsn inserted, std::uint64_t block_size, std::uint64_t segment_size) noexcept {
    if (inserted.position % segment_size == first_page_header) return {inserted.position - first_page_header};
    if (inserted.position % block_size == page_header) return {inserted.position - page_header};
    return inserted;
}

std::uint32_t timeline_of(const std::string& wal_file) {
    std::uint32_t timeline = 0;
    const auto* const end = wal_file.data() + timeline_digits;
    if (wal_file.size() != wal_file_name || std::from_chars(wal_file.data(), end, timeline, 16).ptr != end)
        throw error{errc::invalid_value, "the server gave a WAL file's name that is none", fate::executed};
    return timeline;
}

}  // namespace howdah::core
