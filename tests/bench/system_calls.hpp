#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace bench {

/// The system calls of a piece of work, by their number (<sys/syscall.h>).
using system_calls = std::map<std::uint64_t, std::int64_t>;

struct traced {
    system_calls calls;
    std::string failure;    // empty: the work was done
    bool permitted = true;  // false: the system lets no process trace another
};

/// Runs `work` in a child process and counts what it asks of the kernel, all of its threads included. What `work`
/// throws is the failure.
traced trace(const std::function<void()>& work);

/// What the longer run of two asked for more often.
system_calls difference(const system_calls& longer, const system_calls& shorter);

}  // namespace bench
