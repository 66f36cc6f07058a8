#include "howdah/sim/replay/copy_comparison.hpp"

#include <algorithm>

namespace howdah::sim {

bool copy_comparison::refill() {
    while (at_ == part_.size()) {
        const auto* next = recorded_.next();
        if (next == nullptr) return false;
        part_ = next->empty() ? std::string{} : next->front().data;
        at_ = 0;
    }
    return true;
}

void copy_comparison::add(bytes_view data) {
    while (!data.empty() && !differs_at_) {
        if (!refill()) {
            differs_at_ = position_;
            return;
        }
        const auto n = std::min(data.size(), part_.size() - at_);
        const auto expected = as_bytes(part_).subspan(at_, n);
        const auto [mine, theirs] =
            std::mismatch(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(n), expected.begin());
        if (theirs != expected.end()) {
            differs_at_ = position_ + static_cast<std::uint64_t>(mine - data.begin());
            return;
        }
        at_ += n;
        position_ += n;
        data = data.subspan(n);
    }
}

void copy_comparison::finish() {
    if (!differs_at_ && refill()) differs_at_ = position_;
}

}  // namespace howdah::sim
