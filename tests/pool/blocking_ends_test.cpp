// How a blocking pool ends while something of it hangs, and what it makes of a provider's word.
#include <netinet/in.h>
#include <sys/socket.h>

#include <future>

#include "howdah/auth/static_credentials.hpp"
#include "howdah/net/socket.hpp"
#include "tests/pool/pool.hpp"

namespace howdah::test {
namespace {

/// Takes connections and says nothing, ever.
class mute_server {
public:
    mute_server() : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        auto* const where = reinterpret_cast<sockaddr*>(&at);
        if (::bind(socket_.get(), where, size) != 0 || ::listen(socket_.get(), 16) != 0 ||
            ::getsockname(socket_.get(), where, &size) != 0)
            throw std::runtime_error{"no socket to listen on"};
        port_ = ntohs(at.sin_port);
    }
    connection_config config() const {
        auto c =
            parse_conninfo("host=127.0.0.1 user=nobody dbname=nowhere sslmode=disable port=" + std::to_string(port_));
        c.connect_timeout = 10min;
        return c;
    }

private:
    net::unique_fd socket_;
    std::uint16_t port_ = 0;
};

/// It has come to its end before a connect would have.
template <class F>
void expect_to_end(F f) {
    auto ends = std::async(std::launch::async, std::move(f));
    EXPECT_EQ(ends.wait_for(soon), std::future_status::ready);
}

class blocking_pool_that_hangs : public ::testing::Test {
protected:
    mute_server mute;
    std::unique_ptr<blocking::pool> db =
        std::make_unique<blocking::pool>(mute.config(), pool_options{.min_connections = 2, .max_connections = 2});

    void SetUp() override {
        ASSERT_TRUE(poll_until(from_now(soon), [&] { return db->status().connecting == 2; }));
    }
};

TEST_F(blocking_pool_that_hangs, in_connecting_is_destroyed_without_waiting_for_it) {
    expect_to_end([&] { db.reset(); });
}

TEST_F(blocking_pool_that_hangs, in_connecting_is_closed_without_waiting_for_it) {
    expect_to_end([&] { EXPECT_TRUE(db->close(10min)); });
    EXPECT_EQ(db->status().connecting, 0u);
}

TEST_F(blocking_pool_that_hangs, in_connecting_is_drained_until_its_time_is_over) {
    expect_to_end([&] { (void)db->drain(50ms); });
    EXPECT_TRUE(poll_until(from_now(soon), [&] { return db->status().connecting == 0; }));
}

class blocking_pool_with_a_provider : public with_pool {};

TEST_F(blocking_pool_with_a_provider, replaces_its_connections_when_that_has_another_password) {
    auto c = config();
    const auto provider = std::make_shared<static_credentials>(secret_string{c.password});
    c.credentials = provider;
    blocking::pool db{c, {.min_connections = 2, .max_connections = 2}};
    ASSERT_TRUE(becomes(db, [](const auto& s) { return s.idle == 2; }));
    provider->change(secret_string{c.password});
    EXPECT_EQ(db.fetch_one<int>("select 6"), 6);
    EXPECT_TRUE(becomes(db, [](const auto& s) { return s.opened == 4 && s.idle == 2; }));
    EXPECT_EQ(db.status().broken, 0u);
}

using blocking_pool_cut_off = with_pool;

TEST_F(blocking_pool_cut_off, ends_what_is_in_flight_and_who_waits_and_serves_who_comes_later) {
    blocking::pool db{config(), {.max_connections = 1}};
    const auto failing = [&](auto call) { return std::async(std::launch::async, [call] { return failure_of(call); }); };
    auto in_flight = failing([&] { return db.execute("select pg_sleep(20)"); });
    ASSERT_TRUE(poll_until(from_now(soon), [&] {
        return witness.fetch_one<int>("select count(*)::int from pg_stat_activity where application_name = $1 and "
                                      "wait_event = 'PgSleep'",
                                      name.substr(0, 60)) == 1;
    }));
    auto waiting = failing([&] { return db.execute("select 1"); });
    ASSERT_TRUE(becomes(db, [](const pool_status& s) { return s.waiting == 1; }));
    db.cut_off(error{errc::connection_closed, "nobody is there"});
    const auto cut = in_flight.get(), left = waiting.get();
    EXPECT_EQ(cut.fate(), fate::unknown) << cut.what();
    EXPECT_EQ(left.fate(), fate::not_sent) << left.what();
    for (const auto* e : {&cut, &left}) EXPECT_STREQ(e->what(), "nobody is there");
    EXPECT_EQ(db.fetch_one<int>("select 5"), 5);
}

}  // namespace
}  // namespace howdah::test
