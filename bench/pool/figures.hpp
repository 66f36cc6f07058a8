#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

using clock = std::chrono::steady_clock;
using duration = clock::duration;

/// One use of a connection of a pool.
struct use {
    clock::time_point asked, got{}, gave_back{};
};

/// What is printed: a line of JSON.
class figures {
public:
    figures(std::string_view workload, std::string_view driver);
    figures& add(std::string_view name, double value);
    /// "NAME_p50_us", "NAME_p99_us" and "NAME_p999_us".
    figures& add(std::string_view name, std::vector<duration> sample);
    void print() const;

private:
    std::string line_;
};

/// Of uses on so many connections by so many tasks: what they waited for, beside the ideal queue, and how busy the
/// connections were.
void add_uses(figures& to, std::vector<use> uses, std::size_t tasks, std::size_t connections);

}  // namespace bench
