#pragma once

#include <atomic>

#include "howdah/observe/observer.hpp"

namespace howdah::test {

/// What clusters tell, from whatever thread.
struct counted_events final : observer {
    void on(const reroute_event&) override { ++reroutes; }
    void on(const failover_event&) override { ++failovers; }
    void on(const primary_conflict_event&) override { ++conflicts; }
    std::atomic<int> reroutes = 0, failovers = 0, conflicts = 0;
};

}  // namespace howdah::test
