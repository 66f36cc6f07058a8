#pragma once
// What every peer does alike, so that their figures can be compared.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace bench {

// Table t: `row_count` rows, id int4 from 1, v float8 = id / 1024 (so that sums are exact), s text = 'row-' || id.
inline constexpr char point_select[] = "select id, v, s from t where id = $1";
inline constexpr char all_rows[] = "select id, v, s from t";

inline constexpr std::int32_t row_count = 1'000'000;

// Where copyin and insert go: a table of t's shape; and the checksum of what has come there.
inline constexpr char empty_tin[] = "truncate tin";
inline constexpr char sum_of_tin[] = "select (sum(id) + sum(v) + sum(length(s)))::float8 from tin";
inline constexpr char insert_unnest[] = "insert into tin select * from unnest($1::int4[], $2::float8[], $3::text[])";

inline constexpr std::int64_t seq_operations = 20'000, seq_warm_up = 2'000;
inline constexpr std::int64_t pipe_operations = 200'000, pipe_warm_up = 20'000, pipe_depth = 100;
inline constexpr std::int64_t insert_operations = 100'000;
inline constexpr std::int64_t pool_operations = 100'000, pool_warm_up = 2'000, pool_connections = 8, pool_tasks = 64;
inline constexpr std::int64_t connect_operations = 500;
// Notifications whose payloads are the numbers from 1; a batch of them by one statement, and the next when they have come.
inline constexpr std::int64_t notify_operations = 100'000, notify_batch = 1'000;

/// The row that the i-th point select asks for: no two neighbours share a page.
constexpr std::int32_t nth_id(std::int64_t i) noexcept { return static_cast<std::int32_t>(i * 7919 % row_count) + 1; }

/// A number above 0 from the environment, or `usual`.
std::int64_t number_from(const char* variable, std::int64_t usual);
/// `usual`, unless HOWDAH_BENCH_OPS says otherwise, which is how bench/count keeps its runs short.
std::int64_t operations(std::int64_t usual);
/// No more than there are operations: who asks for a thousand does not want to wait for twenty thousand first.
std::int64_t warm_up(std::int64_t usual, std::int64_t operations);

/// A row of t.
struct row {
    std::int32_t id;
    double v;
    std::string s;
};

/// The first rows of t, for copyin and insert; made before the meter starts.
std::vector<row> make_rows(std::int64_t count);

/// The sum over all rows of id, v and the length of s. Every peer must come to the same.
struct checksum {
    std::int64_t ids = 0, lengths = 0, rows = 0;
    double values = 0;

    void add(std::int32_t id, double v, std::size_t length) noexcept {
        ids += id;
        values += v;
        lengths += static_cast<std::int64_t>(length);
        ++rows;
    }
    void add(const row& r) noexcept { add(r.id, r.v, r.s.size()); }
    void add(const checksum& other) noexcept {
        ids += other.ids;
        lengths += other.lengths;
        rows += other.rows;
        values += other.values;
    }
    double total() const noexcept { return static_cast<double>(ids) + values + static_cast<double>(lengths); }
};

}  // namespace bench
