#pragma once

#include <string_view>
#include <vector>

#include "howdah/cluster/discovery_plan.hpp"

namespace howdah::clustering {

/// The members in an answer to GET /cluster of Patroni's REST API.
/// Throws errc::protocol_violation for what is no such answer, or names no member at all.
std::vector<found_node> read_patroni_members(std::string_view answer);

}  // namespace howdah::clustering
