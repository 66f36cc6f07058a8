#pragma once
// How costs grow: with connections, with threads, with what stands in a statement. See bench/scale, which draws it.

#include "howdah/config/connection_config.hpp"

namespace bench {

namespace by_async {
/// Point selects over `connections()` connections, dealt to `threads()` threads.
void throughput(const howdah::connection_config& config);
/// `connections()` connections that have answered once: their memory, and what they cost while nothing happens.
void idle(const howdah::connection_config& config);
}  // namespace by_async

namespace by_blocking {
/// Point selects over `connections()` connections, a thread each.
void throughput(const howdah::connection_config& config);
void idle(const howdah::connection_config& config);
/// The CPU time of a call over the number of its rows, columns, parameters, and of a pipeline over its depth.
void complexity(const howdah::connection_config& config);
}  // namespace by_blocking

/// HOWDAH_BENCH_CONNECTIONS and HOWDAH_BENCH_THREADS; by default one.
std::int64_t connections();
std::int64_t threads();

}  // namespace bench
