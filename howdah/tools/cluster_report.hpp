#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "howdah/cluster/node.hpp"

namespace howdah::tools {

/// The last probes' round trips of each node, for a line of bars.
class cluster_history {
public:
    void add(const std::vector<node_status>& nodes);
    /// One bar a look, the newest at the right; a gap where there was no answer.
    std::string bars_of(const std::string& node) const;

private:
    std::map<std::string, std::deque<std::optional<std::chrono::microseconds>>> round_trips_;
};

/// A table, a line a node; with bars, where there is a history.
void write_text(std::ostream& out, const std::vector<node_status>& nodes, const cluster_history* history);

/// {"nodes":[{"name","role","lag_bytes","lag_ms",...}]} on one line; what is not known is null.
void write_json(std::ostream& out, const std::vector<node_status>& nodes);

}  // namespace howdah::tools
