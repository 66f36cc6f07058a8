#pragma once
// The async driver's workloads, by the names of bench/README.md, as by_blocking has them.

#include <cstdint>
#include <functional>
#include <string_view>

#include "howdah/async/async.hpp"
#include "howdah/config/connection_config.hpp"

namespace bench::by_async {

using howdah::awaitable;
using howdah::connection;
using howdah::connection_config;

inline constexpr std::string_view peer = "howdah-async";

awaitable<void> seq(connection& c);
/// The same with an observer that does nothing, and with one that keeps metrics.
awaitable<void> seq_observed(const connection_config& config);
awaitable<void> seq_metrics(const connection_config& config);
/// Tasks that share one connection, each with a query of its own.
awaitable<void> pipe(connection& c);
/// The same as `pipeline`s, one after another, with a Sync each.
awaitable<void> pipe_1sync(connection& c);

awaitable<void> rows_buf(connection& c);
awaitable<void> rows_typed(connection& c);
awaitable<void> rows_stream(connection& c);
awaitable<void> memory_over_rows(connection& c);
awaitable<void> copyout(connection& c);
awaitable<void> copyout_dec(connection& c);

awaitable<void> copyin(connection& c);
awaitable<void> insert(connection& c);

awaitable<void> pool(const connection_config& config);
awaitable<void> pool_acquire(const connection_config& config);
awaitable<void> connect(const connection_config& config);
awaitable<void> connect_cached(const connection_config& config);
awaitable<void> notify(const connection_config& config);

/// Starts `count` tasks, and waits for all; throws what one of them has thrown.
awaitable<void> run_tasks(std::int64_t count, const std::function<awaitable<void>()>& task);

}  // namespace bench::by_async
