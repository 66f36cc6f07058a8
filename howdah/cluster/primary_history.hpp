#pragma once

#include <array>
#include <chrono>
#include <cstddef>

#include "howdah/types/identifiers.hpp"

namespace howdah::clustering {

using clock = std::chrono::steady_clock;

/// When the primary's log had come how far, as its monitor saw it. So a replica's lag in time is measured by one clock,
/// and an idle primary is no lag.
class primary_history {
public:
    void add(lsn position, clock::time_point now) noexcept;
    void clear() noexcept { size_ = 0; }
    bool empty() const noexcept { return size_ == 0; }
    /// How far it has come.
    lsn last() const noexcept { return size_ == 0 ? lsn{} : samples_[size_ - 1].position; }
    /// How long ago, at `when`, the primary had more than what a replica had replayed then.
    clock::duration lag(lsn replayed, clock::time_point when) const noexcept;

private:
    struct sample {
        lsn position;
        clock::time_point at;
    };
    void drop_one(clock::time_point now) noexcept;

    std::array<sample, 128> samples_{};  // in order; older ones stand further apart
    std::size_t size_ = 0;
};

}  // namespace howdah::clustering
