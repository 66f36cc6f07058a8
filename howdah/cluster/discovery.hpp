#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "howdah/config/connection_config.hpp"

namespace howdah {

/// A replica that streams from the primary, as pg_stat_replication has it.
struct streaming_replica {
    std::string application_name;  // of its walreceiver: cluster_name, or what its primary_conninfo says
    std::string client_address;    // empty: it came by a unix socket
};

/// How a cluster learns of nodes that nobody has told it of: see cluster_members::discover(). A node that is found joins
/// under "host:port", with all else as the first configured node has it; one that was found, and is then missing in two
/// answers one after another, leaves. The primary never leaves, nor does the last node. Whatever goes wrong is told to the
/// observer as a warning_event, and changes nothing.
///
/// A cluster knows nodes by their names: where the configuration says "db2" and the source "10.0.0.2" they are two. Name
/// them alike, or give a function that does.
class discovery {
public:
    /// Where a replica takes connections; nullopt: it is not to be asked.
    using place_of = std::function<std::optional<endpoint>(const streaming_replica&)>;

    /// Asks the primary for the replicas that stream from it. Without a function they are at their client address, with
    /// the port of the first configured node. Only a member of pg_monitor (or pg_read_all_stats) is told. The function is
    /// called by a thread of the cluster.
    static discovery by_replication(place_of where = {});
    /// Asks Patroni's REST endpoints ("http://db1:8008"), each in turn until one answers: GET /cluster. A member joins when
    /// it runs, and leaves with its key. Replicas with the tag noloadbalance are left out. Without TLS.
    /// Throws invalid_option for what is no such endpoint.
    static discovery by_patroni(const std::vector<std::string>& endpoints);

    discovery& every(std::chrono::milliseconds interval);
    /// How long one answer may take, the connect included.
    discovery& timeout(std::chrono::milliseconds limit);

    /// Whether a node that was configured leaves like those that were found.
    enum class configured : std::uint8_t { stays, may_leave };
    discovery& with(configured nodes) noexcept {
        configured_ = nodes;
        return *this;
    }

    // What the cluster reads.

    enum class source : std::uint8_t { replication, patroni };
    source from() const noexcept { return from_; }
    const place_of& where() const noexcept { return where_; }
    const std::vector<endpoint>& endpoints() const noexcept { return endpoints_; }
    std::chrono::milliseconds interval() const noexcept { return interval_; }
    std::chrono::milliseconds limit() const noexcept { return limit_; }
    configured configured_nodes() const noexcept { return configured_; }

private:
    explicit discovery(source from) noexcept : from_{from} {}

    source from_;
    place_of where_;
    std::vector<endpoint> endpoints_;
    std::chrono::milliseconds interval_{5'000}, limit_{2'000};
    configured configured_ = configured::stays;
};

}  // namespace howdah
