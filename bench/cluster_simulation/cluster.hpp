#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/cluster_simulation/pool.hpp"
#include "howdah/cluster/probe_schedule.hpp"
#include "howdah/cluster/routed_call.hpp"
#include "howdah/cluster/topology.hpp"

namespace simulation {

/// What howdah::cluster is in one process: its topology, its breakers, its way of a call and its monitors' schedule are the
/// real ones, its nodes are databases of the simulation.
class cluster {
public:
    cluster(agenda& t, const std::vector<std::unique_ptr<database>>& nodes, const howdah::cluster_options& options);
    cluster(const cluster&) = delete;
    cluster& operator=(const cluster&) = delete;
    ~cluster();

    /// Who served a call, or null.
    using ending = std::function<void(const database*)>;
    /// A statement of one caller, which ends before its next. Its work is done on whichever node gets it.
    void call(howdah::clustering::routed_call::kind what, duration work, ending then);

private:
    class member;
    class crossing;

    void step(crossing& c);
    void run(crossing& c);
    void wait(crossing& c);
    void failed(crossing& c, const howdah::error& e);
    void end(crossing& c, const database* by);

    void probe(member& m, bool may_reconnect);
    void ask(member& m);
    void lost(member& m, bool may_reconnect);
    void rest(member& m);
    void hurry(member& m, howdah::clustering::urgency how);
    void hurry_all(howdah::clustering::urgency how);
    void publish();

    agenda& t_;
    howdah::cluster_options options_;
    howdah::clustering::topology topology_;
    std::vector<std::shared_ptr<member>> members_;
    std::vector<std::unique_ptr<crossing>> crossings_;  // those under way, and spare ones
    std::vector<crossing*> spare_, waiting_;
};

}  // namespace simulation
