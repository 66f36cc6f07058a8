#include "bench/pool/figures.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>
#include <utility>

#include "bench/pool/ideal_queue.hpp"

namespace bench {
namespace {

double microseconds(duration d) { return std::chrono::duration<double, std::micro>(d).count(); }

duration quantile(std::vector<duration>& sample, double part) {
    if (sample.empty()) return {};
    const auto at = sample.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(sample.size() - 1));
    std::ranges::nth_element(sample, at);
    return *at;
}

}  // namespace

figures::figures(std::string_view workload, std::string_view driver)
    : line_{"{\"workload\":\"" + std::string{workload} + "\",\"driver\":\"" + std::string{driver} + '"'} {}

figures& figures::add(std::string_view name, double value) {
    std::array<char, 40> text{};
    (void)std::snprintf(text.data(), text.size(), "%.4g", value);
    line_.append(",\"").append(name).append("\":").append(text.data());
    return *this;
}

figures& figures::add(std::string_view name, std::vector<duration> sample) {
    constexpr std::array<std::pair<const char*, double>, 3> wanted{
        {{"_p50_us", 0.5}, {"_p99_us", 0.99}, {"_p999_us", 0.999}}};
    for (const auto& [suffix, part] : wanted) add(std::string{name} + suffix, microseconds(quantile(sample, part)));
    return *this;
}

void figures::print() const { std::printf("%s}\n", line_.c_str()); }

void add_uses(figures& to, std::vector<use> uses, std::size_t tasks, std::size_t connections) {
    std::ranges::sort(uses, {}, &use::got);
    std::vector<duration> waited, service;
    for (const auto& u : uses) {
        waited.push_back(u.got - u.asked);
        service.push_back(u.gave_back - u.got);
    }
    const auto busy = std::accumulate(service.begin(), service.end(), duration{});
    const auto begin = uses.front().got, end = std::ranges::max(uses, {}, &use::gave_back).gave_back;
    auto ideal = ideal_waits(service, tasks, connections);
    const auto ratio = microseconds(quantile(waited, 0.99)) / microseconds(quantile(ideal, 0.99));
    to.add("uses_a_second", static_cast<double>(uses.size()) / std::chrono::duration<double>(end - begin).count())
        .add("service", std::move(service))
        .add("wait", std::move(waited))
        .add("ideal_wait", std::move(ideal))
        .add("wait_over_ideal_p99", ratio)
        .add("utilisation", microseconds(busy) / (microseconds(end - begin) * static_cast<double>(connections)));
}

}  // namespace bench
