#include "howdah/cluster/primary_history.hpp"

#include <algorithm>
#include <span>

namespace howdah::clustering {

void primary_history::add(lsn position, clock::time_point now) noexcept {
    if (size_ != 0 && position <= last()) return;
    if (size_ == samples_.size()) drop_one(now);
    samples_[size_++] = {position, now};
}

// The one that is missed least: the gap that it leaves is small for its age. The oldest stays.
void primary_history::drop_one(clock::time_point now) noexcept {
    const auto cost = [&](std::size_t i) {
        const std::chrono::duration<double> gap = samples_[i + 1].at - samples_[i - 1].at, age = now - samples_[i].at;
        return gap / age;
    };
    std::size_t least = 1;
    for (std::size_t i = 2; i + 1 < size_; ++i)
        if (cost(i) < cost(least)) least = i;
    std::ranges::copy(std::span{samples_}.first(size_).subspan(least + 1),
                      samples_.begin() + static_cast<std::ptrdiff_t>(least));
    --size_;
}

clock::duration primary_history::lag(lsn replayed, clock::time_point when) const noexcept {
    const auto known = std::span{samples_}.first(size_);
    const auto first_ahead = std::ranges::upper_bound(known, replayed, {}, &sample::position);
    if (first_ahead == known.end()) return {};
    return std::max(when - first_ahead->at, clock::duration{});
}

}  // namespace howdah::clustering
