// Nodes that nobody has named: a real primary's replicas, and what a Patroni says.
#include <gmock/gmock.h>

#include <mutex>

#include "howdah/cluster/blocking_cluster.hpp"
#include "howdah/cluster/http_get.hpp"
#include "tests/cluster/async_cluster.hpp"
#include "tests/fault/hostile_server.hpp"

namespace howdah::test {
namespace {

using ::testing::HasSubstr, ::testing::UnorderedElementsAre;

// From the discovery's thread.
struct discovery_events final : observer {
    void on(const warning_event& e) override {
        const std::scoped_lock lock{mutex_};
        warnings_.emplace_back(e.what);
    }
    void on(const node_event& e) override {
        const std::scoped_lock lock{mutex_};
        if (e.reason.starts_with("it left")) left_.emplace_back(e.node);
    }
    bool warned_of(std::string_view words) const {
        const std::scoped_lock lock{mutex_};
        return std::ranges::any_of(warnings_, [&](const auto& w) { return w.find(words) != std::string::npos; });
    }
    std::vector<std::string> left() const {
        const std::scoped_lock lock{mutex_};
        return left_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> warnings_, left_;
};

std::vector<std::string> names_in(const auto& cluster) {
    std::vector<std::string> out;
    for (const auto& n : cluster.status()) out.push_back(n.name);
    return out;
}

cluster_members only_primary(testing::server& s) {
    return cluster_members{"postgresql://app@" + name_of(s.primary()) + "/app?sslmode=disable"};
}

class discovers_replicas : public cluster_loop {
protected:
    std::shared_ptr<discovery_events> told = std::make_shared<discovery_events>();

    // They stream by the unix socket of one machine, so that their names alone tell where they are.
    discovery by_name() {
        std::map<std::string, std::uint16_t> ports;
        for (std::size_t i = 0; i < s.replica_count(); ++i) ports[s.replica(i).name()] = s.replica(i).port();
        return discovery::by_replication([ports](const streaming_replica& r) -> std::optional<endpoint> {
                   const auto found = ports.find(r.application_name);
                   if (found == ports.end()) return std::nullopt;
                   return endpoint{.host = testing::node::host(), .hostaddr = {}, .port = found->second};
               })
            .every(50ms);
    }
};

TEST_F(discovers_replicas, that_stream_from_the_primary_and_lets_go_of_those_that_stop) {
    auto members = only_primary(s);
    members.discover(by_name());
    cluster db{io.get_executor(), members, {}, told};
    until([&] { return told->warned_of("grant it pg_monitor"); });
    EXPECT_EQ(db.status().size(), 1U) << "an error changes nothing";

    s.execute_sql("grant pg_monitor to app");
    until([&] { return db.status().size() == 3; });
    EXPECT_THAT(names_in(db), UnorderedElementsAre(name_of(s.primary()), name_of(s.replica(0)), name_of(s.replica(1))));
    until_known(db);
    EXPECT_NE(port_of_read(db), s.port());

    s.replica(1).stop();
    // A node is gone before it is said to be, and one that shuts down may stream once more.
    until([&] { return db.status().size() == 2 && !told->left().empty(); });
    EXPECT_THAT(told->left(), ::testing::Each(name_of(s.replica(1))));
    EXPECT_EQ(port_of_read(db), s.replica(0).port());

    s.replica(1).start();
    until([&] { return db.status().size() == 3; });
    close(db);
}

class discovers_by_patroni : public ::testing::Test {
protected:
    testing::server& s = shared_cluster();
    std::shared_ptr<discovery_events> told = std::make_shared<discovery_events>();
    std::mutex mutex;
    std::string answer;

    void answers(std::string now) {
        const std::scoped_lock lock{mutex};
        answer = std::move(now);
    }
    void members_are(const std::vector<testing::node*>& nodes) {
        std::string json;
        for (auto* n : nodes)
            json += (json.empty() ? "" : ",") + std::string{R"({"name":")"} + n->name() +
                    R"(","role":"replica","state":"running","host":")" + testing::node::host() + R"(","port":)" +
                    std::to_string(n->port()) + R"(,"lag":0})";
        answers("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{\"members\":[" + json + "]}");
    }
    std::string now() {
        const std::scoped_lock lock{mutex};
        return answer;
    }
    bool soon_true(auto&& what) { return testing::poll_until(testing::from_now(20s), what); }
};

void hear_request(conversation& c) {
    for (std::string heard; !heard.ends_with("\r\n\r\n");) heard += c.hear(1);
}

TEST_F(discovers_by_patroni, members_join_and_leave_and_bad_answers_change_nothing) {
    answers("HTTP/1.0 500 Internal Server Error\r\n\r\nTraceback");
    hostile_server patroni{[this](conversation& c) {
        hear_request(c);
        c.say(now());
    }};
    auto members = only_primary(s);
    members.discover(discovery::by_patroni({"http://127.0.0.1:" + std::to_string(patroni.port())}).every(20ms));
    blocking::cluster db{members, {}, told};
    EXPECT_TRUE(soon_true([&] { return told->warned_of("it answers 500, not 200: \"Traceback"); }));
    answers("HTTP/1.0 200 OK\r\n\r\n{\"members\": [");
    EXPECT_TRUE(soon_true([&] { return told->warned_of("no JSON: "); }));
    EXPECT_EQ(db.status().size(), 1U);

    members_are({&s.primary(), &s.replica(0), &s.replica(1)});
    EXPECT_TRUE(soon_true([&] { return db.status().size() == 3; }));
    EXPECT_TRUE(soon_true([&] { return db.fetch_one<int>("select inet_server_port()") != s.port(); }));
    answers("nonsense");
    EXPECT_TRUE(soon_true([&] { return told->warned_of(": \"nonsense\""); }));
    EXPECT_EQ(db.status().size(), 3U);

    members_are({&s.replica(1)});
    EXPECT_TRUE(soon_true([&] { return db.status().size() == 2; }));
    EXPECT_THAT(names_in(db), UnorderedElementsAre(name_of(s.primary()), name_of(s.replica(1))))
        << "who was configured stays";
    EXPECT_TRUE(db.close(5s));
    EXPECT_THAT(patroni.received(), HasSubstr("GET /cluster HTTP/1.0\r\n"));
}

// Without PostgreSQL.

std::string trouble_with(const hostile_server& server, std::chrono::milliseconds limit = 10s,
                         const std::stop_token& stop = {}) {
    try {
        const endpoint to{.host = "127.0.0.1", .hostaddr = {}, .port = server.port()};
        return "no trouble: " + clustering::http_get(to, "/cluster", testing::from_now(limit), stop);
    } catch (const error& e) {
        return e.what();
    }
}

TEST(http_get, gives_the_body_also_where_the_server_keeps_the_connection) {
    const hostile_server server{[](conversation& c) {
        hear_request(c);
        c.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        c.hear_end();
    }};
    EXPECT_EQ(trouble_with(server), "no trouble: {}");
}

TEST(http_get, refuses_an_answer_without_end) {
    const hostile_server server{[](conversation& c) {
        hear_request(c);
        c.say("HTTP/1.0 200 OK\r\n\r\n");
        for (;;) c.say(std::string(64 * 1024, ' '));
    }};
    EXPECT_THAT(trouble_with(server), HasSubstr("more than 1048576 bytes"));
}

TEST(http_get, gives_up_on_a_silent_server_at_its_deadline_and_when_it_is_stopped) {
    const hostile_server server{[](conversation& c) { c.hear_end(); }};
    EXPECT_THAT(trouble_with(server, 50ms), HasSubstr("could not be heard"));
    std::stop_source stop;
    stop.request_stop();
    EXPECT_NE(trouble_with(server, 1h, stop.get_token()), "");
}

TEST(http_get, says_that_nobody_listens) {
    std::uint16_t port = 0;
    {
        const hostile_server gone{[](conversation&) {}};
        port = gone.port();
    }
    try {
        (void)clustering::http_get({.host = "127.0.0.1", .hostaddr = {}, .port = port}, "/cluster",
                                   testing::from_now(10s), {});
        FAIL() << "somebody answers";
    } catch (const error& e) {
        EXPECT_THAT(e.what(), HasSubstr("http://127.0.0.1:" + std::to_string(port) + "/cluster: "));
        EXPECT_THAT(e.what(), HasSubstr("could not be connected to"));
    }
}

}  // namespace
}  // namespace howdah::test
