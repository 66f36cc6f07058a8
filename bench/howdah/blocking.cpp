#include <algorithm>
#include <string_view>

#include "bench/howdah/inserts.hpp"
#include "bench/howdah/peer.hpp"
#include "bench/meter.hpp"
#include "howdah/blocking/connection.hpp"
#include "howdah/types/types.hpp"

namespace bench {
namespace {

using howdah::blocking::connection;
constexpr std::string_view peer = "howdah-blocking";

void seq(connection& c) {
    const auto n = operations(seq_operations);
    checksum sums;
    meter m{std::max(n, seq_warm_up)};
    const auto run = [&](std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) {
            const auto since = clock::now();
            sums.add(c.fetch_one<row>(point_select, nth_id(i)));
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

void batch(connection& c, std::int64_t from, std::int64_t until, checksum& sums) {
    howdah::pipeline steps;
    std::vector<howdah::pipeline_step<howdah::core::one_row<row>>> places;
    places.reserve(static_cast<std::size_t>(until - from));
    for (auto i = from; i < until; ++i) places.push_back(steps.fetch_one<row>(point_select, nth_id(i)));
    c.run(steps);
    for (const auto place : places) sums.add(steps.take(place));
}

// One batch after another: a caller that blocks has nothing else to send meanwhile.
checksum batches(connection& c, std::int64_t count) {
    checksum sums;
    for (std::int64_t i = 0; i < count; i += pipe_depth) batch(c, i, std::min(count, i + pipe_depth), sums);
    return sums;
}

void pipe_1sync(connection& c) {
    const auto n = operations(pipe_operations);
    batches(c, pipe_warm_up);
    meter m;
    const auto sums = batches(c, n);
    m.stop();
    m.print(peer, "pipe_1sync", n, sums);
}

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

void copy_in(connection& c) {
    const auto n = operations(row_count);
    const auto rows = rows_to_copy();
    c.execute(create_sink);
    meter m;
    auto in = c.copy_in<row>(howdah::identifier{"sink"}, {"id", "v", "s"});
    for (std::int64_t left = n; left > 0; left -= static_cast<std::int64_t>(rows.size()))
        for (std::size_t i = 0; i < rows.size() && static_cast<std::int64_t>(i) < left; ++i) in.write(rows[i]);
    in.finish();
    m.stop();
    const auto sum = c.fetch_one<row>(sum_of_sink);
    m.print(peer, "copy_in", n, checksum::of_sink(sum.id, sum.v));
}

void copy_out(connection& c) {
    checksum sums;
    meter m;
    auto out = c.copy_out<row>(howdah::identifier{"t"});
    out.for_each([&](const row& r) { sums.add(r); });
    m.stop();
    m.print(peer, "copy_out", sums.rows, sums);
}

constexpr std::array<workload<connection>, 11> offered{{{"seq", seq},
                                                        {"pipe_1sync", pipe_1sync},
                                                        {"rows_buf", rows_buf},
                                                        {"rows_typed", rows_typed},
                                                        {"copy_in", copy_in},
                                                        {"copy_out", copy_out},
                                                        {"insert_pipe", insert_one_by_one},
                                                        {"insert_rows", insert_by_pipeline},
                                                        {"insert_unnest", insert_by_unnest},
                                                        {"insert_copy", insert_by_copy},
                                                        {"insert_many", insert_as_is_best}}};

}  // namespace

exit_status run_blocking(const arguments& given, const howdah::connection_config& config) {
    return run_workload(offered, given.workload, [&] { return connection{config}; });
}

}  // namespace bench
