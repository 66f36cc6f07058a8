#include "bench/meter.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <numeric>

namespace bench {
namespace {

counters read_counters() {
    using allocations = std::uint64_t (*)();
    using system_call = const char* (*)(std::size_t i, std::uint64_t* times);
    static const auto made = reinterpret_cast<allocations>(::dlsym(RTLD_DEFAULT, "howdah_bench_allocations"));
    static const auto called = reinterpret_cast<system_call>(::dlsym(RTLD_DEFAULT, "howdah_bench_system_call"));
    counters out{};
    if (made == nullptr || called == nullptr) return out;
    out[0] = {"allocations", made()};
    std::uint64_t times = 0;
    for (std::size_t i = 0; const char* name = called(i, &times); ++i) out.at(i + 1) = {name, times};
    return out;
}

double seconds(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; }

constexpr char resident[] = "VmRSS:", peak[] = "VmHWM:";  // ru_maxrss is inherited through exec
long memory_kb(std::string_view which) {
    std::ifstream status{"/proc/self/status"};
    for (std::string word; status >> word;) {
        if (word != which) continue;
        long kb = 0;
        status >> kb;
        return kb;
    }
    return 0;
}

std::string percentile_or_null(latencies& of, double p) {
    return of.empty() ? "null" : std::to_string(of.percentile(p));
}

}  // namespace

double latencies::sum_in_seconds() const noexcept { return std::accumulate(taken_.begin(), taken_.end(), 0.0) / 1e6; }

double latencies::percentile(double p) {
    const auto at = taken_.begin() + static_cast<std::ptrdiff_t>(p * static_cast<double>(taken_.size() - 1));
    std::nth_element(taken_.begin(), at, taken_.end());
    return *at;
}

meter::meter(std::int64_t operations) : latencies_{operations} { start(); }

// Callgrind counts from the call of one to that of the other: bench/count names them.
[[gnu::noinline]] void counting_begins() { asm volatile(""); }
[[gnu::noinline]] void counting_ends() { asm volatile(""); }

void meter::start() {
    latencies_.clear();
    resident_kb_ = memory_kb(resident);
    counted_ = read_counters();
    getrusage(RUSAGE_SELF, &usage_);
    started_ = clock::now();
    counting_begins();
}

void meter::stop() {
    counting_ends();
    const auto after = read_counters();
    wall_ = std::chrono::duration<double>(clock::now() - started_).count();
    rusage now{};
    getrusage(RUSAGE_SELF, &now);
    user_ = seconds(now.ru_utime) - seconds(usage_.ru_utime);
    system_ = seconds(now.ru_stime) - seconds(usage_.ru_stime);
    grown_kb_ = memory_kb(peak) - resident_kb_;
    for (std::size_t i = 0; i < after.size() && after.at(i).first != nullptr; ++i)
        also(after.at(i).first, static_cast<double>(after.at(i).second - counted_.at(i).second));
}

void meter::print(std::string_view peer, std::string_view workload, std::int64_t operations, double checksum) {
    std::printf("{\"peer\":\"%.*s\",\"workload\":\"%.*s\",\"ops\":%lld,\"wall_s\":%.6f,\"cpu_s\":%.6f,\"user_s\":%.6f,"
                "\"sys_s\":%.6f,\"rss_kb\":%ld,\"grown_kb\":%ld,\"p50_us\":%s,\"p99_us\":%s,\"checksum\":%.6f",
                static_cast<int>(peer.size()), peer.data(), static_cast<int>(workload.size()), workload.data(),
                static_cast<long long>(operations), wall_, user_ + system_, user_, system_, memory_kb(peak), grown_kb_,
                percentile_or_null(latencies_, 0.50).c_str(), percentile_or_null(latencies_, 0.99).c_str(), checksum);
    for (const auto& [name, value] : others_) std::printf(",\"%s\":%.6f", name.c_str(), value);
    std::printf("}\n");
}

}  // namespace bench
