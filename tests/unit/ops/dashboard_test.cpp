#include "howdah/ops/dashboard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "howdah/cluster/json_answer.hpp"

namespace howdah {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

clustering::json_tree json_of(const dashboard& d) { return clustering::read_json(d.json(), "the dashboard"); }

std::size_t size_of(const clustering::json_tree& all, const char* list) { return all.get_child(list).size(); }

TEST(dashboard, shows_calls_statements_and_what_went_wrong_without_values) {
    dashboard board{nullptr, nullptr, {.application = "shop"}};
    observer& told = board;
    told.on(query_end_event{.statement = "select 'secret' from t where id = 42", .duration = 3ms, .rows = 7});
    const error failure{errc::timed_out, "too slow"};
    told.on(query_end_event{.statement = "select 'secret' from t", .host = "db1", .duration = 2s, .failure = &failure});
    const auto text = board.json();
    EXPECT_THAT(text, Not(HasSubstr("secret")));
    const auto all = json_of(board);
    EXPECT_EQ(all.get<std::string>("application"), "shop");
    EXPECT_EQ(all.get<int>("calls"), 2);
    EXPECT_EQ(all.get<int>("failures"), 1);
    EXPECT_EQ(size_of(all, "latency.slots"), 120u);
    EXPECT_EQ(size_of(all, "statements"), 2u);
    EXPECT_EQ(all.get_child("statements").front().second.get<std::string>("statement"), "select ? from t");
    ASSERT_EQ(size_of(all, "events"), 1u);
    const auto& event = all.get_child("events").front().second;
    EXPECT_EQ(event.get<std::string>("event"), "query_end");
    EXPECT_EQ(event.get<std::string>("level"), "error");
    EXPECT_EQ(event.get<std::string>("host"), "db1");
}

TEST(dashboard, shows_pools_and_clusters_and_why_they_can_not_serve) {
    auto known = std::make_shared<inventory>();
    pool_status pool;
    known->add_pool("orders", [&] { return pool; });
    node_status node;
    node.name = "db1:5432";
    node.role.what = node_role::primary;
    known->add_cluster("all", [&] { return std::vector{node}; });
    const dashboard board{known};
    EXPECT_EQ(
        json_of(board).get_child("clusters").front().second.get_child("nodes").front().second.get<std::string>("role"),
        "primary");
    EXPECT_TRUE(known->troubles().empty()) << "a pool that nobody has needed yet is no trouble";
    pool.last_error = error{errc::connect_failed, "nobody listens"};
    node.role.what = node_role::unknown;
    EXPECT_EQ(known->troubles(), (std::vector<std::string>{"pool orders has no connection: nobody listens",
                                                           "cluster all has no primary"}));
    EXPECT_EQ(size_of(json_of(board), "troubles"), 2u);
    pool.size = 1;
    known->remove("all");
    EXPECT_TRUE(known->troubles().empty());
    EXPECT_EQ(size_of(json_of(board), "clusters"), 0u);
}

TEST(dashboard, is_bounded_whatever_is_run) {
    dashboard board;
    observer& told = board;
    const error failure{errc::timed_out, std::string(100'000, 'x')};
    for (int i = 0; i < 20'000; ++i)
        told.on(query_end_event{.statement = "select * from t" + std::to_string(i),
                                .duration = 1ms,
                                .failure = i % 2 == 0 ? &failure : nullptr});
    EXPECT_LT(board.json().size(), 60'000u);
    EXPECT_EQ(json_of(board).get<int>("events_seen"), 10'000);
}

TEST(dashboard, hostile_texts_are_texts) {
    dashboard board;
    observer& told = board;
    told.on(warning_event{.what = "</script><script>alert(1)</script>\n\x1b[2J\xff", .host = "a\"b"});
    const auto all = json_of(board);
    EXPECT_EQ(all.get_child("events").front().second.get<std::string>("host"), "a\"b");
    EXPECT_THAT(board.json(), Not(HasSubstr("\x1b")));
}

TEST(dashboard, without_room_is_refused) {
    EXPECT_THROW(dashboard(nullptr, nullptr, {.statements = 0}), error);
    EXPECT_THROW(dashboard(nullptr, nullptr, {.events = 0}), error);
    EXPECT_THROW(dashboard(nullptr, nullptr, {.slots = 0}), error);
}

}  // namespace
}  // namespace howdah
