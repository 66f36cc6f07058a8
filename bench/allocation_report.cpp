// What the preloaded counter says when the process ends: one line on standard error.

#include <cstdio>

#include "bench/allocation_counter.hpp"

namespace {

struct report {
    report() = default;
    report(const report&) = delete;
    report& operator=(const report&) = delete;
    ~report() { std::fprintf(stderr, "allocations %llu\n", static_cast<unsigned long long>(bench::allocations())); }
};
const report at_exit;

}  // namespace
