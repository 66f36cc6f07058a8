#pragma once

#include <sys/resource.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/workload.hpp"

namespace bench {

using clock = std::chrono::steady_clock;

/// How long each of many operations took, in microseconds.
class latencies {
public:
    /// Room for so many, so that taking them allocates nothing.
    explicit latencies(std::int64_t operations = 0) { taken_.reserve(static_cast<std::size_t>(operations)); }

    void add(clock::duration d) { taken_.push_back(std::chrono::duration<float, std::micro>(d).count()); }
    void add(const latencies& other) { taken_.insert(taken_.end(), other.taken_.begin(), other.taken_.end()); }
    void clear() noexcept { taken_.clear(); }
    bool empty() const noexcept { return taken_.empty(); }
    double sum_in_seconds() const noexcept;
    /// Of at least one; `p` in [0, 1].
    double percentile(double p);

private:
    std::vector<float> taken_;
};

/// What bench/count's preloaded counters have counted so far, by name; all null where there are none. No allocation.
using counters = std::array<std::pair<const char*, std::uint64_t>, 12>;

/// Measures this process from start() to stop(), and prints one line of JSON.
class meter {
public:
    /// Room for the latencies of `operations`. Starts.
    explicit meter(std::int64_t operations = 0);

    void start();
    void stop();

    void latency(clock::time_point since) { latencies_.add(clock::now() - since); }
    void latency(const latencies& of_a_thread) { latencies_.add(of_a_thread); }
    double wall_seconds() const noexcept { return wall_; }
    double cpu_seconds() const noexcept { return user_ + system_; }
    /// One more figure for the line.
    void also(std::string name, double value) { others_.emplace_back(std::move(name), value); }

    /// {"peer","workload","ops","wall_s","cpu_s","user_s","sys_s","rss_kb","grown_kb","p50_us","p99_us","checksum"}, and what else
    /// is known: what bench/count's counters have counted. The latencies are null where none were taken.
    void print(std::string_view peer, std::string_view workload, std::int64_t operations, double checksum);
    void print(std::string_view peer, std::string_view workload, std::int64_t operations, const checksum& sums) {
        print(peer, workload, operations, sums.total());
    }

private:
    clock::time_point started_;
    rusage usage_{};
    counters counted_;  // before
    double wall_ = 0, user_ = 0, system_ = 0;
    long resident_kb_ = 0, grown_kb_ = 0;
    latencies latencies_;
    std::vector<std::pair<std::string, double>> others_;
};

}  // namespace bench
