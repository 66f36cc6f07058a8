#include "nodes.hpp"

namespace howdah::clustering::test {
namespace {

using ::testing::HasSubstr;

class routing_policies : public nodes {
protected:
    node& a = add("a");
    node& b = add("b");
    node& c = add("c");

    void SetUp() override {
        is_primary(a);
        is_replica(b);
        is_replica(c);
    }
};

TEST_F(routing_policies, what_was_not_asked_yet_or_is_gone_gets_no_calls) {
    node& d = add("d");
    EXPECT_EQ(spread(read(), 10).count("d"), 0U);
    is_replica(d);
    EXPECT_EQ(spread(read(), 9)["d"], 3);
    is_gone(d);
    EXPECT_EQ(spread(read(), 10).count("d"), 0U);
    EXPECT_THAT(t.describe(), HasSubstr("d is unknown: "));
}

TEST_F(routing_policies, writes_go_to_the_primary_and_reads_to_where_they_are_wanted) {
    EXPECT_EQ(chosen(write()), "a");
    EXPECT_EQ(chosen(read({.from = read_from::primary})), "a");
    EXPECT_EQ(spread(read({.from = read_from::replica_preferred}), 10),
              (std::map<std::string, int>{{"b", 5}, {"c", 5}}));
    EXPECT_EQ(spread(read({.from = read_from::replica_only}), 10), (std::map<std::string, int>{{"b", 5}, {"c", 5}}));
    EXPECT_EQ(spread(read({.from = read_from::any}), 9), (std::map<std::string, int>{{"a", 3}, {"b", 3}, {"c", 3}}));
}

TEST_F(routing_policies, without_replicas_reads_fall_back_to_the_primary_only_where_that_is_allowed) {
    is_gone(b);
    is_gone(c);
    EXPECT_EQ(chosen(read({.from = read_from::replica_preferred})), "a");
    EXPECT_EQ(chosen(read({.from = read_from::replica_only})), "");
}

TEST_F(routing_policies, without_a_primary_reads_go_on) {
    is_gone(a);
    EXPECT_EQ(chosen(write()), "");
    EXPECT_NE(chosen(read()), "");
}

TEST_F(routing_policies, a_node_that_was_tried_is_not_chosen_again) {
    EXPECT_EQ(chosen(read(), b.bit()), "c");
    EXPECT_EQ(chosen(read(), b.bit() | c.bit()), "a");
    EXPECT_EQ(chosen(read(), a.bit() | b.bit() | c.bit()), "");
    EXPECT_EQ(chosen(write(), a.bit()), "");
}

TEST_F(routing_policies, a_replica_that_is_too_far_behind_in_bytes_gets_no_reads) {
    is_primary(a, 5000);
    is_replica(b, 4000);
    is_replica(c, 1000);
    const auto r = read({.max_lag = 0ms, .max_lag_bytes = 1000});
    EXPECT_EQ(spread(r, 10), (std::map<std::string, int>{{"b", 10}}));
    EXPECT_EQ(status_of(c).role.lag_bytes, 4000U);
}

TEST_F(routing_policies, a_replica_that_is_too_far_behind_in_time_gets_no_reads_and_an_idle_primary_is_no_lag) {
    now += 1h;
    is_replica(b);
    is_replica(c);
    EXPECT_EQ(spread(read(), 10), (std::map<std::string, int>{{"b", 5}, {"c", 5}}))
        << "nothing was written for an hour";
    is_primary(a, 2000);
    now += 11s;
    is_replica(b, 2000);
    is_replica(c, 1500);
    EXPECT_EQ(status_of(c).lag, 11s);
    EXPECT_EQ(status_of(b).lag, 0s);
    EXPECT_EQ(spread(read(), 10), (std::map<std::string, int>{{"b", 10}}));
    EXPECT_EQ(spread(read({.max_lag = 12s}), 10), (std::map<std::string, int>{{"b", 5}, {"c", 5}}));
}

TEST_F(routing_policies, a_replica_that_replays_no_log_has_no_lag_to_be_refused_for) {
    t.probed(b, {.in_recovery = true, .system = system_id}, 1ms, now);
    EXPECT_EQ(spread(read({.max_lag_bytes = 0}), 10), (std::map<std::string, int>{{"b", 5}, {"c", 5}}));
    EXPECT_FALSE(status_of(b).role.lag_bytes);
}

TEST_F(routing_policies, a_session_s_reads_go_only_where_its_writes_were_replayed) {
    const wal_position past{.at = lsn{1500}, .timeline = 1};
    auto r = read();
    r.past = &past;
    is_replica(b, 1499);
    is_replica(c, 1500);
    EXPECT_EQ(spread(r, 10), (std::map<std::string, int>{{"c", 10}}));
    is_replica(c, 9000, 2);
    EXPECT_EQ(chosen(r), "a") << "on another timeline a position says nothing";
    EXPECT_TRUE(t.may_catch_up(r));
    is_replica(b, 1000, 2);
    EXPECT_FALSE(t.may_catch_up(r));
}

TEST_F(routing_policies, a_session_that_has_seen_a_later_primary_does_not_go_back_to_an_older_one) {
    const wal_position past{.at = lsn{10}, .timeline = 2};
    auto w = write();
    w.past = &past;
    EXPECT_EQ(chosen(w), "");
    is_primary(a, 1000, 2);
    EXPECT_EQ(chosen(w), "a");
}

TEST_F(routing_policies, a_removed_node_gets_no_calls_and_its_place_is_free) {
    const auto bit = b.bit();
    const auto kept = t.find("b");
    t.remove(b, now);
    EXPECT_TRUE(kept->removed());
    EXPECT_EQ(spread(read(), 4), (std::map<std::string, int>{{"c", 4}}));
    is_replica(*kept);
    EXPECT_EQ(spread(read(), 4), (std::map<std::string, int>{{"c", 4}})) << "its monitor's last word";
    EXPECT_EQ(add("d").bit(), bit);
    t.remove(a, now);
    EXPECT_EQ(chosen(write()), "");
}

TEST_F(routing_policies, a_node_is_refused_twice_by_name_and_beyond_64) {
    EXPECT_THROW(add("a"), error);
    EXPECT_THROW(add("weightless", 0), error);
    for (int i = 3; i < 64; ++i) add("n" + std::to_string(i));
    EXPECT_THROW(add("one too many"), error);
}

TEST_F(routing_policies, a_node_whose_calls_fail_gets_none_for_a_while_and_then_one) {
    for (int i = 0; i < 3; ++i) {
        t.began(b);
        t.ended(b, outcome::failed, 1ms, now);
    }
    EXPECT_EQ(status_of(b).breaker, breaker_state::open);
    EXPECT_EQ(spread(read(), 10), (std::map<std::string, int>{{"c", 10}}));
    now += 500ms;
    EXPECT_EQ(status_of(b).breaker, breaker_state::half_open);
    EXPECT_EQ(chosen(read(), c.bit()), "b");
    t.began(b);
    EXPECT_EQ(chosen(read(), c.bit()), "a") << "one call tries it at a time";
    t.ended(b, outcome::answered, 1ms, now);
    EXPECT_EQ(chosen(read(), c.bit()), "b");
}

class near_and_far : public nodes {
protected:
    near_and_far() : nodes{{}, "here"} {}
    node& a = add("a", 1, "here");
    node& b = add("b", 1, "there");
    node& c = add("c", 1, "here");
};

TEST_F(near_and_far, calls_stay_in_their_zone_while_a_node_there_may_have_them) {
    is_primary(a);
    is_replica(b);
    is_replica(c);
    EXPECT_EQ(spread(read(), 10), (std::map<std::string, int>{{"c", 10}}));
    is_gone(c);
    EXPECT_EQ(spread(read(), 10), (std::map<std::string, int>{{"b", 10}}));
}

}  // namespace
}  // namespace howdah::clustering::test
