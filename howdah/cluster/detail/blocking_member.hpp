#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "howdah/cluster/cluster_members.hpp"
#include "howdah/cluster/node.hpp"
#include "howdah/cluster/probe_schedule.hpp"
#include "howdah/cluster/switchboard.hpp"
#include "howdah/core/inbox.hpp"
#include "howdah/pool/blocking_pool.hpp"

namespace howdah::blocking::detail {

using clustering::clock;

/// A node with its pool and its monitor, which has a thread.
class cluster_member final : public clustering::node {
public:
    cluster_member(const cluster_members::member& m, const cluster_options& options, std::shared_ptr<observer> watcher);
    cluster_member(const cluster_member&) = delete;
    cluster_member& operator=(const cluster_member&) = delete;
    /// Ends the monitor.
    ~cluster_member() override;

    /// Begins to probe, and tells `board`, which must live until stop().
    void start(clustering::switchboard& board);
    void hurry(enum clustering::urgency how);
    /// Waits for the monitor's end: for an attempt to connect as long as probe_timeout.
    void stop() noexcept;
    /// How the monitor connects.
    const std::shared_ptr<const connection_config>& probing() const noexcept { return probing_; }

    blocking::pool pool;

private:
    void watch(clustering::switchboard& board, const std::stop_token& stop);
    void probe(clustering::switchboard& board, const std::stop_token& stop);
    void ask(clustering::switchboard& board, const std::stop_token& stop);
    void rest(clustering::switchboard& board, const std::stop_token& stop);
    void rest_until(clock::time_point due, const std::stop_token& wake);

    const std::shared_ptr<const connection_config> probing_;
    const cluster_options options_;
    std::mutex mutex_;
    std::condition_variable_any woken_;
    clustering::probe_schedule schedule_;
    std::stop_source waking_;  // of the rest that is taken now
    std::shared_ptr<howdah::core::inbox> inbox_;
    std::optional<connection> db_;
    bool plain_ = false;  // it has no other answer
    std::jthread thread_;
};

}  // namespace howdah::blocking::detail
