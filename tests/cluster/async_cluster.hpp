#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/cluster/cluster.hpp"
#include "tests/cluster/shared_cluster.hpp"
#include "tests/pool/async_pool.hpp"

namespace howdah::test {

using namespace std::chrono_literals;

/// What a cluster tells its observer.
struct cluster_events final : observer {
    void on(const node_event& e) override { nodes.emplace_back(e.node); }
    void on(const failover_event& e) override {
        ++failovers;
        primary = e.now;
        without = e.without_one;
    }
    void on(const primary_conflict_event& e) override { refused.emplace_back(e.refused); }
    void on(const reroute_event& e) override { rerouted.emplace_back(e.statement); }

    std::vector<std::string> nodes, refused, rerouted;
    int failovers = 0;
    std::string primary;
    std::chrono::microseconds without{};
};

/// A loop with a cluster on it.
class cluster_loop : public pool_loop {
protected:
    testing::server& s = shared_cluster();
    std::shared_ptr<cluster_events> events = std::make_shared<cluster_events>();

    cluster open(const cluster_members& members, const cluster_options& options = {}) {
        return cluster{io.get_executor(), members, options, events};
    }
    cluster open(const cluster_options& options = {}) { return open(cluster_dsn(s), options); }
    void close(cluster& db) { wait(db.close(5s)); }

    /// Waits until each node is what it is.
    void until_known(const cluster& db) {
        until([&] {
            return std::ranges::none_of(db.status(), [](const auto& n) { return n.role.what == node_role::unknown; });
        });
    }
    void until_replayed() {
        const auto lsn = s.execute_sql("select pg_current_wal_flush_lsn()");
        for (std::size_t i = 0; i < s.replica_count(); ++i)
            until([&] { return s.replica(i).execute_sql("select pg_last_wal_replay_lsn() >= '" + lsn + "'") == "t"; });
    }
    template <class Handle>
    int port_of_read(Handle& db) {
        return wait(db.template fetch_one<int>("select inet_server_port()"));
    }
    static std::string port_name(int port) { return testing::node::host() + ":" + std::to_string(port); }
    node_status status_of(const cluster& db, const std::string& name) {
        for (auto& n : db.status())
            if (n.name == name) return n;
        throw std::runtime_error{"no node " + name};
    }
    void pause(std::size_t replica) { s.replica(replica).execute_sql("select pg_wal_replay_pause()"); }
    void resume_all() {
        for (std::size_t i = 0; i < s.replica_count(); ++i) s.replica(i).execute_sql("select pg_wal_replay_resume()");
    }
};

}  // namespace howdah::test
