#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "howdah/base/error.hpp"

namespace howdah {

/// What a pool has and does at one moment.
struct pool_status {
    std::uint32_t size = 0;             // connections that are open, whatever they do
    std::uint32_t idle = 0;             // ready for a caller
    std::uint32_t in_use = 0;           // with a caller
    std::uint32_t connecting = 0;       // not open yet
    std::uint32_t waiting = 0;          // callers without a connection
    std::uint32_t limit = 0;            // max_connections, or fewer while the server has no slots left
    std::uint64_t acquired = 0;         // so far
    std::uint64_t opened = 0;           // so far
    std::uint64_t broken = 0;           // connections that were lost, so far
    std::optional<error> last_error{};  // of an attempt to connect, or of a connection that was lost
    std::chrono::system_clock::time_point last_error_at{};
    std::chrono::system_clock::time_point since{};  // when the pool was made
};

}  // namespace howdah
