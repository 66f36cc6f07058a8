#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string_view>

#include "howdah/cluster/detail/blocking_member.hpp"
#include "howdah/cluster/switchboard.hpp"

namespace howdah::blocking::detail {

/// A cluster for threads: a pool and a monitor's thread a node.
class cluster_core final : public clustering::switchboard, public std::enable_shared_from_this<cluster_core> {
public:
    cluster_core(const cluster_members& members, const cluster_options& options, std::shared_ptr<observer> watcher);
    ~cluster_core();

    void add(const cluster_members::member& m);
    /// False: there is none of that name.
    bool remove(std::string_view name, std::chrono::milliseconds timeout);
    bool close(std::chrono::milliseconds timeout);
    /// Nobody is served any more, and the monitors end.
    void stop() noexcept;

    /// Until there is news for the call, or its wait is over. Throws errc::cancelled.
    void wait(const clustering::routed_call& c, const std::stop_token& stop);
    std::chrono::milliseconds query_timeout() const noexcept { return query_timeout_; }

private:
    void hurry(clustering::node& n, enum clustering::urgency how) override;
    void discard(clustering::node& n) override;
    void cut_off(clustering::node& n, const error& why) override;

    const std::chrono::milliseconds query_timeout_;
};

}  // namespace howdah::blocking::detail
