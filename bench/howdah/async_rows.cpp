#include "bench/howdah/async.hpp"
#include "bench/howdah/rows.hpp"
#include "bench/memory.hpp"
#include "bench/meter.hpp"
#include "howdah/types/types.hpp"

namespace bench::by_async {

awaitable<void> rows_buf(connection& c) {
    checksum sums;
    meter m;
    const auto rows = co_await c.query(all_rows);
    for (const auto r : rows) sums.add(r[0].as<std::int32_t>(), r[1].as<double>(), r[2].as<std::string_view>().size());
    m.stop();
    m.print(peer, "rows_buf", sums.rows, sums);
}

awaitable<void> rows_typed(connection& c) {
    checksum sums;
    meter m;
    const auto rows = co_await c.fetch_all<row>(all_rows);
    for (const auto& r : rows) sums.add(r);
    m.stop();
    m.print(peer, "rows_typed", sums.rows, sums);
}

// A loop inside of the coroutine would keep its variables in the coroutine's frame.
template <class Batch>
void add(checksum& sums, const Batch& batch) {
    auto here = sums;
    for (const auto& r : batch) here.add(r.id, r.v, r.s.size());
    sums = here;
}

awaitable<void> rows_stream(connection& c) {
    checksum sums;
    meter m;
    auto rows = c.stream<viewed_row>(all_rows);
    while (const auto batch = co_await rows.next_batch()) add(sums, batch);
    m.stop();
    m.print(peer, "rows_stream", sums.rows, sums);
}

awaitable<void> memory_over_rows(connection& c) {
    bench::memory_over_rows seen;
    auto rows = c.stream<viewed_row>(ten_times_all_rows);
    while (const auto batch = co_await rows.next_batch())
        for ([[maybe_unused]] const auto& r : batch) seen.row();
    seen.print(peer);
}

awaitable<void> copyout(connection& c) {
    std::size_t bytes = 0;
    meter m;
    auto out = c.copy_out("copy t to stdout (format binary)");
    for (auto data = co_await out.read(); !data.empty(); data = co_await out.read()) bytes += data.size();
    m.stop();
    m.print(peer, "copyout", static_cast<std::int64_t>(out.rows_copied()), static_cast<double>(bytes));
}

awaitable<void> copyout_dec(connection& c) {
    checksum sums;
    const howdah::identifier t{"t"};
    meter m;
    auto out = c.copy_out<row>(t);
    co_await out.for_each([&](const row& r) { sums.add(r); });
    m.stop();
    m.print(peer, "copyout_dec", sums.rows, sums);
}

}  // namespace bench::by_async
