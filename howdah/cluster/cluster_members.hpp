#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "howdah/base/secret_string.hpp"
#include "howdah/cluster/discovery.hpp"
#include "howdah/cluster/node.hpp"
#include "howdah/config/connection_config.hpp"
#include "howdah/config/conninfo.hpp"

namespace howdah {

/// Who is in a cluster, and what its callers have in common.
class cluster_members {
public:
    /// Nobody yet: see add().
    cluster_members() = default;
    /// Each host of the configuration is a node.
    cluster_members(const connection_config& hosts);  // NOLINT(google-explicit-constructor): a conninfo names nodes
    /// The same, read by parse_conninfo.
    template <std::convertible_to<std::string_view> T>
    cluster_members(const T& conninfo)  // NOLINT(google-explicit-constructor): a conninfo names nodes
        : cluster_members{parse_conninfo(std::string_view{conninfo})} {}

    /// One more node: the first host of the configuration.
    cluster_members& add(const connection_config& host, node_options options = {});
    /// Where the callers are: nodes of the same zone are preferred.
    cluster_members& near(std::string zone) {
        zone_ = std::move(zone);
        return *this;
    }
    /// Functions that write, by the names under which they are called: a SELECT that calls one goes to the primary at once.
    cluster_members& writing_functions(std::vector<std::string> names);
    /// Looks for nodes that nobody has named, as long as the cluster lives. At least one node is to be named.
    cluster_members& discover(discovery how) {
        discovery_ = std::move(how);
        return *this;
    }
    /// Signs session tokens; processes that share it read each other's. At least 16 bytes; else each has its own.
    cluster_members& token_key(secret_string key) {
        key_ = std::move(key);
        return *this;
    }

    /// What a conninfo has said of the reads' way, in place of what the options say.
    routing routing_of(routing options) const noexcept {
        options.from = from_.value_or(options.from);
        options.by = by_.value_or(options.by);
        return options;
    }

    struct member {
        connection_config config;  // with one host
        node_options options;
    };
    const std::vector<member>& nodes() const noexcept { return nodes_; }
    const std::string& zone() const noexcept { return zone_; }
    const std::vector<std::string>& functions() const noexcept { return functions_; }
    const secret_string& key() const noexcept { return key_; }
    const std::optional<discovery>& discovers() const noexcept { return discovery_; }

private:
    std::vector<member> nodes_;
    std::optional<read_from> from_;
    std::optional<balance> by_;
    std::string zone_;
    std::vector<std::string> functions_;  // in lower case
    secret_string key_;
    std::optional<discovery> discovery_;
};

namespace clustering {

/// The configuration of one host of several.
connection_config only_host(const connection_config& all, std::size_t index);

/// How a monitor connects: it gives up as soon as a probe does.
connection_config for_probes(connection_config config, std::chrono::milliseconds timeout);

/// One of the names is called in the text. Names are in lower case.
bool calls_any(std::string_view sql, const std::vector<std::string>& names) noexcept;

}  // namespace clustering
}  // namespace howdah
