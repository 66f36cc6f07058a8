// A cluster that a real Patroni runs, under load: its forced failovers, and its primary's death.
#include <iostream>

#include "tests/cluster/both_clusters.hpp"
#include "tests/cluster/patroni_nodes.hpp"

namespace howdah::test {
namespace {

constexpr auto patronis_time = 90s;  // to start, to notice, to make a standby anew

class patroni : public with_cluster<blocking_clusters> {
protected:
    void SetUp() override {
        if (const auto why = patroni_nodes::missing(); !why.empty()) GTEST_SKIP() << "skipped: " << why;
    }
    template <class F>
    void happens(const char* what, F condition) {
        ASSERT_TRUE(poll_until(from_now(patronis_time), condition)) << what << "\n" << nodes->logs();
    }
    /// One primary with a synchronous standby, and the rest replicas that follow it.
    bool whole() {
        const auto all = db->status();
        const auto replicas = std::ranges::count(all, node_role::replica, [](const auto& n) { return n.role.what; });
        if (replicas != static_cast<std::ptrdiff_t>(all.size()) - 1) return false;
        try {
            return db->primary().fetch_one<int>(
                       "select count(*)::int + 10 * (count(*) filter (where sync_state = 'sync'))::int "
                       "from pg_stat_replication where state = 'streaming'") == static_cast<int>(all.size()) - 1 + 10;
        } catch (const error&) {
            return false;  // it is changing its mind
        }
    }
    std::size_t leader() { return nodes->index_of(static_cast<std::uint16_t>(port_of_primary())); }
    std::size_t synchronous_standby() {
        const auto name = db->primary().fetch_one<std::string>(
            "select application_name from pg_stat_replication where sync_state = 'sync'");
        return static_cast<std::size_t>(name.back() - '0');
    }
    enum class next_primary : std::uint8_t { another, any };
    /// What `work` does to the leader makes the synchronous standby the next one. Where the leader was killed, and Patroni
    /// does not hear from the standby in time, it may start the leader again instead.
    template <class F>
    void fails_over(const char* what, next_primary wanted, F work) {
        happens("a whole cluster", [&] { return whole(); });
        more_writes();
        (void)longest_gap.take();
        const auto old = leader();
        const auto next = synchronous_standby();
        const int unknown_before = unknown;
        work(old, next);
        happens("a next primary", [&] {
            try {
                const auto now = leader();
                return wanted == next_primary::any || now != old;
            } catch (const error&) {
                return false;
            }
        });
        more_writes();
        std::cout << what << ": " << longest_gap.take().count() << " ms without a write, " << unknown - unknown_before
                  << " writes without an answer" << (leader() == old ? ", the same primary" : "") << "\n";
    }

    std::unique_ptr<patroni_nodes> nodes;
};

TEST_F(patroni, no_acknowledged_write_is_lost_and_no_session_reads_older_than_its_own_over_failovers_of_patroni_s) {
    nodes = std::make_unique<patroni_nodes>(3);
    open(nodes->dsn(), {.node_timeout = 90s});
    happens("a whole cluster", [&] { return whole(); });
    begin_writing(4);
    begin_reading(2);
    more_reads();
    fails_over("patronictl failover --force", next_primary::another,
               [&](auto old, auto next) { nodes->fail_over(old, next); });
    fails_over("kill -9 of the primary", next_primary::any, [&](auto old, auto) { nodes->kill9(old); });
    over = true;
    threads.clear();
    EXPECT_GE(stored(), acknowledged);
    EXPECT_LE(stored(), acknowledged + unknown);
    EXPECT_GE(events->failovers, 3) << "the first, and two more, to the same one perhaps";
    std::cout << acknowledged << " acknowledged writes, all there; " << reads << " reads\n";
}

}  // namespace
}  // namespace howdah::test
