#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <vector>

#include "howdah/async/awaitable.hpp"
#include "howdah/cluster/detail/member.hpp"
#include "howdah/cluster/switchboard.hpp"

namespace howdah::clustering {

/// A cluster on Asio: a pool a node, on all executors, and a monitor a node, on the first.
class cluster_core final : public switchboard, public std::enable_shared_from_this<cluster_core> {
public:
    cluster_core(std::vector<boost::asio::any_io_executor> on, const cluster_members& members,
                 const cluster_options& options, std::shared_ptr<observer> watcher);

    void add(const cluster_members::member& m);
    /// False: there is none of that name.
    awaitable<bool> remove(std::string name, std::chrono::milliseconds timeout);
    awaitable<void> close(std::chrono::milliseconds timeout);
    /// Ends it at once: what is in use is closed under its user.
    void abort();

    /// Until there is news for the call, or its wait is over. Throws errc::cancelled.
    awaitable<void> wait(const routed_call& c);
    /// What a call has whose options say nothing.
    std::chrono::milliseconds query_timeout() const noexcept { return query_timeout_; }

private:
    void hurry(node& n, enum urgency how) override;
    void discard(node& n) override;
    void cut_off(node& n, const error& why) override;
    void start(std::shared_ptr<member> m);
    void stop(const std::shared_ptr<member>& m);
    void stop_all();
    awaitable<void> watch(std::shared_ptr<member> m);
    awaitable<void> probe(member& m);
    awaitable<void> ask(member& m);
    awaitable<void> connect(member& m);

    std::vector<boost::asio::any_io_executor> on_;
    const std::chrono::milliseconds query_timeout_;
};

}  // namespace howdah::clustering
