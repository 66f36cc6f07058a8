#include "bench/howdah/inserts.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "bench/meter.hpp"
#include "howdah/types/types.hpp"

namespace bench {
namespace {

using howdah::blocking::connection;

std::vector<row> rows_to_insert() {
    const auto n = operations(insert_operations);
    std::vector<row> out;
    out.reserve(static_cast<std::size_t>(n));
    for (std::int64_t i = 0; i < n; ++i) {
        const auto id = nth_id(i);
        out.push_back({id, id / 1024.0, "row-" + std::to_string(id)});
    }
    return out;
}

// What is timed; then the table tells what has come to it.
template <class Insert>
void measure(connection& c, std::string_view workload, Insert&& insert) {
    c.execute("create temp table inserted (id int4, v float8, s text)");
    const auto rows = rows_to_insert();
    meter m;
    insert(rows);
    m.stop();
    checksum sums;
    for (const auto& r : c.fetch_all<row>("select id, v, s from inserted")) sums.add(r);
    m.print("howdah-blocking", workload, static_cast<std::int64_t>(rows.size()), sums);
}

void by_method(connection& c, std::string_view workload, howdah::bulk_method how) {
    measure(c, workload, [&](const std::vector<row>& rows) {
        (void)c.insert_many(howdah::identifier{"inserted"}, {"id", "v", "s"}, rows, {.method = how});
    });
}

}  // namespace

void insert_one_by_one(connection& c) {
    measure(c, "insert_pipe", [&](const std::vector<row>& rows) {
        for (std::size_t i = 0; i < rows.size();) {
            howdah::pipeline steps;
            for (const auto end = std::min(rows.size(), i + std::size_t{pipe_depth}); i < end; ++i)
                steps.execute("insert into inserted values ($1, $2, $3)", rows[i].id, rows[i].v, rows[i].s);
            c.run(steps);
        }
    });
}
void insert_by_unnest(connection& c) { by_method(c, "insert_unnest", howdah::bulk_method::unnest); }
void insert_by_pipeline(connection& c) { by_method(c, "insert_rows", howdah::bulk_method::pipeline); }
void insert_by_copy(connection& c) { by_method(c, "insert_copy", howdah::bulk_method::copy); }
void insert_as_is_best(connection& c) { by_method(c, "insert_many", howdah::bulk_method::automatic); }

}  // namespace bench
