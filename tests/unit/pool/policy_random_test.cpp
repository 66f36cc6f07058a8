// Anything, in any order, 100,000 times; what must always hold is looked at after each step. Another order of things:
// --gtest_random_seed=N; a failure prints the seed.
#include <map>
#include <random>

#include "tests/unit/pool/shell.hpp"

namespace howdah::pooling::test {
namespace {

std::mt19937 random_source;
int below(int n) { return std::uniform_int_distribution{0, n - 1}(random_source); }

pool_options any_options() {
    pool_options o;
    o.max_connections = static_cast<std::uint32_t>(1 + below(6));
    o.min_connections = static_cast<std::uint32_t>(below(static_cast<int>(o.max_connections) + 1));
    o.max_waiting = static_cast<std::uint32_t>(1 + below(8));
    o.idle_timeout = ms{below(3) * 700};
    o.max_lifetime = ms{below(3) * 2000};
    o.health_check_interval = ms{below(3) * 300};
    o.on_return = static_cast<recycle>(below(3));
    o.ping_after = ms{below(3) * 100};
    o.slow_acquire = ms{below(3) * 50};
    o.max_connecting = static_cast<std::uint32_t>(below(4));
    return o;
}

class any_order : public ::testing::Test {
protected:
    const unsigned seed = ::testing::GTEST_FLAG(random_seed) != 0
                              ? static_cast<unsigned>(::testing::GTEST_FLAG(random_seed))
                              : 20'261'125U;
    std::unique_ptr<shell> sh;
    std::vector<shell::caller> callers;  // that wait, in order of arrival
    std::vector<slot*> held;
    std::uint64_t granted = 0, refused = 0;
    std::uint32_t most_at_once = 0;  // connections that the limit has allowed so far, before they went

    void begin() {
        const auto o = any_options();
        sh = std::make_unique<shell>(o, habits{.before_acquire = below(4) == 0, .after_release = below(4) == 0});
        most_at_once = static_cast<std::uint32_t>(sh->p.slots().size());
    }

    void take_what_is_told() {
        sh->hear();
        for (auto* t : sh->told) {
            const auto found = std::ranges::find(callers, t, [](const auto& c) { return c.get(); });
            ASSERT_NE(found, callers.end()) << "told twice, or of one that went away";
            count(**found);
            callers.erase(found);
        }
        sh->told.clear();
    }
    void count(ticket& t) {
        ASSERT_TRUE(t.done());
        if (t.state() == ticket::state::granted) {
            held.push_back(&t.granted());
            ++granted;
        } else {
            EXPECT_EQ(t.failure().fate(), fate::not_sent);
            ++refused;
        }
    }

    void a_caller_comes() {
        auto t = sh->ask(ms{below(4) * 50});
        if (t->done() && !t->is_linked()) {
            count(*t);
        } else {
            callers.push_back(std::move(t));
        }
    }
    void a_caller_goes() {
        if (callers.empty()) return;
        const auto i = callers.begin() + below(static_cast<int>(callers.size()));
        sh->p.withdraw(**i, sh->now);
        std::erase(sh->told, i->get());
        callers.erase(i);
    }
    void one_comes_back() {
        if (held.empty()) return;
        const auto i = held.begin() + below(static_cast<int>(held.size()));
        auto& s = **i;
        held.erase(i);
        sh->give_back(s, below(10) == 0 ? condition::broken : below(5) == 0 ? condition::untidy : condition::clean);
    }
    void a_task_ends() {
        sh->hear();
        if (sh->tasks.empty()) return;
        const auto i = sh->tasks.begin() + below(static_cast<int>(sh->tasks.size()));
        auto& s = **i;
        sh->tasks.erase(i);
        if (below(8) != 0 || s.task() == task::close) return sh->succeed(s);
        if (s.task() != task::connect) return sh->p.lost(s, refused_connection(), sh->now);
        constexpr std::array states{too_many_connections, invalid_password, cannot_connect_now};
        sh->p.connect_failed(
            s, below(2) == 0 ? refused_connection() : server_says(states[static_cast<std::size_t>(below(3))]), sh->now);
    }
    void an_idle_one_dies() {
        for (const auto& s : sh->p.slots())
            if (s->state() == slot::state::idle && below(3) == 0) return sh->p.lost(*s, refused_connection(), sh->now);
    }
    void an_order_comes() {
        switch (below(5)) {
            case 0: return sh->p.reconfigure(any_options(), sh->now);
            case 1: return sh->p.renew_credentials(sh->now);
            case 2: return sh->p.try_now(sh->now);
            case 3: return sh->p.cut_off(refused_connection(), sh->now);
            default: return sh->p.discard_all(sh->now);
        }
    }

    void step() {
        drawn = std::uniform_real_distribution{0.0, 1.0}(random_source);
        const int what = below(100);
        if (what < 25) a_caller_comes();
        else if (what < 30) a_caller_goes();
        else if (what < 50) one_comes_back();
        else if (what < 80) a_task_ends();
        else if (what < 98) sh->pass(ms{below(60)});
        else if (what < 99) an_idle_one_dies();
        else an_order_comes();
        while (sh->p.next_starvation()) {}
        if (below(3) != 0) take_what_is_told();
    }

    void expect_order() {
        std::map<enum slot::state, std::uint32_t> states;
        std::uint32_t connecting = 0, closing = 0;
        for (const auto& s : sh->p.slots()) {
            ++states[s->state()];
            if (s->state() == slot::state::busy) {
                ASSERT_NE(s->task(), task::none) << "busy with nothing";
                connecting += s->task() == task::connect;
                closing += s->task() == task::close;
            } else {
                ASSERT_EQ(s->task(), task::none);
            }
        }
        const auto st = sh->status();
        const auto size = static_cast<std::uint32_t>(sh->p.slots().size());
        ASSERT_EQ(st.size, size - connecting);
        ASSERT_EQ(st.connecting, connecting);
        ASSERT_EQ(st.idle, states[slot::state::idle]);
        ASSERT_EQ(st.in_use, states[slot::state::leased]);
        const auto in_use_untold =
            std::ranges::count_if(callers, [](const auto& c) { return c->state() == ticket::state::granted; });
        ASSERT_EQ(st.in_use, held.size() + static_cast<std::size_t>(in_use_untold));
        ASSERT_EQ(st.waiting,
                  std::ranges::count_if(callers, [](const auto& c) { return c->state() == ticket::state::waiting; }));
        ASSERT_LE(st.limit, sh->p.options().max_connections);
        ASSERT_GE(st.limit, 1u);
        // What was opened under a larger limit goes as it comes back; nothing is added to it.
        ASSERT_LE(size, std::max(most_at_once, st.limit));
        most_at_once = size;
        // In order of arrival: whoever waits came after all who have been served.
        bool waits = false;
        for (const auto& c : callers) {
            if (c->state() == ticket::state::granted) {
                ASSERT_FALSE(waits) << "one that came later was served first";
            }
            waits = waits || c->state() == ticket::state::waiting;
        }
        // Nobody waits for nothing: there is a task, somebody holds one, or time will tell.
        if (st.waiting != 0) {
            ASSERT_TRUE(st.in_use != 0 || size != 0 || sh->p.next_deadline() < clock::time_point::max());
            ASSERT_LT(sh->p.next_deadline(), clock::time_point::max());
            // An idle connection is not kept from them, unless as many are on their way.
            if (st.idle != 0) {
                ASSERT_GE(size - st.idle - st.in_use - closing, st.waiting);
            }
        }
    }

    void end() {
        sh->p.end(below(2) == 0 ? policy::ending::drain : policy::ending::close, sh->now, sh->now + 1s);
        for (int i = 0; i < 100 && !sh->p.over(); ++i) {
            step();
            expect_order();
            if (HasFatalFailure()) return;
        }
        if (below(2) == 0) sh->pass(1s);
        take_what_is_told();
        for (int i = 0; i < 1000 && !(sh->p.slots().empty() && callers.empty()); ++i) {
            while (!held.empty()) one_comes_back();
            sh->settle();
            take_what_is_told();
            sh->pass(50ms);
        }
        EXPECT_TRUE(sh->p.over());
        EXPECT_TRUE(sh->p.slots().empty());
        EXPECT_TRUE(callers.empty()) << "a caller was forgotten";
        held.clear();
        callers.clear();
    }
};

TEST_F(any_order, leaves_no_caller_forgotten_no_counter_wrong_and_no_deadline_in_the_past) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_source.seed(seed);
    constexpr int lives = 100, steps = 1000;
    for (int life = 0; life < lives; ++life) {
        begin();
        for (int i = 0; i < steps; ++i) {
            step();
            expect_order();
            if (HasFatalFailure()) {
                ADD_FAILURE() << "in life " << life << ", step " << i;
                callers.clear();
                return;
            }
        }
        end();
        if (HasFailure()) {
            ADD_FAILURE() << "at the end of life " << life;
            callers.clear();
            return;
        }
    }
    EXPECT_GT(granted, 1000u);
    EXPECT_GT(refused, 1000u);
    drawn = 0.5;
}

}  // namespace
}  // namespace howdah::pooling::test
