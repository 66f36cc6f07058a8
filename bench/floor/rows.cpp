// The whole of t: kept, decoded, streamed, and by COPY.

#include <utility>

#include "bench/floor/received_rows.hpp"
#include "bench/floor/workloads.hpp"
#include "bench/memory.hpp"
#include "bench/meter.hpp"

namespace bench::floor {
namespace {

std::string select_all() { return parse("", all_rows) + bind() + execute() + sync(); }

/// Calls `f` for each CopyData of t in binary: the server sends one a row.
template <class F>
void for_each_copied(connection& c, F f) {
    c.send(message('Q', std::string{"copy t to stdout (format binary)"} + '\0'));
    for (auto m = c.next(); m.tag != 'Z'; m = c.next())
        if (m.tag == 'd') f(m);
}

}  // namespace

void rows_stream(connection& c) {
    checksum sums;
    meter m;
    c.send(select_all());
    c.until_ready([&](point_row r) { r.add_to(sums); });
    m.stop();
    m.print(peer, "rows_stream", sums.rows, sums);
}

void memory_over_rows(connection& c) {
    bench::memory_over_rows seen;
    c.query(ten_times_all_rows, [&](point_row) { seen.row(); });
    seen.print(peer);
}

void rows_buf(connection& c) {
    checksum sums;
    meter m;
    c.send(select_all());
    const received_rows rows{c};
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].add_to(sums);
    m.stop();
    m.print(peer, "rows_buf", sums.rows, sums);
}

void rows_typed(connection& c) {
    std::vector<row> rows;
    checksum sums;
    meter m;
    c.send(select_all());
    c.until_ready([&](point_row r) { rows.push_back({.id = r.id(), .v = r.v(), .s = std::string{r.s()}}); });
    for (const auto& r : rows) sums.add(r);
    m.stop();
    m.print(peer, "rows_typed", sums.rows, sums);
}

void copyout(connection& c) {
    std::size_t bytes = 0;
    std::int64_t rows = -1;  // the trailer comes by itself
    meter m;
    for_each_copied(c, [&](const frame& data) {
        bytes += data.size;
        ++rows;
    });
    m.stop();
    m.print(peer, "copyout", rows, static_cast<double>(bytes));
}

void copyout_dec(connection& c) {
    constexpr std::ptrdiff_t header = 19;
    checksum sums;
    bool first = true;
    meter m;
    for_each_copied(c, [&](const frame& data) {
        const point_row in{data.body + (std::exchange(first, false) ? header : 0)};
        if (*in.body == 0) in.add_to(sums);  // else the trailer
    });
    m.stop();
    m.print(peer, "copyout_dec", sums.rows, sums);
}

}  // namespace bench::floor
