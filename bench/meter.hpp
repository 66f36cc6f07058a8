#pragma once

#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "bench/workload.hpp"

namespace bench {

using clock = std::chrono::steady_clock;

/// Measures this process from start() to stop(), and prints one line of JSON.
class meter {
public:
    /// Room for the latencies of `operations`, so that taking them allocates nothing. Starts.
    explicit meter(std::int64_t operations = 0);

    void start();
    void latency(clock::time_point since) {
        latencies_.push_back(std::chrono::duration<float, std::micro>(clock::now() - since).count());
    }
    void stop();

    /// {"peer","workload","ops","wall_s","cpu_s","user_s","sys_s","rss_kb","p50_us","p99_us","checksum"}; the latencies
    /// are null where none were taken.
    void print(std::string_view peer, std::string_view workload, std::int64_t operations, const checksum& sums);

private:
    clock::time_point started_;
    rusage usage_{};
    double wall_ = 0, user_ = 0, system_ = 0;
    std::vector<float> latencies_;
};

}  // namespace bench
