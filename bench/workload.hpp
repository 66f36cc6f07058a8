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

// Where copy_in goes, and what of it has come there: the number of its rows, and their checksum's total.
inline constexpr char create_sink[] = "create temp table sink (id int4 not null, v float8 not null, s text not null)";
inline constexpr char sum_of_sink[] =
    "select count(*)::int4, (sum(id) + sum(v) + sum(length(s)))::float8, ''::text from sink";
inline constexpr std::int64_t seq_operations = 20'000, seq_warm_up = 2'000;
inline constexpr std::int64_t pipe_operations = 200'000, pipe_warm_up = 20'000, pipe_depth = 100;
inline constexpr std::int64_t insert_operations = 100'000;

/// The row that the i-th point select asks for: no two neighbours share a page.
constexpr std::int32_t nth_id(std::int64_t i) noexcept { return static_cast<std::int32_t>(i * 7919 % row_count) + 1; }

/// `usual`, unless HOWDAH_BENCH_OPS says otherwise: the difference of two runs is free of what start-up costs.
std::int64_t operations(std::int64_t usual);

/// A row of t.
struct row {
    std::int32_t id;
    double v;
    std::string s;
};

/// What copy_in copies, again and again, so that making it costs the same for any number of rows.
std::vector<row> rows_to_copy();

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
    /// What sum_of_sink gives.
    static checksum of_sink(std::int32_t count, double total) noexcept {
        return {.ids = 0, .lengths = 0, .rows = count, .values = total};
    }
    double total() const noexcept { return static_cast<double>(ids) + values + static_cast<double>(lengths); }
};

}  // namespace bench
