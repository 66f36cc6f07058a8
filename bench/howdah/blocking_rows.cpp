#include "bench/howdah/blocking.hpp"
#include "bench/howdah/rows.hpp"
#include "bench/memory.hpp"
#include "bench/meter.hpp"
#include "howdah/types/types.hpp"

namespace bench::by_blocking {

void rows_buf(connection& c) {
    checksum sums;
    meter m;
    for (const auto r : c.query(all_rows))
        sums.add(r[0].as<std::int32_t>(), r[1].as<double>(), r[2].as<std::string_view>().size());
    m.stop();
    m.print(peer, "rows_buf", sums.rows, sums);
}

void rows_typed(connection& c) {
    checksum sums;
    meter m;
    for (const auto& r : c.fetch_all<row>(all_rows)) sums.add(r);
    m.stop();
    m.print(peer, "rows_typed", sums.rows, sums);
}

void rows_stream(connection& c) {
    checksum sums;
    meter m;
    auto rows = c.stream<viewed_row>(all_rows);
    while (const auto batch = rows.next_batch())
        for (const auto& r : batch) sums.add(r.id, r.v, r.s.size());
    m.stop();
    m.print(peer, "rows_stream", sums.rows, sums);
}

void memory_over_rows(connection& c) {
    bench::memory_over_rows seen;
    auto rows = c.stream<viewed_row>(ten_times_all_rows);
    while (const auto batch = rows.next_batch())
        for ([[maybe_unused]] const auto& r : batch) seen.row();
    seen.print(peer);
}

void copyout(connection& c) {
    std::size_t bytes = 0;
    meter m;
    auto out = c.copy_out("copy t to stdout (format binary)");
    for (auto data = out.read(); !data.empty(); data = out.read()) bytes += data.size();
    m.stop();
    m.print(peer, "copyout", static_cast<std::int64_t>(out.rows_copied()), static_cast<double>(bytes));
}

void copyout_dec(connection& c) {
    checksum sums;
    meter m;
    auto out = c.copy_out<row>(howdah::identifier{"t"});
    out.for_each([&](const row& r) { sums.add(r); });
    m.stop();
    m.print(peer, "copyout_dec", sums.rows, sums);
}

}  // namespace bench::by_blocking
