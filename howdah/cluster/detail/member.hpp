#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "howdah/cluster/cluster_members.hpp"
#include "howdah/cluster/node.hpp"
#include "howdah/cluster/probe_schedule.hpp"
#include "howdah/pool/pool.hpp"

namespace howdah::clustering {

/// A node with its pool and its monitor, on Asio.
class member final : public node, public std::enable_shared_from_this<member> {
public:
    member(const cluster_members::member& m, const std::vector<boost::asio::any_io_executor>& on,
           const cluster_options& options, std::shared_ptr<observer> watcher)
        : node{m.config.hosts.front().to_string(), m.options},
          pool{on, m.config, options.pool, {}, std::move(watcher)},
          probing{std::make_shared<const connection_config>(for_probes(m.config, options.probe_timeout))},
          timer{on.front()} {}

    howdah::pool pool;

    // The monitor's, on its executor.
    std::shared_ptr<const connection_config> probing;
    boost::asio::steady_timer timer;
    boost::asio::cancellation_signal stop;
    probe_schedule schedule;
    std::optional<connection> db;
    bool plain = false;  // it has no other answer
    bool stopped = false;
};

}  // namespace howdah::clustering
