// The status server on real sockets: what it serves, and what strangers can't do to it.
#include "howdah/ops/status_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <list>
#include <thread>

#include "howdah/testing/polling.hpp"
#include "tests/ops/raw_client.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string token = "0123456789abcdef";
const std::string authorized = "Authorization: Bearer " + token + "\r\n";

struct status_server_test : ::testing::Test {
    std::shared_ptr<dashboard> board = std::make_shared<dashboard>();
    status_content content{.board = board, .metrics = [] { return "up 1\n"; }};
};

TEST_F(status_server_test, serves_page_json_metrics_and_probes) {
    const status_server s{content};
    EXPECT_EQ(s.url(), "http://127.0.0.1:" + std::to_string(s.port()) + "/");
    EXPECT_THAT(ask(s.port(), "/"), StartsWith("HTTP/1.1 200 OK\r\nContent-Type: text/html"));
    EXPECT_THAT(ask(s.port(), "/status.json"), HasSubstr("\"latency\":{"));
    EXPECT_THAT(ask(s.port(), "/metrics"), HasSubstr("\r\n\r\nup 1\n"));
    EXPECT_THAT(ask(s.port(), "/health"), HasSubstr("alive"));
    EXPECT_THAT(ask(s.port(), "/ready"), HasSubstr("ready"));
    for (const auto* header :
         {"Cache-Control: no-store", "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer"})
        EXPECT_THAT(ask(s.port(), "/status.json"), HasSubstr(header));
}

TEST_F(status_server_test, keeps_the_connection_and_answers_in_turn) {
    const status_server s{content};
    raw_client c{s.port()};
    c.say(get_request("/health") + get_request("/ready") + get_request("/nothing", "Connection: close\r\n"));
    const auto all = c.hear_all();
    EXPECT_LT(all.find("alive"), all.find("ready"));
    EXPECT_LT(all.find("ready"), all.find("404"));
}

TEST_F(status_server_test, head_has_no_body_but_its_length) {
    const status_server s{content};
    raw_client c{s.port()};
    c.say("HEAD /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    const auto all = c.hear_all();
    EXPECT_THAT(all, HasSubstr("Content-Length: 6\r\n"));
    EXPECT_THAT(all, ::testing::EndsWith("\r\n\r\n"));
}

TEST_F(status_server_test, that_others_can_reach_needs_a_token_that_is_one) {
    EXPECT_THROW(status_server(content, {.address = "0.0.0.0"}), error);
    EXPECT_THROW(status_server(content, {.address = "::"}), error);
    EXPECT_THROW(status_server(content, {.address = "localhost"}), error) << "a name may resolve to anything";
    EXPECT_THROW(status_server(content, {.address = "0.0.0.0"}, secret_string{"short"}), error);
    EXPECT_THROW(status_server(content, {}, secret_string{"0123456789abcdef\r\nX: y"}), error);
    EXPECT_THROW(status_server(content, {.max_connections = 0}), error);
    EXPECT_THROW(status_server(content, {.max_header = 10}), error);
    const status_server s{content, {.address = "0.0.0.0"}, secret_string{token}};
    EXPECT_THAT(ask(s.port(), "/status.json"), StartsWith("HTTP/1.1 401"));
    EXPECT_THAT(ask(s.port(), "/status.json", authorized), StartsWith("HTTP/1.1 200"));
    EXPECT_THROW(status_server(content, {.port = s.port()}), error) << "the port is taken";
}

TEST_F(status_server_test, flood_of_bad_tokens_is_turned_away_and_the_good_one_is_served_beside_it) {
    const status_server s{content, {.max_requests_a_second = 20}, secret_string{token}};
    int refused = 0, too_many = 0;
    for (int i = 0; i < 200; ++i) {
        const auto said =
            ask(s.port(), "/status.json", "Authorization: Bearer wrong-wrong-wrong-" + std::to_string(i) + "\r\n");
        EXPECT_THAT(said, Not(HasSubstr("latency")));
        refused += said.starts_with("HTTP/1.1 401") ? 1 : 0;
        too_many += said.starts_with("HTTP/1.1 429") ? 1 : 0;
        if (i % 20 == 0) {
            EXPECT_THAT(ask(s.port(), "/status.json", authorized), StartsWith("HTTP/1.1 200"));
        }
    }
    EXPECT_EQ(refused + too_many, 200);
    EXPECT_GT(too_many, 0);
    EXPECT_EQ(s.turned_away(), static_cast<std::uint64_t>(too_many));
}

TEST_F(status_server_test, what_is_too_large_or_no_http_is_refused_and_its_connection_closed) {
    const status_server s{content, {.max_header = 1'024}};
    const auto said_to = [&](const std::string& text) {
        raw_client c{s.port()};
        c.say(text);
        return c.hear_all();
    };
    EXPECT_THAT(said_to(get_request("/" + std::string(2'000, 'x'))), StartsWith("HTTP/1.1 431"));
    EXPECT_THAT(said_to(get_request("/", "X: " + std::string(100'000, 'x') + "\r\n")), StartsWith("HTTP/1.1 431"));
    EXPECT_THAT(said_to("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"),
                StartsWith("HTTP/1.1 413"));
    EXPECT_THAT(said_to("POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 405"));
    EXPECT_THAT(said_to("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 what?\r\n\r\n"), StartsWith("HTTP/1.1 400"));
    EXPECT_THAT(said_to("GET / HTTP/9.9\r\n\r\n"), StartsWith("HTTP/1.1 400"));
    EXPECT_THAT(ask(s.port(), "/health"), StartsWith("HTTP/1.1 200"));
}

TEST_F(status_server_test, who_is_slow_is_left) {
    const status_server s{content, {.request_timeout = 50ms}};
    raw_client silent{s.port()}, half{s.port()};
    half.say("GET /health HTTP/1.1\r\nHost: loc");
    EXPECT_TRUE(silent.was_closed());
    EXPECT_TRUE(half.was_closed());
}

TEST_F(status_server_test, connections_over_the_limit_are_closed_and_there_is_room_again_when_others_go) {
    const status_server s{content, {.max_connections = 4}};
    {
        std::list<raw_client> idle;
        for (int i = 0; i < 4; ++i) {
            idle.emplace_back(s.port()).say(get_request("/health"));
            EXPECT_THAT(idle.back().hear_until("alive"), HasSubstr("200"));
        }
        for (int i = 0; i < 20; ++i) EXPECT_TRUE(raw_client{s.port()}.was_closed());
        EXPECT_EQ(s.turned_away(), 20u);
    }
    EXPECT_TRUE(testing::poll_until(testing::from_now(20s), [&] {
        raw_client c{s.port()};
        return c.say(get_request("/health", "Connection: close\r\n")) &&
               c.hear_all().find("alive") != std::string::npos;
    }));
}

TEST_F(status_server_test, what_a_function_of_the_user_throws_is_not_shown) {
    content.metrics = []() -> std::string { throw std::runtime_error{"secret words"}; };
    const status_server s{content};
    const auto said = ask(s.port(), "/metrics");
    EXPECT_THAT(said, StartsWith("HTTP/1.1 500"));
    EXPECT_THAT(said, Not(HasSubstr("secret")));
}

TEST_F(status_server_test, ends_with_clients_on_it) {
    std::list<raw_client> idle;
    {
        const status_server s{content};
        for (int i = 0; i < 10; ++i) idle.emplace_back(s.port()).say(i % 2 == 0 ? "GET" : get_request("/health"));
        idle.back().hear_until("alive");
    }
    for (auto& c : idle) c.hear_all();
}

TEST_F(status_server_test, runs_on_a_loop_of_the_users) {
    boost::asio::io_context io{1};
    auto s = std::make_unique<status_server>(io.get_executor(), content);
    raw_client c{s->port()};
    c.say(get_request("/health"));
    std::string heard;
    std::jthread client{[&] { heard = c.hear_until("alive"); }};
    EXPECT_TRUE(testing::poll_until(testing::from_now(20s), [&] {
        io.run_one_for(20ms);
        return s->answered() == 1;
    }));
    client.join();
    EXPECT_THAT(heard, HasSubstr("200"));
    s.reset();
    EXPECT_TRUE(testing::poll_until(testing::from_now(20s), [&] {
        io.run_one_for(20ms);
        return io.stopped();
    })) << "nothing of it is left on the loop";
}

}  // namespace
}  // namespace howdah::test
