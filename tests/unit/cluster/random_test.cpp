// Anything, in any order; what must always hold is looked at after each step. Another order of things:
// --gtest_random_seed=N; a failure prints the seed.
#include <random>

#include "nodes.hpp"

namespace howdah::clustering::test {
namespace {

class any_order_of_things : public nodes {
protected:
    struct server {  // what a node truly is
        std::string name;
        bool up = true, in_recovery = true;
        std::uint64_t position = 1;
        std::uint32_t timeline = 1;
    };
    struct caller {
        std::unique_ptr<routed_call> call;
        bool writes;
        clock::time_point deadline;
    };

    std::mt19937 random_source;
    std::vector<server> servers;
    std::vector<caller> callers;
    std::uint32_t latest_believed = 0;
    int runs = 0, refusals = 0, failovers = 0;

    int below(int n) { return std::uniform_int_distribution{0, n - 1}(random_source); }
    server& any() { return servers[static_cast<std::size_t>(below(static_cast<int>(servers.size())))]; }

    void begin() {
        for (int i = 0; i < 4; ++i) {
            servers.push_back({.name = std::string(1, static_cast<char>('a' + i)), .in_recovery = i != 0});
            add(servers.back().name);
        }
    }
    void a_monitor_asks() {
        const auto& s = any();
        const auto n = t.find(s.name);
        if (n == nullptr) return;
        if (!s.up) return is_gone(*n);
        if (below(20) == 0) return t.unreachable(*n, late(), now);
        if (s.in_recovery) is_replica(*n, s.position, s.timeline);
        else is_primary(*n, s.position, s.timeline);
    }
    void a_server_changes() {
        auto& s = any();
        switch (below(4)) {
            case 0: s.up = !s.up; break;
            case 1:
                s.in_recovery = !s.in_recovery;
                if (!s.in_recovery) ++s.timeline;  // promoted
                break;
            case 2: s.timeline = latest_believed == 0 ? s.timeline : latest_believed; break;
            default: s.position += static_cast<std::uint64_t>(below(100)); break;
        }
    }
    void a_node_comes_or_goes() {
        const auto& s = any();
        if (const auto n = t.find(s.name); n != nullptr) t.remove(*n, now);
        else add(s.name);
    }
    void a_caller_comes() {
        const bool writes = below(2) == 0;
        const auto deadline = now + 1ms * below(3000);
        auto w =
            writes ? write() : read({.from = static_cast<read_from>(below(4)), .by = static_cast<balance>(below(4))});
        const auto kind = writes ? routed_call::kind::write : routed_call::kind::read;
        callers.push_back({std::make_unique<routed_call>(kind, w, now, deadline, t.options()), writes, deadline});
    }
    void a_caller_moves() {
        if (callers.empty()) return;
        const auto i = callers.begin() + below(static_cast<int>(callers.size()));
        auto& r = *i->call;
        if (r.running()) {
            if (ends(*i)) callers.erase(i);
            return;
        }
        switch (r.next(t, now)) {
            case routed_call::step::run:
                ++runs;
                ASSERT_FALSE(r.on()->removed());
                ASSERT_NE(r.on()->role(), node_role::unknown) << "unknown nodes get no calls";
                if (i->writes) {
                    ASSERT_EQ(r.on(), t.primary());
                }
                return;
            case routed_call::step::wait:
                ASSERT_GT(r.until(), now) << "nobody waits for the past";
                ASSERT_LE(r.until(), i->deadline) << "nor behind the deadline";
                return;
            case routed_call::step::refuse:
                ++refusals;
                (void)r.refusal(t);
                callers.erase(i);
                return;
        }
    }
    // True: the caller is done.
    bool ends(caller& c) {
        switch (below(6)) {
            case 0: return !c.call->failed(t, hung_up(), now);
            case 1: return !c.call->failed(t, hung_up(fate::not_sent), now);
            case 2: return !c.call->failed(t, server_says(read_only_sql_transaction), now);
            case 3: c.call->abandoned(t, now); return true;
            default: c.call->succeeded(t, now); return true;
        }
    }
    void step() {
        drawn = std::uniform_real_distribution{0.0, 1.0}(random_source);
        const int what = below(100);
        if (what < 30) a_monitor_asks();
        else if (what < 35) a_server_changes();
        else if (what < 55) a_caller_comes();
        else if (what < 90) a_caller_moves();
        else if (what < 91) a_node_comes_or_goes();
        else now += 1ms * below(200);
    }
    void expect_order() {
        int primaries = 0;
        std::uint32_t in_use = 0;
        for (const auto& n : t.nodes()) primaries += n->role() == node_role::primary ? 1 : 0;
        ASSERT_EQ(primaries, t.primary() == nullptr ? 0 : 1);
        if (t.primary() != nullptr) {
            ASSERT_EQ(t.primary()->role(), node_role::primary);
            ASSERT_GE(t.primary()->timeline(), latest_believed) << "the later timeline wins";
            latest_believed = t.primary()->timeline();
        }
        for (const auto& s : t.status(now)) in_use += s.in_use;
        const auto running = std::ranges::count_if(
            callers, [](const caller& c) { return c.call->running() && !c.call->on()->removed(); });
        ASSERT_EQ(in_use, running);
        while (const auto n = t.next_news()) failovers += n->what == news::kind::primary ? 1 : 0;
    }
};

TEST_F(any_order_of_things, never_uses_what_is_unknown_nor_an_older_primary_and_loses_no_call) {
    const unsigned seed = ::testing::GTEST_FLAG(random_seed) != 0
                              ? static_cast<unsigned>(::testing::GTEST_FLAG(random_seed))
                              : 20'261'126U;
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_source.seed(seed);
    begin();
    for (int i = 0; i < 100'000; ++i) {
        step();
        expect_order();
        if (HasFatalFailure()) {
            ADD_FAILURE() << "in step " << i;
            break;
        }
    }
    for (auto& c : callers) c.call->abandoned(t, now);
    EXPECT_GT(runs, 1000);
    EXPECT_GT(refusals, 100);
    EXPECT_GT(failovers, 100);
    drawn = 0.5;
}

}  // namespace
}  // namespace howdah::clustering::test
