#include "bench/cluster_simulation/pool.hpp"

#include <utility>

namespace simulation {

using howdah::error, howdah::errc;
using howdah::pooling::task;

error connection_lost() { return error{errc::connection_closed, "the server is gone", howdah::fate::unknown}; }

namespace {

error refused() {
    return error{errc::connect_failed, "the server refuses", howdah::fate::not_sent}.at(howdah::phase::connect);
}

// A sign of life, a Sync, a Terminate.
constexpr duration small_work = 20us;

}  // namespace

struct pool::connection final : howdah::pooling::slot {
    bool at_work() const noexcept override { return false; }
    std::uint64_t life = 0;
};

pool::pool(agenda& t, database& to, const howdah::pool_options& options, double (*draw)())
    : t_{t}, to_{to}, policy_{options, {}, [] { return std::make_unique<connection>(); }, draw, t.now()} {
    to.when_lost([this] { lost(); });
    pump();
}

// Idle connections hear of it by themselves; those in use by their call.
void pool::lost() {
    std::vector<howdah::pooling::slot*> idle;
    for (const auto& s : policy_.slots())
        if (s->state() == howdah::pooling::slot::state::idle) idle.push_back(s.get());
    for (auto* s : idle) policy_.lost(*s, connection_lost(), t_.now());
    pump();
}

void pool::discard_all() {
    policy_.discard_all(t_.now());
    pump();
}

void pool::pump() {
    while (auto* s = policy_.next_task()) begin(static_cast<connection&>(*s));
    while (auto* done = policy_.next_done()) {
        auto& woken = *static_cast<turn*>(done->waiter);
        if (woken.then_) t_.after({}, std::exchange(woken.then_, {}));
    }
    wake_later();
}

void pool::begin(connection& c) {
    switch (c.task()) {
        case task::none: return;
        case task::connect:
            to_.connect([this, &c](bool connected) {
                c.life = to_.life();
                policy_.finished(c, connected ? std::nullopt : std::optional{refused()}, t_.now());
                pump();
            });
            return;
        case task::prepare:
        case task::check:
        case task::recover:
            to_.ask(c.life, small_work, [this, &c](bool answered) {
                policy_.finished(c, answered ? std::nullopt : std::optional{connection_lost()}, t_.now());
                pump();
            });
            return;
        case task::close:
            t_.after({}, [this, &c] {
                policy_.finished(c, std::nullopt, t_.now());
                pump();
            });
            return;
    }
}

void pool::wake_later() {
    const auto due = policy_.next_deadline();
    if (due >= wakes_at_) return;
    wakes_at_ = due;
    t_.at(due, [this, due] {
        if (wakes_at_ != due) return;
        wakes_at_ = time_point::max();
        policy_.tick(t_.now());
        pump();
    });
}

void pool::turn::acquire(duration timeout, std::function<void()> then) {
    then_ = std::move(then);
    ticket_.waiter = this;
    of_.policy_.acquire(ticket_, of_.t_.now(), of_.t_.now() + timeout);
    if (ticket_.done()) of_.t_.after({}, std::exchange(then_, {}));
    of_.pump();
}

void pool::turn::ask(duration work, database::answer then) {
    of_.to_.ask(static_cast<connection&>(ticket_.granted()).life, work, std::move(then));
}

void pool::turn::give_back(howdah::pooling::condition how) {
    of_.policy_.withdraw(ticket_, of_.t_.now(), how);
    of_.pump();
}

}  // namespace simulation
