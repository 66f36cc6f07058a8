#include "howdah/cluster/cluster_options.hpp"

#include <string>

#include "howdah/base/error.hpp"

namespace howdah {
namespace {

void require(bool holds, const char* option, const std::string& why) {
    if (!holds) throw error{errc::invalid_option, "cluster_options." + std::string{option} + ": " + why};
}

}  // namespace

void cluster_options::validate() const {
    require(reads.max_lag.count() >= 0, "reads.max_lag", "is negative");
    require(node_timeout.count() >= 0, "node_timeout", "is negative");
    require(replay_timeout.count() >= 0, "replay_timeout", "is negative");
    require(probe_interval.count() > 0, "probe_interval", "must be positive");
    require(search_interval.count() > 0, "search_interval", "must be positive");
    require(probe_timeout.count() > 0, "probe_timeout", "must be positive");
    require(poll_interval.count() > 0, "poll_interval", "must be positive");
    require(failures_to_break > 0, "failures_to_break", "must be positive");
    require(first_break.count() > 0, "first_break", "must be positive");
    require(longest_break >= first_break, "longest_break", "is under first_break");
    pool.validate();
}

}  // namespace howdah
