// The hand-written floor of every workload: floor WORKLOAD HOST PORT USER PASSWORD DBNAME.

#include <algorithm>
#include <cstdio>
#include <exception>

#include "bench/floor/connection.hpp"
#include "bench/floor/received_rows.hpp"
#include "bench/meter.hpp"

namespace bench::floor {
namespace {

constexpr std::string_view peer = "floor";

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
    run(seq_warm_up);
    sums = {};
    m.start();
    run(n);
    m.stop();
    m.print(peer, "seq", n, sums);
}

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
    pipe(c, pipe_warm_up, how);
    meter m;
    const auto sums = pipe(c, n, how);
    m.stop();
    m.print(peer, name, n, sums);
}
void pipe_each(connection& c) { pipe(c, "pipe", syncs::each); }
void pipe_1sync(connection& c) { pipe(c, "pipe_1sync", syncs::batch); }

std::string select_all() { return parse("", all_rows) + bind() + execute() + sync(); }

void rows_stream(connection& c) {
    checksum sums;
    meter m;
    c.send(select_all());
    c.until_ready([&](point_row r) { r.add_to(sums); });
    m.stop();
    m.print(peer, "rows_stream", sums.rows, sums);
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

constexpr std::array<workload<connection>, 6> offered{{{"seq", seq},
                                                       {"pipe", pipe_each},
                                                       {"pipe_1sync", pipe_1sync},
                                                       {"rows_buf", rows_buf},
                                                       {"rows_typed", rows_typed},
                                                       {"rows_stream", rows_stream}}};

struct prepared_connection : connection {
    explicit prepared_connection(const arguments& to) : connection{to} {
        send(parse("p", point_select) + sync());
        until_ready();
    }
};

}  // namespace
}  // namespace bench::floor

int main(int argc, char** argv) try {
    using namespace bench;
    const arguments given{std::span{argv, static_cast<std::size_t>(argc)}.subspan(1)};
    return run_workload(floor::offered, given.workload, [&] { return floor::prepared_connection{given}; });
} catch (const std::exception& e) {
    std::fprintf(stderr, "floor: %s\n", e.what());
    return bench::failed;
}
