#include "nodes.hpp"

namespace howdah::clustering::test {
namespace {

using ::testing::HasSubstr;

class failover : public nodes {
protected:
    node& a = add("a");
    node& b = add("b");
    node& c = add("c");

    void SetUp() override {
        is_primary(a);
        is_replica(b);
        is_replica(c);
        told();
    }
};

TEST_F(failover, a_primary_that_is_gone_is_told_and_its_connections_are_to_be_cleared) {
    is_gone(a);
    const auto n = told();
    ASSERT_EQ(n.size(), 1U);
    EXPECT_EQ(n[0].what, news::kind::role);
    EXPECT_EQ(n[0].who->name(), "a");
    EXPECT_EQ(n[0].before, node_role::primary);
    EXPECT_EQ(n[0].now, node_role::unknown);
    EXPECT_THAT(n[0].reason, HasSubstr("the server is gone"));
    EXPECT_EQ(n[0].left, connections::cut_off);
    EXPECT_EQ(t.primary(), nullptr);
}

TEST_F(failover, a_server_that_refuses_its_monitor_keeps_the_connections_in_use) {
    t.unreachable(b, server_says(cannot_connect_now), now);
    EXPECT_EQ(told()[0].left, connections::discarded);
    is_replica(b);
    EXPECT_EQ(told()[0].left, connections::kept) << "it has none";
}

TEST_F(failover, a_server_without_a_connection_for_its_monitor_is_what_it_was) {
    t.unreachable(a, server_says(too_many_connections), now);
    t.unreachable(b, server_says(too_many_connections), now);
    EXPECT_TRUE(told().empty());
    EXPECT_EQ(chosen(write()), "a");
    EXPECT_EQ(chosen(read(), c.bit()), "b");
    is_gone(b);
    t.unreachable(b, server_says(too_many_connections), now);
    EXPECT_EQ(b.role(), node_role::unknown) << "what it is was not known";
}

TEST_F(failover, a_replica_that_has_no_connection_for_its_monitor_counts_as_having_replayed_nothing_since) {
    is_primary(a, 2000);
    now += 20s;
    is_primary(a, 3000);
    t.unreachable(b, server_says(too_many_connections), now);
    EXPECT_GT(status_of(b).lag, 10s);
    EXPECT_EQ(chosen(read({.from = read_from::replica_only}), c.bit()), "");
}

TEST_F(failover, while_there_is_no_primary_nodes_are_asked_more_often) {
    EXPECT_EQ(t.probe_interval(), 1s);
    is_gone(a);
    EXPECT_EQ(t.probe_interval(), 100ms);
    is_primary(b, 1000, 2);
    EXPECT_EQ(t.probe_interval(), 1s);
}

TEST_F(failover, a_promoted_replica_takes_over_and_it_is_told_how_long_there_was_none) {
    is_gone(a);
    now += 700ms;
    is_primary(b, 1000, 2);
    EXPECT_EQ(chosen(write()), "b");
    const auto n = told();
    ASSERT_EQ(n.size(), 3U);
    EXPECT_EQ(n[2].what, news::kind::primary);
    EXPECT_EQ(n[2].who->name(), "b");
    EXPECT_EQ(n[2].other->name(), "a");
    EXPECT_EQ(n[2].without_primary, 700ms);
}

TEST_F(failover, of_two_primaries_the_later_timeline_wins_whichever_is_heard_first) {
    is_primary(b, 1000, 2);  // a was not heard of
    EXPECT_EQ(chosen(write()), "b");
    EXPECT_EQ(a.role(), node_role::unknown);
    auto n = told();
    ASSERT_GE(n.size(), 2U);
    EXPECT_EQ(n[1].left, connections::cut_off) << "no write goes on there";
    EXPECT_EQ(n[0].what, news::kind::conflict);
    EXPECT_EQ(n[0].who->name(), "b");
    EXPECT_EQ(n[0].other->name(), "a");
    EXPECT_EQ(n[0].timeline, 2U);
    EXPECT_EQ(n[0].other_timeline, 1U);
    is_primary(a, 9000, 1);
    EXPECT_EQ(chosen(write()), "b");
    EXPECT_THAT(status_of(a).trouble, HasSubstr("timeline 1"));
    for (const auto& one : told()) EXPECT_NE(one.what, news::kind::conflict) << "it is told once";
}

TEST_F(failover, an_old_primary_that_returns_is_not_believed_even_where_it_is_the_only_one) {
    is_gone(a);
    is_primary(b, 1000, 2);
    is_gone(b);
    is_primary(a, 9000, 1);
    EXPECT_EQ(chosen(write()), "");
    EXPECT_EQ(chosen(read({.from = read_from::any}), c.bit()), "");
    is_primary(b, 1000, 2);
    EXPECT_EQ(chosen(write()), "b");
}

TEST_F(failover, a_second_primary_of_the_same_timeline_is_refused_and_told) {
    is_primary(c, 5000, 1);
    EXPECT_EQ(chosen(write()), "a");
    EXPECT_EQ(c.role(), node_role::unknown);
    const auto n = told();
    ASSERT_FALSE(n.empty());
    EXPECT_EQ(n[0].what, news::kind::conflict);
    EXPECT_EQ(n[0].other->name(), "c");
}

TEST_F(failover, a_primary_that_becomes_a_replica_loses_its_part) {
    is_replica(a);
    EXPECT_EQ(chosen(write()), "");
    EXPECT_EQ(a.role(), node_role::replica);
    EXPECT_EQ(told()[0].before, node_role::primary);
}

TEST_F(failover, a_node_of_another_system_is_never_used) {
    t.probed(b, {.in_recovery = true, .position = lsn{1}, .system = 8, .timeline = 1}, 1ms, now);
    EXPECT_EQ(b.role(), node_role::unknown);
    EXPECT_THAT(status_of(b).trouble, HasSubstr("another system"));
    is_gone(a);
    t.probed(b, {.position = lsn{1}, .system = 8, .timeline = 9}, 1ms, now);
    EXPECT_EQ(chosen(write()), "");
    is_primary(c, 1, 2);
    EXPECT_EQ(chosen(write()), "c") << "the stranger's timeline is none of ours";
}

TEST_F(failover, one_late_answer_is_forgiven_and_a_refused_connection_is_not) {
    t.unreachable(a, late(), now);
    EXPECT_EQ(chosen(write()), "a");
    t.unreachable(a, late(), now);
    EXPECT_EQ(chosen(write()), "");
    is_primary(a);
    t.unreachable(a, late(), now);
    is_primary(a);
    t.unreachable(a, late(), now);
    EXPECT_EQ(chosen(write()), "a") << "an answer in between begins anew";
    is_gone(a);
    EXPECT_EQ(chosen(write()), "");
}

TEST_F(failover, a_replica_that_was_gone_has_replayed_what_it_says_itself_and_nothing_that_was_known_of_it) {
    const wal_position past{.at = lsn{900}, .timeline = 1};
    auto r = read({.from = read_from::replica_only});
    r.past = &past;
    EXPECT_EQ(chosen(r, c.bit()), "b");
    is_gone(b);
    is_replica(b, 800);
    EXPECT_EQ(chosen(r, c.bit()), "");
    is_replica(b, 900);
    EXPECT_EQ(chosen(r, c.bit()), "b");
    t.not_replayed(b);
    EXPECT_EQ(chosen(r, c.bit()), "");
}

TEST_F(failover, what_waits_hears_of_every_probe) {
    const auto before = t.version();
    is_replica(b, 1001);
    EXPECT_NE(t.version(), before);
}

}  // namespace
}  // namespace howdah::clustering::test
