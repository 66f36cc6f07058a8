#include "howdah/tools/copy_progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <utility>

namespace howdah::tools {
namespace {

using namespace std::chrono_literals;

std::string with_unit(double bytes) {
    constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    for (; bytes >= 1024 && unit + 1 < units.size(); ++unit) bytes /= 1024;
    std::array<char, 32> out{};
    std::snprintf(out.data(), out.size(), unit == 0 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
    return out.data();
}

std::string as_time(double seconds) {
    const auto all = std::llround(std::min(seconds, 359'999.0));
    std::array<char, 32> out{};
    if (all >= 3600) std::snprintf(out.data(), out.size(), "%lld:%02lld:%02lld", all / 3600, all / 60 % 60, all % 60);
    else std::snprintf(out.data(), out.size(), "%lld:%02lld", all / 60, all % 60);
    return out.data();
}

double seconds_of(std::chrono::steady_clock::duration time) { return std::chrono::duration<double>{time}.count(); }

}  // namespace

std::string grouped(std::uint64_t number) {
    auto out = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(out.size()) - 3; at > 0; at -= 3)
        out.insert(static_cast<std::size_t>(at), 1, ',');
    return out;
}

copy_progress::output copy_progress::output_for_standard_error() noexcept {
    return ::isatty(STDERR_FILENO) == 1 ? output::bar : output::lines;
}

copy_progress::copy_progress(output how, std::optional<std::uint64_t> total, copied before)
    : how_{how}, total_{total}, before_{before} {}

copy_progress::~copy_progress() {
    if (shown_) std::cerr << "\r\x1b[K";
}

std::string copy_progress::bar(std::uint64_t bytes) const {
    if (!total_ || *total_ == 0) return {};
    constexpr std::size_t width = 24;
    const double share = std::min(1.0, static_cast<double>(bytes) / static_cast<double>(*total_));
    const auto full = static_cast<std::size_t>(share * width);
    return '[' + std::string(full, '#') + std::string(width - full, '.') + "] " +
           std::to_string(std::lround(std::floor(share * 100))) + "%  ";
}

std::string copy_progress::line(copied all, clock::duration since) const {
    const double rate = static_cast<double>(all.bytes - before_.bytes) / std::max(seconds_of(since), 0.001);
    const auto rows = all.rows == 0 ? std::string{} : grouped(all.rows) + " rows  ";  // 0: not known yet
    std::string out = bar(all.bytes) + rows + with_unit(static_cast<double>(all.bytes)) + "  " + with_unit(rate) + "/s";
    if (total_ && rate > 0 && *total_ >= all.bytes)
        out += "  ETA " + as_time(static_cast<double>(*total_ - all.bytes) / rate);
    return out;
}

void copy_progress::report(copied all) {
    const auto pause = how_ == output::bar ? 200ms : 10'000ms;
    const auto now = clock::now();
    if (how_ == output::silent || now - told_ < pause) return;
    told_ = now;
    if (how_ == output::bar) std::cerr << '\r' << line(all, now - begun_) << "\x1b[K" << std::flush;
    else std::cerr << line(all, now - begun_) << '\n';
    shown_ = how_ == output::bar;
}

void copy_progress::finish(const char* verb, copied all) {
    if (how_ == output::silent) return;
    const auto since = clock::now() - begun_;
    std::array<char, 32> time{};
    std::snprintf(time.data(), time.size(), "%.1f s", seconds_of(since));
    if (std::exchange(shown_, false)) std::cerr << "\r\x1b[K";
    std::cerr << grouped(all.rows) << (all.rows == 1 ? " row " : " rows ") << verb << ", "
              << with_unit(static_cast<double>(all.bytes)) << " in " << time.data() << '\n';
}

}  // namespace howdah::tools
