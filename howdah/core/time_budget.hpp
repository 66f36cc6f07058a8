#pragma once

#include <algorithm>
#include <chrono>

#include "howdah/core/operation.hpp"

namespace howdah::core {

/// One call's time, where it takes several operations, one after another.
class time_budget {
public:
    explicit time_budget(const call_options& options) noexcept : options_{options} {}

    /// What the next operation is to be given.
    const call_options& left() noexcept {
        using std::chrono::milliseconds;
        if (deadline_ != clock::time_point::max()) {
            const auto rest = std::chrono::ceil<milliseconds>(deadline_ - clock::now());
            options_.timeout = std::max(rest, milliseconds{1});  // zero would be: as long as it likes
        }
        return options_;
    }
    /// The first one knows the deadline.
    void spend(const operation& op) noexcept {
        if (deadline_ == clock::time_point::max()) deadline_ = op.deadline();
    }

private:
    call_options options_;
    clock::time_point deadline_ = clock::time_point::max();
};

}  // namespace howdah::core
