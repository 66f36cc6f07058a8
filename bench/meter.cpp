#include "bench/meter.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>

namespace bench {
namespace {

double seconds(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; }

// VmHWM, because ru_maxrss is inherited through exec.
long peak_memory_kb() {
    std::ifstream status{"/proc/self/status"};
    for (std::string word; status >> word;) {
        if (word != "VmHWM:") continue;
        long kb = 0;
        status >> kb;
        return kb;
    }
    return 0;
}

std::string percentile(std::vector<float>& latencies, double p) {
    if (latencies.empty()) return "null";
    const auto at = latencies.begin() + static_cast<std::ptrdiff_t>(p * static_cast<double>(latencies.size() - 1));
    std::nth_element(latencies.begin(), at, latencies.end());
    return std::to_string(*at);
}

}  // namespace

meter::meter(std::int64_t operations) {
    latencies_.reserve(static_cast<std::size_t>(operations));
    start();
}

void meter::start() {
    latencies_.clear();
    getrusage(RUSAGE_SELF, &usage_);
    started_ = clock::now();
}

void meter::stop() {
    wall_ = std::chrono::duration<double>(clock::now() - started_).count();
    rusage now{};
    getrusage(RUSAGE_SELF, &now);
    user_ = seconds(now.ru_utime) - seconds(usage_.ru_utime);
    system_ = seconds(now.ru_stime) - seconds(usage_.ru_stime);
}

void meter::print(std::string_view peer, std::string_view workload, std::int64_t operations, const checksum& sums) {
    std::printf("{\"peer\":\"%.*s\",\"workload\":\"%.*s\",\"ops\":%lld,\"wall_s\":%.6f,\"cpu_s\":%.6f,\"user_s\":%.6f,"
                "\"sys_s\":%.6f,\"rss_kb\":%ld,\"p50_us\":%s,\"p99_us\":%s,\"checksum\":%.6f}\n",
                static_cast<int>(peer.size()), peer.data(), static_cast<int>(workload.size()), workload.data(),
                static_cast<long long>(operations), wall_, user_ + system_, user_, system_, peak_memory_kb(),
                percentile(latencies_, 0.50).c_str(), percentile(latencies_, 0.99).c_str(), sums.total());
}

}  // namespace bench
