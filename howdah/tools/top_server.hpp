#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "howdah/blocking/connection.hpp"
#include "howdah/config/connection_config.hpp"

namespace howdah::tools {

/// What a server does, by pg_stat_activity and pg_stat_database.
class top_server {
public:
    /// Connects.
    explicit top_server(const connection_config& config);

    /// Lines for people. Rates are those since the last look. A connection that was lost is made anew.
    std::vector<std::string> look();

private:
    struct counters {
        std::int64_t commits, rollbacks, hits, reads, rows_read, rows_written, deadlocks, temporary_bytes;
    };

    blocking::connection db_;
    std::optional<counters> before_;
    std::chrono::steady_clock::time_point before_at_{};
};

}  // namespace howdah::tools
