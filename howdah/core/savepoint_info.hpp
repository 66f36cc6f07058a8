#pragma once

#include <chrono>
#include <string>

namespace howdah {

/// A savepoint that is neither released nor rolled back.
struct savepoint_info {
    std::string name;
    std::chrono::system_clock::time_point created_at;
};

}  // namespace howdah
