#include "howdah/observe/observer.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace howdah {
namespace {

struct counting final : observer {
    void on(const query_start_event& e) override {
        ++starts;
        last = e.statement;
    }
    void on(const warning_event&) override { ++warnings; }
    void on(const acquire_event&) override { ++acquired; }
    void on(const starvation_event& e) override { holding = e.holding; }
    void on(const pool_connection_event& e) override { change = e.what; }
    void on(const node_event& e) override { told += "node " + std::string{e.node} + ' '; }
    void on(const failover_event& e) override { told += "failover " + std::string{e.now} + ' '; }
    void on(const primary_conflict_event& e) override { told += "conflict " + std::string{e.refused} + ' '; }
    void on(const reroute_event& e) override { told += "reroute " + std::string{e.from} + ' '; }
    int starts = 0, warnings = 0, acquired = 0;
    pool_change change = pool_change::opened;
    std::string holding;
    std::string last, told;
};

struct throwing final : observer {
    void on(const query_start_event&) override { throw std::runtime_error{"observer"}; }
};

TEST(observer, nobody_is_told_where_there_is_none) { observe::tell(nullptr, query_start_event{}); }

TEST(observer, what_it_throws_ends_at_the_call) {
    throwing t;
    EXPECT_NO_THROW(observe::tell(&t, query_start_event{}));
}

TEST(observers, one_that_throws_keeps_the_others_from_nothing) {
    const auto first = std::make_shared<counting>(), last = std::make_shared<counting>();
    observers all{{first, std::make_shared<throwing>(), nullptr, last}};
    observe::tell(&all, query_start_event{.statement = "select 1"});
    EXPECT_EQ(first->starts, 1);
    EXPECT_EQ(last->starts, 1);
    EXPECT_EQ(last->last, "select 1");
}

TEST(observers, each_event_reaches_its_own_function) {
    const auto one = std::make_shared<counting>();
    observers all{{one}};
    observe::tell(&all, warning_event{.what = "weak", .host = "db"});
    const server_message notice{};
    observe::tell(&all, notice_event{.notice = &notice});
    observe::tell(&all, connect_event{});
    observe::tell(&all, query_end_event{});
    EXPECT_EQ(one->warnings, 1);
    EXPECT_EQ(one->starts, 0);
}

TEST(observers, what_a_pool_does_reaches_each_of_them) {
    const auto one = std::make_shared<counting>(), other = std::make_shared<counting>();
    observers all{{one, other}};
    observe::tell(&all, acquire_event{});
    observe::tell(&all, starvation_event{.waiting = "a.cpp:1", .holding = "b.cpp:2"});
    observe::tell(&all, pool_connection_event{.process_id = 7, .what = pool_change::closed, .reason = "max_lifetime"});
    for (const auto& each : {one, other}) {
        EXPECT_EQ(each->acquired, 1);
        EXPECT_EQ(each->holding, "b.cpp:2");
        EXPECT_EQ(each->change, pool_change::closed);
    }
}

TEST(observers, what_a_cluster_does_reaches_each_of_them) {
    const auto one = std::make_shared<counting>(), other = std::make_shared<counting>();
    observers all{{one, other}};
    const error gone{errc::connection_closed, "gone"};
    observe::tell(&all, node_event{.node = "a"});
    observe::tell(&all, failover_event{.before = "a", .now = "b"});
    observe::tell(&all, primary_conflict_event{.believed = "b", .refused = "a"});
    observe::tell(&all, reroute_event{.statement = "select 1", .from = "a", .failure = &gone});
    for (const auto& each : {one, other}) EXPECT_EQ(each->told, "node a failover b conflict a reroute a ");
}

}  // namespace
}  // namespace howdah
