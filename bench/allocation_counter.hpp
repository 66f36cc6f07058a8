#pragma once
// Counts what a process takes from the heap. Linked into a program, or preloaded into one, it stands before glibc's
// malloc, calloc, realloc, aligned_alloc, memalign and posix_memalign; operator new goes through them.

#include <cstdint>

namespace bench {

/// Allocations so far, those of every thread; realloc counts as one, free as none.
std::uint64_t allocations() noexcept;

}  // namespace bench
