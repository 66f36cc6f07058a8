#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "bench/cluster_simulation/agenda.hpp"

namespace simulation {

struct hardware {
    std::uint32_t cores = 8;
    duration each_way = 250us;  // of the network
    duration connecting = 5ms;  // CPU of a backend that starts and authenticates
};

/// A PostgreSQL server as its clients feel it: one queue in front of its cores, first come first served. Connecting is work
/// like any other.
class database {
public:
    /// Whether it answered; if not, the connection is lost, or refused.
    using answer = std::function<void(bool)>;

    database(agenda& t, const hardware& h);

    /// On a connection that was opened in that life.
    void ask(std::uint64_t life, duration work, answer then);
    void connect(answer then);

    /// kill -9: whoever is connected, or waits for an answer, hears of it at once; who connects is refused.
    void kill();
    void start();
    void slow_down(double factor) { slowness_ = factor; }
    /// Counts its lives, so that a connection knows whether it is of this one.
    std::uint64_t life() const noexcept { return life_; }
    void when_lost(std::function<void()> f) { losers_.push_back(std::move(f)); }

    // What a load balancer or a cluster is to find out.
    bool in_recovery = false;
    std::uint32_t timeline_id = 1;
    duration replays_until = duration::max();  // a replica: there its replay stops

    /// Attempts to connect, and those that succeeded, by spans of 10 ms.
    static constexpr duration span = 10ms;
    const std::vector<std::uint32_t>& attempts() const noexcept { return attempts_; }
    const std::vector<std::uint32_t>& accepted() const noexcept { return accepted_; }
    /// How long its cores have worked, for connections alone.
    duration spent_on_connecting() const noexcept { return connecting_; }

private:
    void work(duration w, answer then);
    void refuse(const answer& then);
    void count(std::vector<std::uint32_t>& in) const;

    agenda& t_;
    hardware has_;
    bool up_ = true;
    double slowness_ = 1;
    std::uint64_t life_ = 1, asked_ = 0;
    std::vector<time_point> free_at_;  // each core: a heap
    std::map<std::uint64_t, answer> under_way_;
    std::vector<std::function<void()>> losers_;
    std::vector<std::uint32_t> attempts_, accepted_;
    duration connecting_{};
};

}  // namespace simulation
