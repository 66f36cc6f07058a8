#include <algorithm>
#include <memory>
#include <utility>

#include "bench/howdah/async.hpp"
#include "bench/howdah/observers.hpp"
#include "bench/meter.hpp"
#include "howdah/types/types.hpp"

namespace bench::by_async {
namespace {

awaitable<void> selects(connection& c, std::int64_t count, meter& m, checksum& sums) {
    for (std::int64_t i = 0; i < count; ++i) {
        const auto since = clock::now();
        const auto r = co_await c.fetch_one<row>(point_select, nth_id(i));
        sums.add(r);
        m.latency(since);
    }
}

/// One of the tasks that share a connection; it takes the next query as soon as its last is answered.
awaitable<void> selects_of_a_task(connection& c, std::int64_t& next, std::int64_t count, checksum& sums) {
    while (next < count) {
        const auto id = nth_id(next++);
        const auto r = co_await c.fetch_one<row>(point_select, id);
        sums.add(r);
    }
}

awaitable<checksum> by_tasks(connection& c, std::int64_t count) {
    checksum sums;
    std::int64_t next = 0;
    const std::function<awaitable<void>()> task = [&] { return selects_of_a_task(c, next, count, sums); };
    co_await run_tasks(pipe_depth, task);
    co_return sums;
}

awaitable<checksum> by_pipelines(connection& c, std::int64_t count) {
    checksum sums;
    for (std::int64_t i = 0; i < count;) {
        howdah::pipeline steps;
        std::vector<howdah::pipeline_step<howdah::core::one_row<row>>> places;
        places.reserve(static_cast<std::size_t>(pipe_depth));
        for (const auto until = std::min(count, i + pipe_depth); i < until; ++i)
            places.push_back(steps.fetch_one<row>(point_select, nth_id(i)));
        co_await c.run(steps);
        for (const auto place : places) sums.add(steps.take(place));
    }
    co_return sums;
}

awaitable<void> pipe(connection& c, std::string_view name, awaitable<checksum> (*run)(connection&, std::int64_t)) {
    const auto n = operations(pipe_operations);
    co_await run(c, warm_up(pipe_warm_up, n));
    meter m;
    const auto sums = co_await run(c, n);
    m.stop();
    m.print(peer, name, n, sums);
}

awaitable<void> seq(connection& c, std::string_view name) {
    const auto n = operations(seq_operations);
    checksum sums;
    meter m{std::max(n, seq_warm_up)};
    co_await selects(c, warm_up(seq_warm_up, n), m, sums);
    sums = {};
    m.start();
    co_await selects(c, n, m, sums);
    m.stop();
    m.print(peer, name, n, sums);
}

awaitable<void> seq_to(const connection_config& config, std::shared_ptr<howdah::observer> watcher,
                       std::string_view name) {
    auto c = co_await howdah::connect(config, std::move(watcher));
    co_await seq(c, name);
}

}  // namespace

awaitable<void> seq(connection& c) { return seq(c, "seq"); }
awaitable<void> seq_observed(const connection_config& config) {
    return seq_to(config, deaf_observer(), "seq_observed");
}
awaitable<void> seq_metrics(const connection_config& config) {
    return seq_to(config, metrics_observer(), "seq_metrics");
}
awaitable<void> pipe(connection& c) { return pipe(c, "pipe", by_tasks); }
awaitable<void> pipe_1sync(connection& c) { return pipe(c, "pipe_1sync", by_pipelines); }

}  // namespace bench::by_async
