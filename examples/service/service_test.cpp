// The example service, while its password is rotated and its server restarted.

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/connect.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <thread>
#include <vector>

#include "examples/service/trial.hpp"
#include "howdah/testing/polling.hpp"

namespace service {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using namespace std::chrono_literals;
using howdah::testing::from_now, howdah::testing::poll_until;

constexpr auto soon = 20s;

/// A client with one connection. Waits for an answer as long as `soon`.
class client {
public:
    explicit client(std::uint16_t port) {
        socket_.connect({asio::ip::address_v4::loopback(), port});
        const timeval limit{.tv_sec = std::chrono::seconds{soon}.count(), .tv_usec = 0};
        ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    http::response<http::string_body> ask(const std::string& path, http::verb verb = http::verb::get) {
        http::request<http::empty_body> r{verb, path, 11};
        r.set(http::field::host, "localhost");
        http::write(socket_, r);
        http::response<http::string_body> answer;
        http::read(socket_, buffer_, answer);
        return answer;
    }

private:
    asio::io_context io_;
    asio::ip::tcp::socket socket_{io_};
    boost::beast::flat_buffer buffer_;
};

TEST(example_service, answers_in_json) {
    const trial t;
    client c{t.running->port()};
    const auto found = c.ask("/accounts/7");
    EXPECT_EQ(found.result(), http::status::ok);
    EXPECT_EQ(found.body(), "{\"id\" : 7, \"owner\" : \"owner 7\", \"balance\" : 70}\n");
    EXPECT_EQ(c.ask("/accounts/1000000").result(), http::status::not_found);
    EXPECT_EQ(c.ask("/accounts/7x").result(), http::status::not_found);
    EXPECT_EQ(c.ask("/accounts/7", http::verb::post).result(), http::status::method_not_allowed);
    EXPECT_NE(c.ask("/status").body().find("\"size\" : "), std::string::npos);
}

TEST(example_service, serves_on_while_its_password_is_rotated_and_its_server_restarted) {
    constexpr int clients = 8;
    trial t;
    std::atomic<int> good = 0, bad = 0, wrong = 0;
    {
        std::vector<std::jthread> asking;
        for (int n = 0; n < clients; ++n)
            asking.emplace_back([&, n](const std::stop_token& stop) {
                client c{t.running->port()};
                while (!stop.stop_requested()) {
                    const auto status = c.ask("/accounts/" + std::to_string(n + 1)).result();
                    ++(status == http::status::ok ? good : status == http::status::service_unavailable ? bad : wrong);
                }
            });
        const auto more_are_good = [&] {
            const int before = good;
            return poll_until(from_now(soon), [&] { return good > before + 200; });
        };
        EXPECT_TRUE(more_are_good());
        t.rotate_password("rotated");
        EXPECT_TRUE(more_are_good());
        EXPECT_EQ(bad, 0) << "a rotation is nobody's error";

        t.server.restart();  // all connections are opened anew, with the new password
        EXPECT_TRUE(poll_until(from_now(soon), [&] { return t.whole(); }));
        const int at_return = bad;
        EXPECT_TRUE(more_are_good());
        EXPECT_EQ(bad, at_return) << "none fails once the pool is whole";
    }
    EXPECT_EQ(wrong, 0);
    EXPECT_GE(t.running->status().opened, 2 * trial::connections);
}

}  // namespace
}  // namespace service
