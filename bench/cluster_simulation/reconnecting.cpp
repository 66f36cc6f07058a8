#include "bench/cluster_simulation/reconnecting.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "bench/cluster_simulation/cluster.hpp"
#include "bench/cluster_simulation/random.hpp"

namespace simulation {
namespace {

using howdah::clustering::routed_call;
using howdah::pooling::condition;
using ended = std::function<void(bool)>;

// A process, in one of the ways: done with a write, well or not.
class client {
public:
    client() = default;
    client(const client&) = delete;
    client& operator=(const client&) = delete;
    virtual ~client() = default;
    virtual void write(std::uint32_t caller, duration work, ended then) = 0;
};

class without_pool final : public client {
public:
    without_pool(agenda& t, database& to, std::uint32_t callers) : t_{t}, to_{to}, lives_(callers) {}

    void write(std::uint32_t caller, duration work, ended then) override {
        if (lives_[caller] == 0) return connect(caller, work, std::move(then));
        to_.ask(lives_[caller], work, [this, caller, then = std::move(then)](bool answered) {
            if (!answered) lives_[caller] = 0;
            then(answered);
        });
    }

private:
    void connect(std::uint32_t caller, duration work, ended then) {
        to_.connect([this, caller, work, then = std::move(then)](bool connected) {
            if (connected) {
                lives_[caller] = to_.life();
                return write(caller, work, then);
            }
            t_.after(10ms, [this, caller, work, then] { connect(caller, work, then); });
        });
    }

    agenda& t_;
    database& to_;
    std::vector<std::uint64_t> lives_;
};

class with_pool final : public client {
public:
    with_pool(agenda& t, database& to, std::uint32_t callers, const howdah::pool_options& options, double (*draw)())
        : pool_{t, to, options, draw}, timeout_{options.acquire_timeout}, turns_(callers) {}

    void write(std::uint32_t caller, duration work, ended then) override {
        auto& turn = turns_[caller].emplace(pool_);
        turn.acquire(timeout_, [&turn, work, then = std::move(then)] {
            if (!turn.granted()) return then(false);
            turn.ask(work, [&turn, then](bool answered) {
                turn.give_back(answered ? condition::clean : condition::broken);
                then(answered);
            });
        });
    }

private:
    pool pool_;
    duration timeout_;
    std::vector<std::optional<pool::turn>> turns_;
};

class with_cluster final : public client {
public:
    with_cluster(agenda& t, const std::vector<std::unique_ptr<database>>& nodes, const howdah::pool_options& options)
        : cluster_{t, nodes, with(options)} {}

    void write(std::uint32_t /*caller*/, duration work, ended then) override {
        cluster_.call(routed_call::kind::write, work,
                      [then = std::move(then)](const database* by) { then(by != nullptr); });
    }

private:
    static howdah::cluster_options with(const howdah::pool_options& options) {
        howdah::cluster_options o;
        o.pool = options;
        return o;
    }

    cluster cluster_;
};

class comeback_run {
public:
    explicit comeback_run(const comeback_case& c) : case_{c} {
        seed(c.seed);
        nodes_.push_back(std::make_unique<database>(t_, hardware{}));
        if (c.by == comeback::cluster) {
            nodes_.push_back(std::make_unique<database>(t_, hardware{}));
            nodes_.back()->in_recovery = true;
        }
        served_.resize(std::size_t{c.processes} * c.callers);
        for (std::uint32_t p = 0; p < c.processes; ++p) {
            processes_.push_back(make());
            for (std::uint32_t n = 0; n < c.callers; ++n) think(p, n);
        }
        t_.after(dies_at, [this] { nodes_.front()->kill(); });
        t_.after(is_back_at, [this] { come_back(); });
    }

    comeback_result run() {
        t_.run(case_.lasts);
        const auto& db = *nodes_.back();
        result_.attempts = db.attempts();
        result_.accepted = db.accepted();
        const auto back = static_cast<std::size_t>(is_back_at / database::span);
        for (auto i = static_cast<std::size_t>(dies_at / database::span); i < back; ++i) {
            const auto now = attempts_in(i);
            result_.attempts_while_down += now;
            result_.peak_down = std::max(result_.peak_down, now);
        }
        for (auto i = back; i < result_.attempts.size(); ++i)
            result_.peak_up = std::max(result_.peak_up, result_.attempts[i]);
        std::ranges::replace(served_, duration{}, duration::max());  // never
        std::ranges::sort(served_);
        result_.half_served = served_[served_.size() / 2];
        result_.all_served = served_.back();
        result_.spent_on_connecting = db.spent_on_connecting() - spent_before_;
        return result_;
    }

private:
    // On whichever node.
    std::uint32_t attempts_in(std::size_t span) const {
        std::uint32_t all = 0;
        for (const auto& n : nodes_)
            if (span < n->attempts().size()) all += n->attempts()[span];
        return all;
    }

    std::unique_ptr<client> make() {
        howdah::pool_options o;
        o.max_connections = case_.connections;
        o.max_connecting = case_.connecting;
        o.connection_cap = std::max(o.connection_cap, case_.connections);
        o.max_waiting = std::max(o.max_waiting, case_.callers);
        auto& db = *nodes_.front();
        switch (case_.by) {
            case comeback::each_caller: return std::make_unique<without_pool>(t_, db, case_.callers);
            case comeback::no_pause:
                o.first_backoff = o.longest_backoff = 1ms;
                return std::make_unique<with_pool>(t_, db, case_.callers, o, no_jitter);
            case comeback::no_jitter: return std::make_unique<with_pool>(t_, db, case_.callers, o, no_jitter);
            case comeback::pool: return std::make_unique<with_pool>(t_, db, case_.callers, o, draw);
            case comeback::cluster: return std::make_unique<with_cluster>(t_, nodes_, o);
        }
        return nullptr;
    }

    void come_back() {
        auto& db = *nodes_.back();
        spent_before_ = db.spent_on_connecting();
        db.in_recovery = false;
        if (case_.by == comeback::cluster) ++db.timeline_id;
        db.start();
        back_ = true;
    }

    void think(std::uint32_t process, std::uint32_t caller) {
        t_.after(about(case_.thinking), [this, process, caller] {
            processes_[process]->write(caller, about(case_.work), [this, process, caller](bool well) {
                count(std::size_t{process} * case_.callers + caller, well);
                think(process, caller);
            });
        });
    }

    void count(std::size_t caller, bool well) {
        auto& served = served_[caller];
        if (!well && t_.elapsed() >= dies_at) ++result_.refused_calls;
        if (well && back_ && served == duration{}) served = t_.elapsed() - is_back_at;
    }

    const comeback_case case_;
    agenda t_;
    std::vector<std::unique_ptr<database>> nodes_;
    std::vector<std::unique_ptr<client>> processes_;
    std::vector<duration> served_;
    bool back_ = false;
    duration spent_before_{};
    comeback_result result_;
};

}  // namespace

comeback_result simulate(const comeback_case& c) { return comeback_run{c}.run(); }

}  // namespace simulation
