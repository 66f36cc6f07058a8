#pragma once

#include <cstdint>
#include <string>

#include "howdah/sql/result.hpp"
#include "howdah/types/identifiers.hpp"

namespace howdah {

/// A place in a server's write-ahead log. What was committed in front of it is seen wherever it has been replayed.
struct wal_position {
    lsn at;
    std::uint32_t timeline = 0;
    friend constexpr bool operator==(const wal_position&, const wal_position&) = default;
};

namespace core {

/// Asks a primary, right behind a commit, how far its log goes.
inline constexpr char wal_position_query[] =
    "select pg_current_wal_flush_lsn(), pg_current_wal_insert_lsn(), current_setting('synchronous_commit'), "
    "current_setting('wal_block_size')::int4, pg_size_bytes(current_setting('wal_segment_size')), "
    "pg_walfile_name(pg_current_wal_insert_lsn())";

/// Its answer.
struct wal_position_row {
    lsn flushed, inserted;
    std::string synchronous_commit;
    std::int32_t block_size;
    std::int64_t segment_size;
    std::string file;  // 24 hexadecimal digits, the first eight of them the timeline

    static wal_position_row of(const row_view& row);
};

/// `commit_mode` is what synchronous_commit was while the commit ran; with "off" its record may not be flushed yet, and
/// the end of all records stands for it. Throws invalid_value for what no server answers.
wal_position read_wal_position(const wal_position_row& row, const std::string& commit_mode);

/// The end of the last record. At a page's boundary PostgreSQL counts the next page's header in, which nobody writes until
/// there is another record: an idle replica would never reach it.
lsn without_page_header(lsn inserted, std::uint64_t block_size, std::uint64_t segment_size) noexcept;

/// The timeline that the name of a WAL file begins with. Throws invalid_value.
std::uint32_t timeline_of(const std::string& wal_file);

}  // namespace core
}  // namespace howdah
