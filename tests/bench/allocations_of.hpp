#pragma once

#include <cstdint>

#include "bench/allocation_counter.hpp"
#include "howdah/async/awaitable.hpp"

namespace bench {

inline constexpr int warm_up = 100, counted_runs = 1000;

/// Allocations of `counted_runs` runs, after those that fill the caches.
template <class Work>
std::uint64_t allocations_of(Work work) {
    for (std::int32_t i = 0; i < warm_up; ++i) work(i);
    const auto before = allocations();
    for (std::int32_t i = 0; i < counted_runs; ++i) work(i);
    return allocations() - before;
}

/// The same for calls that are awaited one after another: `call(i)` gives an awaitable.
template <class Call>
howdah::awaitable<void> count_awaiting(std::uint64_t& made, Call call) {
    for (std::int32_t i = 0; i < warm_up; ++i) (void)co_await call(i);
    const auto before = allocations();
    for (std::int32_t i = 0; i < counted_runs; ++i) (void)co_await call(i);
    made = allocations() - before;
}

}  // namespace bench
