#include <algorithm>

#include "bench/howdah/blocking.hpp"
#include "bench/meter.hpp"
#include "howdah/types/types.hpp"

namespace bench::by_blocking {
namespace {

template <class Insert>
void measure(connection& c, std::string_view name, std::int64_t count, Insert&& insert) {
    const auto rows = make_rows(count);
    c.execute(empty_tin);
    meter m;
    insert(rows);
    m.stop();
    m.print(peer, name, count, c.fetch_one<double>(sum_of_tin));
}

void insert_by(connection& c, std::string_view name, howdah::bulk_method how) {
    measure(c, name, operations(insert_operations), [&](const std::vector<row>& rows) {
        (void)c.insert_many(howdah::identifier{"tin"}, {"id", "v", "s"}, rows, {.method = how});
    });
}

}  // namespace

void copyin(connection& c) {
    measure(c, "copyin", operations(row_count), [&](const std::vector<row>& rows) {
        auto in = c.copy_in<row>(howdah::identifier{"tin"}, {"id", "v", "s"});
        in.write_all(rows);
        in.finish();
    });
}

void insert(connection& c) { insert_by(c, "insert", howdah::bulk_method::automatic); }
void insert_unnest(connection& c) { insert_by(c, "insert_unnest", howdah::bulk_method::unnest); }
void insert_copy(connection& c) { insert_by(c, "insert_copy", howdah::bulk_method::copy); }
void insert_rows(connection& c) { insert_by(c, "insert_rows", howdah::bulk_method::pipeline); }

void insert_pipe(connection& c) {
    measure(c, "insert_pipe", operations(insert_operations), [&](const std::vector<row>& rows) {
        for (std::size_t i = 0; i < rows.size();) {
            howdah::pipeline steps;
            for (const auto end = std::min(rows.size(), i + std::size_t{pipe_depth}); i < end; ++i)
                steps.execute("insert into tin values ($1, $2, $3)", rows[i].id, rows[i].v, rows[i].s);
            c.run(steps);
        }
    });
}

}  // namespace bench::by_blocking
