#include "howdah/cluster/routed_call.hpp"

#include "nodes.hpp"

namespace howdah::clustering::test {
namespace {

using ::testing::HasSubstr;
using kind = routed_call::kind;
using step = routed_call::step;

class routed : public nodes {
protected:
    node& a = add("a");
    node& b = add("b");
    node& c = add("c");

    void SetUp() override {
        is_primary(a);
        is_replica(b);
        is_replica(c);
    }
    routed_call call(kind what, const wish& w) { return {what, w, now, now + 30s, t.options()}; }
    /// Where its next step leads: a node's name, "wait" or "refuse".
    std::string go(routed_call& r) {
        switch (r.next(t, now)) {
            case step::run: return r.on()->name();
            case step::wait: return "wait";
            case step::refuse: return "refuse";
        }
        return {};
    }
    bool goes_on(routed_call& r, const error& e) { return r.failed(t, e, now); }
};

TEST_F(routed, a_read_that_loses_its_node_runs_on_all_others_in_turn_and_on_the_primary_last) {
    auto r = call(kind::read, read());
    EXPECT_EQ(go(r), "b");
    EXPECT_FALSE(r.repeated());
    EXPECT_TRUE(goes_on(r, hung_up()));
    EXPECT_EQ(r.urgency(), urgency::search) << "the node is to be asked at once";
    EXPECT_EQ(go(r), "c");
    EXPECT_TRUE(r.repeated());
    EXPECT_TRUE(goes_on(r, server_says(admin_shutdown)));
    EXPECT_EQ(go(r), "a");
    EXPECT_TRUE(goes_on(r, server_says(cannot_connect_now)));
    EXPECT_EQ(go(r), "wait") << "for news of any of them";
    EXPECT_EQ(go(r), "c") << "and all may be tried again";
    r.succeeded(t, now);
    for (const auto& s : t.status(now)) EXPECT_EQ(s.in_use, 0U);
}

TEST_F(routed, a_statement_s_own_failure_is_its_caller_s) {
    auto r = call(kind::read, read());
    go(r);
    EXPECT_FALSE(goes_on(r, server_says(syntax_error)));
    EXPECT_EQ(status_of(b).failures, 0U);
}

TEST_F(routed, a_write_that_was_sent_is_not_run_again_and_one_that_was_not_waits_for_the_primary) {
    auto sent = call(kind::write, read());
    EXPECT_EQ(go(sent), "a");
    EXPECT_FALSE(goes_on(sent, hung_up(fate::unknown)));

    auto unsent = call(kind::write, write());
    EXPECT_EQ(go(unsent), "a");
    EXPECT_TRUE(goes_on(unsent, hung_up(fate::not_sent)));
    is_gone(a);
    EXPECT_EQ(go(unsent), "wait");
    EXPECT_EQ(unsent.urgency(), urgency::search);
    is_primary(b, 1000, 2);
    EXPECT_EQ(go(unsent), "b");
    unsent.succeeded(t, now);
}

TEST_F(routed, a_read_that_writes_is_refused_by_the_replica_and_runs_on_the_primary) {
    auto r = call(kind::read, read());
    EXPECT_EQ(go(r), "b");
    EXPECT_TRUE(goes_on(r, server_says(read_only_sql_transaction)));
    EXPECT_EQ(go(r), "a");
    r.succeeded(t, now);
    EXPECT_EQ(status_of(b).failures, 0U) << "the replica is as it should be";
}

TEST_F(routed, what_is_bound_to_a_replica_stays_there) {
    auto r = call(kind::bound, read({.from = read_from::replica_only}));
    go(r);
    EXPECT_FALSE(goes_on(r, server_says(read_only_sql_transaction)));
    auto other = call(kind::bound, read({.from = read_from::replica_only}));
    const auto first = go(other);
    EXPECT_TRUE(goes_on(other, hung_up()));
    EXPECT_NE(go(other), first);
    other.succeeded(t, now);
}

TEST_F(routed, a_primary_that_refuses_to_write_and_is_one_still_is_not_asked_again) {
    auto r = call(kind::write, write());
    go(r);
    EXPECT_TRUE(goes_on(r, server_says(read_only_sql_transaction)));
    EXPECT_EQ(go(r), "wait");
    EXPECT_EQ(r.urgency(), urgency::poll);
    is_replica(b);
    EXPECT_EQ(go(r), "wait") << "another node's word does not count";
    is_primary(a);
    EXPECT_EQ(go(r), "refuse");
    EXPECT_EQ(r.refusal(t).state(), read_only_sql_transaction);
}

TEST_F(routed, a_primary_that_refuses_to_write_because_it_is_none_any_more_gives_way_to_the_new_one) {
    auto r = call(kind::write, write());
    go(r);
    EXPECT_TRUE(goes_on(r, server_says(read_only_sql_transaction)));
    EXPECT_EQ(go(r), "wait");
    is_replica(a);
    EXPECT_EQ(go(r), "wait");
    is_primary(c, 1000, 2);
    EXPECT_EQ(go(r), "c");
    r.succeeded(t, now);
}

TEST_F(routed, a_conflict_with_replay_is_run_elsewhere_and_a_true_serialization_failure_is_not) {
    auto r = call(kind::read, read());
    EXPECT_EQ(go(r), "b");
    EXPECT_TRUE(goes_on(r, server_says(serialization_failure)));
    EXPECT_EQ(go(r), "c");
    r.succeeded(t, now);
    auto p = call(kind::read, read({.from = read_from::primary}));
    EXPECT_EQ(go(p), "a");
    EXPECT_FALSE(goes_on(p, server_says(serialization_failure)));
}

TEST_F(routed, nothing_is_run_again_behind_the_deadline) {
    auto r = call(kind::read, read());
    go(r);
    now += 30s;
    EXPECT_FALSE(goes_on(r, hung_up()));
}

TEST_F(routed, no_primary_in_time_is_an_error_that_says_what_each_node_is) {
    is_gone(a);
    auto r = call(kind::write, write());
    EXPECT_EQ(go(r), "wait");
    EXPECT_EQ(r.until(), now + 15s);
    now += 15s;
    EXPECT_EQ(go(r), "refuse");
    const auto e = r.refusal(t);
    EXPECT_EQ(e.code(), errc::no_node);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_THAT(e.what(), HasSubstr("b is a replica"));
    EXPECT_THAT(e.what(), HasSubstr("a is unknown"));
}

TEST_F(routed, a_read_that_found_no_connection_free_in_time_runs_elsewhere_and_where_none_has_one_it_says_so) {
    const auto no_room = error{errc::timed_out, "all are in use", fate::not_sent}.at(phase::queue);
    auto r = call(kind::read, read());
    for (const auto* where : {"b", "c", "a"}) {
        EXPECT_EQ(go(r), where);
        EXPECT_TRUE(goes_on(r, no_room));
    }
    EXPECT_EQ(go(r), "refuse") << "it has waited in all queues, and does not begin anew";
    EXPECT_EQ(r.refusal(t).phase(), phase::queue);
    EXPECT_EQ(status_of(b).failures, 0U) << "a crowd is no failure";
    auto w = call(kind::write, write());
    EXPECT_EQ(go(w), "a");
    EXPECT_FALSE(goes_on(w, no_room)) << "there is no other primary";
}

TEST_F(routed, what_all_nodes_refuse_for_good_is_said_at_once) {
    const auto refused = server_says(invalid_password, fate::not_sent).at(phase::authenticate);
    t.unreachable(a, refused, now);
    t.unreachable(b, refused, now);
    auto r = call(kind::write, write());
    EXPECT_EQ(go(r), "wait") << "for the third";
    t.unreachable(c, refused, now);
    EXPECT_EQ(go(r), "refuse");
    EXPECT_EQ(r.refusal(t).state(), invalid_password);
    EXPECT_EQ(t.probe_interval(), 1s) << "nobody tries a wrong password ten times a second";
    is_gone(b);
    auto later = call(kind::read, read());
    EXPECT_EQ(go(later), "wait") << "who is gone may come back";
    is_replica(c);
    EXPECT_EQ(go(later), "c");
    later.succeeded(t, now);
}

class routed_in_session : public routed {
protected:
    const wal_position past{.at = lsn{2000}, .timeline = 1};
    wish after_write(routing how = {}) {
        auto w = read(how);
        w.past = &past;
        return w;
    }
};

TEST_F(routed_in_session, a_read_waits_for_replay_and_goes_to_whoever_has_it_first) {
    auto r = call(kind::read, after_write());
    EXPECT_EQ(go(r), "wait");
    EXPECT_EQ(r.urgency(), urgency::poll);
    EXPECT_EQ(r.until(), now + 100ms);
    is_replica(c, 1999);
    EXPECT_EQ(go(r), "wait");
    is_replica(c, 2000);
    EXPECT_EQ(go(r), "c");
    r.succeeded(t, now);
}

TEST_F(routed_in_session, a_read_goes_to_the_primary_when_the_time_for_replay_is_over) {
    for (const auto from : {read_from::replica_preferred, read_from::replica_only}) {
        auto r = call(kind::read, after_write({.from = from}));
        EXPECT_EQ(go(r), "wait");
        now += 100ms;
        EXPECT_EQ(go(r), "a");
        r.succeeded(t, now);
    }
}

TEST_F(routed_in_session, where_no_replica_can_come_to_replay_it_the_primary_has_the_read_at_once) {
    is_replica(b, 5000, 2);
    is_replica(c, 5000, 2);
    auto r = call(kind::read, after_write());
    EXPECT_EQ(go(r), "a");
    r.succeeded(t, now);
}

TEST_F(routed_in_session, a_replica_that_turns_out_not_to_have_replayed_it_is_asked_anew) {
    is_replica(b, 2000);
    auto r = call(kind::read, after_write());
    EXPECT_EQ(go(r), "b");
    EXPECT_TRUE(goes_on(r, not_replayed_there()));
    EXPECT_EQ(go(r), "wait");
    now += 100ms;
    EXPECT_EQ(go(r), "a");
    r.succeeded(t, now);
}

TEST_F(routed_in_session, nobody_goes_to_a_primary_older_than_what_was_seen) {
    const wal_position later{.at = lsn{10}, .timeline = 2};
    auto w = read();
    w.past = &later;
    auto r = call(kind::read, w);
    EXPECT_EQ(go(r), "wait");
    is_primary(b, 1000, 2);
    EXPECT_EQ(go(r), "b");
    r.succeeded(t, now);
}

}  // namespace
}  // namespace howdah::clustering::test
