#include "bench/howdah/async.hpp"
#include "bench/meter.hpp"
#include "howdah/types/types.hpp"

namespace bench::by_async {

awaitable<void> copyin(connection& c) {
    const auto n = operations(row_count);
    const auto rows = make_rows(n);
    const howdah::identifier tin{"tin"};
    co_await c.execute(empty_tin);
    meter m;
    auto in = co_await c.copy_in<row>(tin);
    co_await in.write_all(rows);
    co_await in.finish();
    m.stop();
    m.print(peer, "copyin", n, co_await c.fetch_one<double>(sum_of_tin));
}

awaitable<void> insert(connection& c) {
    const auto n = operations(insert_operations);
    const auto rows = make_rows(n);
    const howdah::identifier tin{"tin"};
    const howdah::column_names columns{"id", "v", "s"};
    co_await c.execute(empty_tin);
    meter m;
    (void)co_await c.insert_many(tin, columns, rows);
    m.stop();
    m.print(peer, "insert", n, co_await c.fetch_one<double>(sum_of_tin));
}

}  // namespace bench::by_async
