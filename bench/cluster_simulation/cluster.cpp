#include "bench/cluster_simulation/cluster.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "bench/cluster_simulation/random.hpp"

namespace simulation {

namespace clustering = howdah::clustering;
using clustering::routed_call, clustering::urgency;
using howdah::pooling::condition;

class cluster::member final : public clustering::node {
public:
    member(agenda& t, database& of, std::string name, const howdah::pool_options& options)
        : node{std::move(name), {}}, db{of}, pool{t, of, options, draw} {}

    database& db;
    simulation::pool pool;
    clustering::probe_schedule schedule;
    std::uint64_t life = 0;  // that its monitor is connected to; 0: to none
    std::uint64_t rests = 0;
    bool probing = false;
};

class cluster::crossing {
public:
    routed_call::kind what{};
    duration work{};
    ending then;
    std::optional<routed_call> call;
    std::optional<pool::turn> turn;
    std::uint64_t waits = 0;
};

namespace {

// What a monitor asks.
constexpr duration probe_work = 100us;
constexpr std::uint64_t bytes_a_microsecond = 10, system_id = 7;
constexpr duration query_timeout = 30s;

howdah::lsn position(duration at) {
    return howdah::lsn{static_cast<std::uint64_t>(at / 1us) * bytes_a_microsecond + 1'000};
}

}  // namespace

cluster::cluster(agenda& t, const std::vector<std::unique_ptr<database>>& nodes, const howdah::cluster_options& options)
    : t_{t}, options_{options}, topology_{options, {}, draw} {
    for (const auto& db : nodes) {
        members_.push_back(std::make_shared<member>(t, *db, "db" + std::to_string(members_.size() + 1), options.pool));
        topology_.add(members_.back());
        auto& m = *members_.back();
        db->when_lost([this, &m] {
            if (std::exchange(m.life, 0) != 0 && !m.probing) hurry(m, urgency::poll);
        });
        // Processes don't start at once.
        t_.after(about(100ms), [this, &m] { probe(m, true); });
    }
}

cluster::~cluster() = default;

// Calls.

void cluster::call(routed_call::kind what, duration work, ending then) {
    if (spare_.empty()) spare_.push_back(crossings_.emplace_back(std::make_unique<crossing>()).get());
    auto& c = *spare_.back();
    spare_.pop_back();
    c.what = what;
    c.work = work;
    c.then = std::move(then);
    const clustering::wish w{.to = clustering::wish::side::reads, .how = options_.reads};
    c.call.emplace(what, w, t_.now(), t_.now() + query_timeout, options_);
    step(c);
}

void cluster::step(crossing& c) {
    switch (c.call->next(topology_, t_.now())) {
        case routed_call::step::run: return run(c);
        case routed_call::step::wait: return wait(c);
        case routed_call::step::refuse: return end(c, nullptr);
    }
}

void cluster::run(crossing& c) {
    auto& m = static_cast<member&>(*c.call->on());
    c.turn.emplace(m.pool);
    c.turn->acquire(options_.pool.acquire_timeout, [this, &c, &m] {
        if (!c.turn->granted()) return failed(c, c.turn->failure());
        c.turn->ask(c.work, [this, &c, &m](bool answered) {
            c.turn->give_back(answered ? condition::clean : condition::broken);
            if (!answered) return failed(c, connection_lost());
            c.call->succeeded(topology_, t_.now());
            end(c, &m.db);
        });
    });
}

void cluster::failed(crossing& c, const howdah::error& e) {
    auto& m = static_cast<member&>(*c.call->on());
    const bool again = c.call->failed(topology_, e, t_.now());
    if (c.call->urgency() != urgency::none) hurry(m, urgency::poll);
    if (again) step(c);
    else end(c, nullptr);
}

void cluster::end(crossing& c, const database* by) {
    c.turn.reset();
    c.call.reset();
    spare_.push_back(&c);
    std::exchange(c.then, {})(by);
}

void cluster::wait(crossing& c) {
    waiting_.push_back(&c);
    hurry_all(c.call->urgency());
    t_.at(c.call->until(), [this, &c, number = ++c.waits] {
        const auto found = std::ranges::find(waiting_, &c);
        if (c.waits != number || found == waiting_.end()) return;
        waiting_.erase(found);
        step(c);
    });
}

// Monitors: as in the shells.

void cluster::probe(member& m, bool may_reconnect) {
    if (may_reconnect) m.schedule.began(t_.now());
    m.probing = true;
    if (m.life != 0) return ask(m);
    m.db.connect([this, &m](bool connected) {
        if (!connected) return lost(m, false);
        m.life = m.db.life();
        ask(m);
    });
}

void cluster::ask(member& m) {
    m.db.ask(m.life, probe_work, [this, &m, since = t_.now()](bool answered) {
        if (!answered) return lost(m, true);
        const auto replayed = position(std::min(t_.elapsed(), m.db.replays_until));
        topology_.probed(
            m,
            {.in_recovery = m.db.in_recovery, .position = replayed, .system = system_id, .timeline = m.db.timeline_id},
            t_.now() - since, t_.now());
        publish();
        rest(m);
    });
}

void cluster::lost(member& m, bool may_reconnect) {
    m.life = 0;
    if (may_reconnect) return probe(m, false);
    topology_.unreachable(m, connection_lost(), t_.now());
    publish();
    rest(m);
}

void cluster::rest(member& m) {
    m.probing = false;
    t_.at(m.schedule.due(options_, topology_.probe_interval()), [this, &m, number = ++m.rests] {
        if (m.rests == number && !m.probing) probe(m, true);
    });
}

void cluster::hurry(member& m, urgency how) {
    if (m.schedule.hurry(how) && !m.probing) rest(m);
}

void cluster::hurry_all(urgency how) {
    for (const auto& m : members_) hurry(*m, how);
}

void cluster::publish() {
    using clustering::news;
    bool lost_primary = false;
    while (const auto n = topology_.next_news()) {
        if (n->what != news::kind::role) continue;
        const bool was_primary = n->before == howdah::node_role::primary;
        lost_primary = lost_primary || was_primary;
        if (n->before != howdah::node_role::unknown && (was_primary || n->now == howdah::node_role::unknown))
            static_cast<member&>(*n->who).pool.discard_all();
    }
    for (auto* c : std::exchange(waiting_, {})) t_.after({}, [this, c] { step(*c); });
    if (lost_primary && topology_.primary() == nullptr) hurry_all(urgency::search);
}

}  // namespace simulation
