#pragma once

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/cluster/discovery.hpp"

namespace howdah::clustering {

/// A node as a source of discovery has it.
struct found_node {
    endpoint at;
    bool joins = true;  // else it only stays, where it is there

    friend bool operator==(const found_node&, const found_node&) = default;
};

/// What a cluster's nodes have to do with those that were found: no I/O, one answer after another.
class discovery_plan {
public:
    explicit discovery_plan(discovery::configured configured) noexcept : configured_{configured} {}

    struct changes {
        std::vector<endpoint> join;
        std::vector<std::string> leave;
    };
    /// `nodes` are the names of those that are there, `primary` is one of them or empty.
    changes compare(std::span<const found_node> found, std::span<const std::string> nodes, std::string_view primary);

private:
    bool is_gone(const std::string& name);

    discovery::configured configured_;
    std::set<std::string> joined_;                         // by what was found
    std::map<std::string, int, std::less<>> missing_for_;  // answers, one after another
};

}  // namespace howdah::clustering
