#pragma once
// A shell without connections: time is a number, a task is done when the test says so.

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/pool/policy.hpp"

namespace howdah::pooling::test {

using namespace std::chrono_literals;
using ms = std::chrono::milliseconds;

/// What the policy draws.
inline double drawn = 0.5;

inline error refused_connection() { return error{{ECONNREFUSED, std::system_category()}, "no server at db:5432"}; }
inline error server_says(sqlstate code) {
    server_message m;
    m.severity = "FATAL";
    m.code = code;
    m.message = "as the test wants it";
    return error{std::move(m)};
}

struct fake_slot final : slot {
    bool at_work() const noexcept override { return working; }
    bool working = false;
};

/// Nothing that takes part in what a test is not about: no timeouts, no checks.
inline pool_options plain(std::uint32_t most) {
    return {.max_connections = most,
            .idle_timeout = 0ms,
            .max_lifetime = 0ms,
            .health_check_interval = 0ms,
            .on_return = recycle::fast,
            .slow_acquire = 0ms};
}

class shell {
public:
    explicit shell(const pool_options& options, const habits& h = {})
        : p{options, h, [] { return std::make_unique<fake_slot>(); }, [] { return drawn; }, now} {}

    /// Goes away from where it waits.
    struct leaving {
        policy* of;
        void operator()(ticket* t) const noexcept {
            if (t->is_linked()) of->withdraw(*t, clock::time_point{} + 1h);
            delete t;
        }
    };
    using caller = std::unique_ptr<ticket, leaving>;
    /// One that waits as long as `wait` for a connection.
    caller ask(ms wait = 15s, const void* strand = nullptr, std::string_view who = "a caller") {
        caller t{new ticket{place::of(who), strand}, leaving{&p}};
        p.acquire(*t, now, now + wait);
        return t;
    }
    /// One that gets a connection, doing what is to be done for it.
    slot& get(const void* strand = nullptr, std::string_view who = "a caller") {
        const auto t = ask(15s, strand, who);
        settle();
        if (t->state() != ticket::state::granted) throw std::runtime_error{"no connection was granted"};
        return t->granted();
    }
    void give_back(slot& s, condition how = condition::clean) {
        hear();
        p.release(s, how, now);
    }

    /// Hears of new tasks and of callers that are done.
    void hear() {
        while (auto* s = p.next_task()) {
            EXPECT_EQ(s->state(), slot::state::busy);
            tasks.push_back(s);
        }
        while (auto* t = p.next_done()) told.push_back(t);
    }
    std::size_t count(task what) {
        hear();
        return static_cast<std::size_t>(std::ranges::count(tasks, what, [](const slot* s) { return s->task(); }));
    }
    /// The oldest task of the kind, no longer to be done.
    slot& take(task what) {
        hear();
        const auto found = std::ranges::find(tasks, what, [](const slot* s) { return s->task(); });
        if (found == tasks.end()) throw std::runtime_error{"there is no such task"};
        auto& s = **found;
        tasks.erase(found);
        return s;
    }
    void succeed(slot& s) {
        switch (s.task()) {
            case task::none: FAIL() << "no task"; return;
            case task::connect: return p.connected(s, now);
            case task::prepare:
            case task::check:
            case task::recover: return p.ready(s, now);
            case task::close: return p.closed(s, now);
        }
    }
    /// Does all that is to be done.
    void settle() {
        for (hear(); !tasks.empty(); hear()) {
            auto& s = *tasks.front();
            tasks.pop_front();
            succeed(s);
        }
    }
    void fail_connect(error why = refused_connection()) { p.connect_failed(take(task::connect), std::move(why), now); }

    /// Time passes, as a shell lets it: from one deadline to the next.
    void pass(ms time) {
        constexpr int enough = 3;  // what one tick closes may be what another one opens
        const auto until = now + time;
        int ticks_now = 0;
        while (p.next_deadline() <= until) {
            const auto due = std::max(now, p.next_deadline());
            ticks_now = due == now ? ticks_now + 1 : 1;
            now = due;
            if (p.must_abort(now)) p.aborted();
            p.tick(now);
            if (ticks_now > enough && p.next_deadline() <= now) {
                ADD_FAILURE() << "a deadline in the past, and nothing done about it";
                break;
            }
        }
        now = until;
    }
    pool_status status() const { return p.status(now, std::chrono::system_clock::time_point{}); }

    clock::time_point now = clock::time_point{} + 1h;
    policy p;
    std::deque<slot*> tasks;
    std::vector<ticket*> told;
};

}  // namespace howdah::pooling::test
