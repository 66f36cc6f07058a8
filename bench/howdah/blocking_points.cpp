#include <algorithm>
#include <memory>

#include "bench/howdah/blocking.hpp"
#include "bench/howdah/observers.hpp"
#include "bench/meter.hpp"
#include "howdah/types/types.hpp"

namespace bench::by_blocking {
namespace {

enum class syncs { each, batch };

void batch(connection& c, std::int64_t from, std::int64_t until, syncs how, checksum& sums) {
    howdah::pipeline steps;
    std::vector<howdah::pipeline_step<howdah::core::one_row<row>>> places;
    places.reserve(static_cast<std::size_t>(until - from));
    for (auto i = from; i < until; ++i) {
        places.push_back(steps.fetch_one<row>(point_select, nth_id(i)));
        if (how == syncs::each) steps.sync();
    }
    c.run(steps);
    for (const auto place : places) sums.add(steps.take(place));
}

checksum batches(connection& c, std::int64_t count, syncs how) {
    checksum sums;
    for (std::int64_t i = 0; i < count; i += pipe_depth) batch(c, i, std::min(count, i + pipe_depth), how, sums);
    return sums;
}

void pipe(connection& c, std::string_view name, syncs how) {
    const auto n = operations(pipe_operations);
    batches(c, warm_up(pipe_warm_up, n), how);
    meter m;
    const auto sums = batches(c, n, how);
    m.stop();
    m.print(peer, name, n, sums);
}

void seq(connection& c, std::string_view name) {
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
    run(warm_up(seq_warm_up, n));
    sums = {};
    m.start();
    run(n);
    m.stop();
    m.print(peer, name, n, sums);
}

void seq_to(const connection_config& config, const std::shared_ptr<howdah::observer>& watcher, std::string_view name) {
    connection c{config, watcher};
    seq(c, name);
}

}  // namespace

void seq(connection& c) { seq(c, "seq"); }
void seq_observed(const connection_config& config) { seq_to(config, deaf_observer(), "seq_observed"); }
void seq_metrics(const connection_config& config) { seq_to(config, metrics_observer(), "seq_metrics"); }

void pipe(connection& c) { pipe(c, "pipe", syncs::each); }
void pipe_1sync(connection& c) { pipe(c, "pipe_1sync", syncs::batch); }

}  // namespace bench::by_blocking
