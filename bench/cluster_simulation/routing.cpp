#include "bench/cluster_simulation/routing.hpp"

#include <algorithm>
#include <memory>

#include "bench/cluster_simulation/cluster.hpp"
#include "bench/cluster_simulation/random.hpp"

namespace simulation {
namespace {

using howdah::clustering::routed_call;

howdah::cluster_options options_of(const routing_case& c) {
    howdah::cluster_options o;
    o.reads = {.from = howdah::read_from::replica_only, .by = c.by, .max_lag = c.max_lag};
    o.pool.max_connections = 8;
    return o;
}

class routing_run {
public:
    explicit routing_run(const routing_case& c) : case_{c}, trouble_at_{c.lasts * 3 / 10} {
        seed(c.seed);
        for (std::uint32_t i = 0; i <= c.replicas; ++i) {
            nodes_.push_back(std::make_unique<database>(t_, hardware{}));
            nodes_.back()->in_recovery = i != 0;
        }
        result_.of_replica.resize(c.replicas);
        for (std::uint32_t i = 0; i < c.processes; ++i) {
            processes_.push_back(std::make_unique<cluster>(t_, nodes_, options_of(c)));
            for (std::uint32_t n = 0; n < c.callers; ++n) think(*processes_.back());
        }
        t_.after(trouble_at_, [this] { befall(); });
    }

    routing_result run() {
        t_.run(case_.lasts);
        std::ranges::sort(took_);
        const auto at = [&](double q) {
            return took_.empty() ? duration{}
                                 : took_[static_cast<std::size_t>(q * static_cast<double>(took_.size() - 1))];
        };
        result_.calls = took_.size();
        result_.p50 = at(0.5);
        result_.p99 = at(0.99);
        result_.p999 = at(0.999);
        result_.longest = at(1);
        return result_;
    }

private:
    void befall() {
        auto& one = *nodes_[1];
        switch (case_.with) {
            case trouble::none: return;
            case trouble::slow: return one.slow_down(10);
            case trouble::dead: return one.kill();
            case trouble::lag:
                for (std::uint32_t i = 1; i <= (case_.replicas + 3) / 4; ++i) nodes_[i]->replays_until = t_.elapsed();
        }
    }

    void think(cluster& c) {
        t_.after(about(case_.thinking), [this, &c] { ask(c); });
    }

    void ask(cluster& c) {
        c.call(routed_call::kind::read, about(case_.work), [this, &c, since = t_.now()](const database* by) {
            count(since, by);
            think(c);
        });
    }

    void count(time_point since, const database* by) {
        if (t_.elapsed() < trouble_at_) return;
        if (by == nullptr) {
            ++result_.failed;
            return;
        }
        took_.push_back(t_.now() - since);
        const auto found = std::ranges::find(nodes_, by, &std::unique_ptr<database>::get);
        ++result_.of_replica[static_cast<std::size_t>(found - nodes_.begin()) - 1];
        result_.stalest = std::max(result_.stalest, t_.elapsed() - std::min(t_.elapsed(), by->replays_until));
    }

    const routing_case case_;
    const duration trouble_at_;
    agenda t_;
    std::vector<std::unique_ptr<database>> nodes_;
    std::vector<std::unique_ptr<cluster>> processes_;
    std::vector<duration> took_;
    routing_result result_;
};

}  // namespace

routing_result simulate(const routing_case& c) { return routing_run{c}.run(); }

}  // namespace simulation
