#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "howdah/blocking/connection.hpp"

namespace howdah::ops {

/// A process that waits for a lock, and one of those that hold it.
struct lock_wait {
    std::int32_t process_id;
    std::int64_t waited;  // microseconds, since its statement began
    std::string lock, statement;
    std::int32_t blocker;
    std::string blocker_application, blocker_user, blocker_state, blocker_statement;
};

/// Which of these processes wait for locks, the longest first, 100 at most.
std::vector<lock_wait> lock_waits_of(blocking::connection& db, const std::vector<std::int32_t>& processes,
                                     std::chrono::milliseconds patience);

/// Which of these are processes of the server.
std::vector<std::int32_t> living(blocking::connection& db, const std::vector<std::int32_t>& processes,
                                 std::chrono::milliseconds patience);

}  // namespace howdah::ops
