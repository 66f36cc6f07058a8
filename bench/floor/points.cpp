// Point selects, one after another and pipelined.

#include <algorithm>

#include "bench/floor/workloads.hpp"
#include "bench/meter.hpp"

namespace bench::floor {
namespace {

enum class syncs { each, batch };

// A sliding window: as soon as half of it is answered, as much again goes out in one write.
checksum pipe(connection& c, std::int64_t count, syncs how) {
    point_query query;
    std::string out;
    checksum sums;
    for (std::int64_t sent = 0, answered = 0; answered < count;) {
        if (sent - answered <= pipe_depth / 2 && sent < count) {
            out.clear();
            for (const auto until = std::min(count, answered + pipe_depth); sent < until; ++sent)
                out += how == syncs::each ? query.with(nth_id(sent)) : query.without_sync(nth_id(sent));
            if (how == syncs::batch) out += sync();
            c.send(out);
        }
        const auto m = c.next();
        if (m.tag == 'D') point_row{m.body}.add_to(sums);
        if (m.tag == 'C') ++answered;
    }
    while (c.next().tag != 'Z' || !c.drained()) {}
    return sums;
}

void pipe(connection& c, std::string_view name, syncs how) {
    const auto n = operations(pipe_operations);
    pipe(c, warm_up(pipe_warm_up, n), how);
    meter m;
    const auto sums = pipe(c, n, how);
    m.stop();
    m.print(peer, name, n, sums);
}

}  // namespace

void seq(connection& c) {
    const auto n = operations(seq_operations);
    point_query query;
    checksum sums;
    meter m{std::max(n, seq_warm_up)};
    const auto run = [&](std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) {
            const auto since = clock::now();
            c.send(query.with(nth_id(i)));
            c.until_ready([&](point_row r) { r.add_to(sums); });
            m.latency(since);
        }
    };
    run(warm_up(seq_warm_up, n));
    sums = {};
    m.start();
    run(n);
    m.stop();
    m.print(peer, "seq", n, sums);
}

void pipe(connection& c) { pipe(c, "pipe", syncs::each); }
void pipe_1sync(connection& c) { pipe(c, "pipe_1sync", syncs::batch); }

}  // namespace bench::floor
