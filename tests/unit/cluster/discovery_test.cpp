// What is found, and what becomes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "howdah/base/error.hpp"
#include "howdah/cluster/detail/http_answer.hpp"
#include "howdah/cluster/discovery_plan.hpp"
#include "howdah/cluster/patroni.hpp"
#include "howdah/cluster/replication.hpp"

namespace howdah::clustering::test {
namespace {

using ::testing::ElementsAre, ::testing::HasSubstr, ::testing::IsEmpty;

endpoint at(std::string host, std::uint16_t port = 5432) {
    return {.host = std::move(host), .hostaddr = {}, .port = port};
}

std::string trouble_of(auto&& f) {
    try {
        f();
    } catch (const error& e) {
        return e.what();
    }
    return "";
}

class plan : public ::testing::Test {
protected:
    discovery_plan p{discovery::configured::stays};
    std::vector<std::string> nodes{"db1:5432"};

    discovery_plan::changes compare(const std::vector<found_node>& found, std::string_view primary = "db1:5432") {
        auto c = p.compare(found, nodes, primary);
        for (const auto& e : c.join) nodes.push_back(e.to_string());
        for (const auto& name : c.leave) std::erase(nodes, name);
        return c;
    }
};

TEST_F(plan, who_is_found_joins_once) {
    EXPECT_THAT(compare({{at("db2")}, {at("db2")}, {at("db1")}}).join, ElementsAre(at("db2")));
    EXPECT_THAT(compare({{at("db2")}}).join, IsEmpty());
}

TEST_F(plan, who_does_not_run_does_not_join_and_stays_where_it_is_there) {
    EXPECT_THAT(compare({{.at = at("db2"), .joins = false}}).join, IsEmpty());
    compare({{at("db2")}});
    for (int i = 0; i < 3; ++i) EXPECT_THAT(compare({{.at = at("db2"), .joins = false}}).leave, IsEmpty());
}

TEST_F(plan, who_is_missing_twice_leaves_and_who_is_missing_once_does_not) {
    compare({{at("db2")}});
    EXPECT_THAT(compare({}).leave, IsEmpty());
    compare({{at("db2")}});
    EXPECT_THAT(compare({}).leave, IsEmpty()) << "not one answer after another";
    EXPECT_THAT(compare({}).leave, ElementsAre("db2:5432"));
    EXPECT_THAT(compare({{at("db2")}}).join, ElementsAre(at("db2"))) << "it is back";
}

TEST_F(plan, who_was_configured_stays_unless_it_may_leave) {
    nodes = {"db1:5432", "db2:5432"};
    for (int i = 0; i < 3; ++i) EXPECT_THAT(compare({}).leave, IsEmpty());
    p = discovery_plan{discovery::configured::may_leave};
    compare({});
    EXPECT_THAT(compare({}).leave, ElementsAre("db2:5432")) << "and the primary is kept";
}

TEST_F(plan, the_last_node_never_leaves) {
    p = discovery_plan{discovery::configured::may_leave};
    for (int i = 0; i < 3; ++i) EXPECT_THAT(compare({}, "").leave, IsEmpty());
    EXPECT_THAT(nodes, ElementsAre("db1:5432"));
}

TEST_F(plan, no_more_join_than_a_cluster_has_room_for) {
    std::vector<found_node> many;
    for (int i = 0; i < 100; ++i) many.push_back({at("replica" + std::to_string(i))});
    compare(many);
    EXPECT_EQ(nodes.size(), 64U);
}

// In the form of what Patroni 3 answers.
constexpr std::string_view of_patroni = R"({"members": [
    {"name": "n0", "role": "leader", "state": "running", "api_url": "http://10.0.0.1:8008/patroni", "host": "10.0.0.1", "port": 5432, "timeline": 1},
    {"name": "n1", "role": "sync_standby", "state": "streaming", "host": "10.0.0.2", "port": 5433, "timeline": 1, "lag": 0},
    {"name": "n2", "role": "replica", "state": "stopped", "host": "fd00::3", "port": 5432, "lag": "unknown"},
    {"name": "n3", "role": "replica", "state": "running", "host": "10.0.0.4", "port": 5432, "tags": {"noloadbalance": true}, "lag": 0},
    {"name": "n4", "role": "replica", "state": "creating replica"}],
    "scheduled_switchover": {"at": "2026-11-26T12:00:00+00:00", "from": "n0"}})";

TEST(patroni, members_are_where_it_says_and_join_when_they_run) {
    EXPECT_THAT(read_patroni_members(of_patroni),
                ElementsAre(found_node{at("10.0.0.1"), true}, found_node{at("10.0.0.2", 5433), true},
                            found_node{at("fd00::3"), false}));
}

TEST(patroni, what_is_no_such_answer_is_refused_with_a_reason) {
    const auto trouble = [](std::string_view answer) {
        return trouble_of([&] { (void)read_patroni_members(answer); });
    };
    EXPECT_THAT(trouble("<html>"), HasSubstr("no JSON: "));
    EXPECT_THAT(trouble("[]"), HasSubstr("has no members"));
    EXPECT_THAT(trouble(R"({"members": 1})"), HasSubstr("no member that has an address"));
    EXPECT_THAT(trouble(std::string(100'000, '[')), HasSubstr("nested too deeply"));
    EXPECT_THAT(trouble(R"({"members": []})"), HasSubstr("no member that has an address"));
    EXPECT_THAT(trouble(R"({"members": [{"host": "a", "port": 70000}]})"), HasSubstr("a port that is none"));
    EXPECT_THAT(trouble(R"({"members": [{"host": "a", "port": "x"}]})"), HasSubstr("a port that is none"));
    for (std::size_t cut = 0; cut < of_patroni.size(); ++cut) EXPECT_NE(trouble(of_patroni.substr(0, cut)), "");
}

std::string body_of(std::string_view answer, std::size_t at_once = std::string_view::npos) {
    http_answer a;
    while (!answer.empty() && !a.done()) {
        const auto part = answer.substr(0, at_once);
        a.feed(part);
        answer.remove_prefix(part.size());
    }
    if (!a.done()) a.end();
    return a.body();
}

TEST(http, an_answer_ends_where_its_header_says_or_with_the_connection) {
    for (const std::size_t at_once : {1U, 7U, 1'000U}) {
        EXPECT_EQ(body_of("HTTP/1.0 200 OK\r\nContent-Type: x\r\n\r\nbody", at_once), "body");
        EXPECT_EQ(body_of("HTTP/1.1 200 OK\r\ncontent-length:  4 \r\n\r\nbody and more", at_once), "body");
        EXPECT_EQ(body_of("HTTP/1.0 200 OK\r\n\r\n", at_once), "");
        EXPECT_EQ(
            body_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n", at_once),
            "body");
    }
}

TEST(http, what_is_no_such_answer_is_refused_and_quoted) {
    const auto trouble = [](std::string_view answer) { return trouble_of([&] { (void)body_of(answer); }); };
    EXPECT_THAT(trouble("SSH-2.0-x\r\n"), HasSubstr("bad version: \"SSH-2.0-x..\""));
    for (const auto* cut_short :
         {"", "HTTP/1.", "HTTP/1.0 200 OK\r\nA: b\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbody"})
        EXPECT_NE(trouble(cut_short), "") << cut_short;
    EXPECT_THAT(trouble("HTTP/1.0 503 No\r\n\r\nno leader"), HasSubstr("503, not 200: \"no leader\""));
    EXPECT_THAT(trouble("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"),
                HasSubstr("bad Content-Length"));
    EXPECT_THAT(trouble("HTTP/1.1 200 OK\r\n\r\n" + std::string(largest_http_answer + 1, 'x')), HasSubstr("more than"));
}

TEST(streaming_replicas, are_at_their_address_or_where_the_user_says) {
    const std::vector<replication_row> rows{{"a", "10.0.0.2", "streaming", true},
                                            {"b", "10.0.0.3", "catchup", true},
                                            {"pg_receivewal", "10.0.0.9", "streaming", false},
                                            {"c", std::nullopt, "streaming", true}};
    EXPECT_THAT(read_replication(rows, {}, 6432),
                ElementsAre(found_node{at("10.0.0.2", 6432), true}, found_node{at("10.0.0.3", 6432), false},
                            found_node{at("10.0.0.9", 6432), false}));
    const auto named = [](const streaming_replica& r) -> std::optional<endpoint> {
        if (r.application_name == "pg_receivewal") return std::nullopt;
        return at(r.application_name + ".db");
    };
    EXPECT_THAT(read_replication(rows, named, 5432),
                ElementsAre(found_node{at("a.db"), true}, found_node{at("b.db"), false}, found_node{at("c.db"), true}));
    EXPECT_THAT(
        trouble_of([] { (void)read_replication(std::vector<replication_row>{{"a", {}, {}, false}}, {}, 5432); }),
        HasSubstr("grant it pg_monitor"));
}

TEST(discovery, endpoints_of_patroni_are_read_and_wrong_ones_refused) {
    const auto d = discovery::by_patroni({"http://db1:8009", "http://db2", "http://[fd00::1]:80/", "http://[::1]"});
    EXPECT_THAT(d.endpoints(), ElementsAre(at("db1", 8009), at("db2", 8008), at("fd00::1", 80), at("::1", 8008)));
    for (const auto* url : {"", "db1:8008", "https://db1:8008", "http://", "http://db1:", "http://db1:0",
                            "http://db1:99999", "http://db1:8008/cluster", "http://a b", "http://user@db1",
                            "http://[::1", "http://[::1]x", "http://[]", "http://db1\r\nX: y"})
        EXPECT_THAT(trouble_of([&] { (void)discovery::by_patroni({url}); }), HasSubstr("discovery")) << url;
    EXPECT_THAT(trouble_of([] { (void)discovery::by_patroni({}); }), HasSubstr("at least one"));
    using namespace std::chrono_literals;
    EXPECT_THAT(trouble_of([] { discovery::by_replication().every(0ms); }), HasSubstr("every"));
    EXPECT_THAT(trouble_of([] { discovery::by_replication().timeout(-1ms); }), HasSubstr("timeout"));
}

}  // namespace
}  // namespace howdah::clustering::test
