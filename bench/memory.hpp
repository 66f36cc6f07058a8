#pragma once

#include <cstdint>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

namespace bench {

// Ten times t, without a place where the server would keep them.
inline constexpr char ten_times_all_rows[] = "select id, v, s from t, generate_series(1, 10)";
inline constexpr std::int64_t rows_between_samples = 50'000;

/// Of this process, now; allocates nothing.
long resident_kb() noexcept;

/// How much memory the process has while rows go by.
class memory_over_rows {
public:
    memory_over_rows() { samples_.reserve(1024); }

    void row() {
        if (rows_++ % rows_between_samples == 0) sample();
    }
    /// {"peer","workload":"memory_over_rows","samples":[[rows, kB], ...]}
    void print(std::string_view peer) {
        sample();
        std::printf("{\"peer\":\"%.*s\",\"workload\":\"memory_over_rows\",\"samples\":[", static_cast<int>(peer.size()),
                    peer.data());
        const char* between = "";
        for (const auto& [rows, kb] : samples_) {
            std::printf("%s[%lld,%ld]", between, static_cast<long long>(rows), kb);
            between = ",";
        }
        std::printf("]}\n");
    }

private:
    void sample() { samples_.emplace_back(rows_, resident_kb()); }

    std::int64_t rows_ = 0;
    std::vector<std::pair<std::int64_t, long>> samples_;
};

}  // namespace bench
