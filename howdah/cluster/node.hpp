#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "howdah/base/error.hpp"
#include "howdah/cluster/circuit_breaker.hpp"
#include "howdah/observe/observer.hpp"
#include "howdah/types/identifiers.hpp"

namespace howdah {

/// What a node of a cluster is for the calls that look for one.
struct connection_role {
    node_role what = node_role::unknown;
    std::optional<std::uint64_t> lag_bytes{};  // of a replica, where it is known
    friend bool operator==(const connection_role&, const connection_role&) = default;
};

/// What a node is told when it joins.
struct node_options {
    std::uint32_t weight = 1;  // its share of the calls
    std::string zone{};        // of its own, as the cluster's callers have one: calls stay near where they can
};

/// What a cluster knows of a node.
struct node_status {
    std::string name;  // "db2:5432"
    std::string zone;
    std::uint32_t weight = 1;
    connection_role role;
    std::string trouble;                           // why its role is unknown
    std::optional<std::chrono::microseconds> lag;  // of a replica, where it is known
    std::optional<lsn> position;                   // replayed by a replica, flushed by a primary
    std::optional<lsn> received;                   // by a replica
    std::string receiver;                          // state of a replica's WAL receiver, where the user may see it
    std::uint32_t timeline = 0;
    bool read_only = false;                               // a transaction can't write there
    std::optional<std::chrono::microseconds> round_trip;  // of the last probe
    std::chrono::microseconds latency{};                  // of calls, a moving average
    std::uint32_t in_use = 0;                             // calls under way
    std::uint64_t calls = 0, failures = 0;                // so far; failures by the node's fault
    std::uint64_t probes = 0;                             // answers and failures of its monitor, so far
    breaker_state breaker = breaker_state::closed;
};

namespace clustering {

/// What a monitor has learnt of a node.
struct probe_answer {
    bool in_recovery = false;
    std::optional<lsn> position{};  // replayed, or flushed by a primary; none where replicas don't replay a log
    std::optional<lsn> received{};
    std::uint64_t system = 0;  // the cluster's identifier; 0: not told
    std::uint32_t timeline = 0;
    bool read_only = false;
    std::string receiver{};
};

/// A node of a cluster. The shell derives from it, and adds a pool and a monitor. What stands here is the topology's,
/// under the shell's lock.
class node {
public:
    node(std::string name, node_options options) : name_{std::move(name)}, options_{std::move(options)} {}
    node(const node&) = delete;
    node& operator=(const node&) = delete;
    virtual ~node() = default;

    const std::string& name() const noexcept { return name_; }
    node_role role() const noexcept { return role_; }
    std::uint32_t timeline() const noexcept { return known_.timeline; }
    std::uint64_t system() const noexcept { return known_.system; }
    /// Its bit in a set of nodes.
    std::uint64_t bit() const noexcept { return std::uint64_t{1} << place_; }
    /// Answers and failures of its monitor, so far.
    std::uint64_t probes() const noexcept { return probes_; }
    /// It is no part of the cluster any more.
    bool removed() const noexcept { return removed_; }

private:
    friend class topology;

    std::string name_;
    node_options options_;
    std::uint32_t place_ = 0;
    bool removed_ = false;
    bool refused_ = false;  // it claims to be the primary, and is not believed
    node_role role_ = node_role::unknown;
    std::string trouble_ = "not asked yet";
    std::optional<error> refusal_{};  // of its monitor, by what can't pass by itself, such as a wrong password
    probe_answer known_{};
    std::uint64_t probes_ = 0;
    std::uint32_t late_ = 0;  // probes without an answer in time, one after another
    clock::time_point probed_at_{};
    std::optional<clock::duration> round_trip_{};
    double latency_ = 0;  // microseconds
    std::uint32_t in_use_ = 0;
    std::uint64_t calls_ = 0, failures_ = 0;
    std::int64_t credit_ = 0;  // of its turn in round robin
    circuit_breaker breaker_;
};

}  // namespace clustering
}  // namespace howdah
