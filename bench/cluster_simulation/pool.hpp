#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "bench/cluster_simulation/database.hpp"
#include "howdah/pool/policy.hpp"

namespace simulation {

/// What howdah::pool is, with a database of the simulation in place of sockets: its policy is the real one.
class pool {
public:
    pool(agenda& t, database& to, const howdah::pool_options& options, double (*draw)());

    /// One caller's turn.
    class turn {
    public:
        explicit turn(pool& of) : of_{of} {}
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;
        ~turn() { of_.policy_.withdraw(ticket_, of_.t_.now()); }
        /// Calls `then` when it has a connection, or is refused, but never before this returns.
        void acquire(duration timeout, std::function<void()> then);
        bool granted() const noexcept { return ticket_.state() == howdah::pooling::ticket::state::granted; }
        const howdah::error& failure() const noexcept { return ticket_.failure(); }
        /// On the connection.
        void ask(duration work, database::answer then);
        void give_back(howdah::pooling::condition how);

    private:
        friend class pool;
        pool& of_;
        howdah::pooling::ticket ticket_{{}, nullptr};
        std::function<void()> then_;
    };

    /// What its idle connections lead to is gone.
    void discard_all();

private:
    struct connection;

    void lost();
    void pump();
    void begin(connection& c);
    void wake_later();

    agenda& t_;
    database& to_;
    howdah::pooling::policy policy_;
    time_point wakes_at_ = time_point::max();
};

howdah::error connection_lost();

}  // namespace simulation
