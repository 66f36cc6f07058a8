#pragma once

#include <chrono>

#include "howdah/cluster/cluster_options.hpp"
#include "howdah/cluster/routed_call.hpp"

namespace howdah::clustering {

/// When a node's monitor asks it next. It is asked sooner where calls wait for what it says, and never so often that
/// asking is its work.
class probe_schedule {
public:
    void began(clock::time_point now) noexcept {
        began_ = now;
        urgency_ = urgency::none;
    }
    /// True: due() is earlier now.
    bool hurry(enum urgency how) noexcept {
        if (how <= urgency_) return false;
        urgency_ = how;
        return true;
    }
    /// `usual` is the interval without hurry.
    clock::time_point due(const cluster_options& options, clock::duration usual) const noexcept {
        switch (urgency_) {
            case urgency::none: return began_ + usual;
            case urgency::search: return began_ + std::min<clock::duration>(usual, options.search_interval);
            case urgency::poll: return began_ + std::min<clock::duration>(usual, options.poll_interval);
        }
        return began_ + usual;
    }

private:
    clock::time_point began_ = clock::time_point::min() + std::chrono::hours{1};  // long ago
    enum urgency urgency_ = urgency::none;
};

}  // namespace howdah::clustering
