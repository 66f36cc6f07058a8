// What the meter asks for by name where the counter is preloaded.

#include "bench/allocation_counter.hpp"

extern "C" std::uint64_t howdah_bench_allocations() { return bench::allocations(); }
