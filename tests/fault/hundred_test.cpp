// A cancel among a hundred calls in flight, and what it travels over. With TLS and without.
#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include "fault_driver.hpp"
#include "howdah/testing/polling.hpp"
#include "proxy.hpp"

namespace howdah::test {
namespace {

namespace asio = boost::asio;

// PITFALLS 4. Only what the server works on is cancelled there, and nobody else is hit.
class of_a_hundred_in_flight : public with_driver<async_driver>, public ::testing::WithParamInterface<testing::route> {
protected:
    connection db = driver.connect(dsn(GetParam()));
    int begun = 0, over = 0, answered = 0, given_up = 0;

    void begin(awaitable<void> call, asio::cancellation_slot slot = {}) {
        ++begun;
        asio::co_spawn(*driver.io, std::move(call), asio::bind_cancellation_slot(slot, [this](std::exception_ptr e) {
            ++over;
            EXPECT_FALSE(e);
        }));
    }
    awaitable<void> answers(int i) {
        EXPECT_EQ((co_await db.fetch_one<int>("select $1::int from pg_sleep(0.002)", i)), i);
        ++answered;
    }
    awaitable<void> sleeps(std::optional<std::chrono::milliseconds> timeout = std::nullopt) {
        co_await db.with({.timeout = timeout}).execute("select pg_sleep(60)");
    }
    static awaitable<std::error_code> error_from(awaitable<void> call) {
        try {
            co_await std::move(call);
            co_return std::error_code{};
        } catch (const error& e) {
            co_return e.code();
        }
    }
    template <class Condition>
    void run_until(Condition condition) {
        driver.io->restart();
        const auto limit = testing::from_now(20s);
        while (!condition() && driver.io->run_one_until(limit) != 0) {}
        ASSERT_TRUE(condition()) << "it hangs";
    }
    void expect_one_given_up() {
        EXPECT_EQ(answered, 99);
        EXPECT_EQ(given_up, 1);
        EXPECT_EQ(call(db.fetch_one<int>("select pg_backend_pid()")), static_cast<int>(db.process_id()));
    }
};

// The tenth holds the others up: nobody can have got to the fiftieth.
TEST_P(of_a_hundred_in_flight, the_fiftieth_that_is_cancelled_far_behind_the_head_fails_alone) {
    blocking::connection witness{parse_conninfo(dsn())};
    const std::int64_t lock = 5'000'000'000 + ::getpid();
    witness.execute("select pg_advisory_lock($1)", lock);
    const auto tenth = [&]() -> awaitable<void> {
        EXPECT_EQ((co_await db.fetch_one<int>("select $1::int from pg_advisory_xact_lock_shared($2)", 10, lock)), 10);
        ++answered;
    };
    asio::cancellation_signal signal;
    const auto fiftieth = [this]() -> awaitable<void> {
        const auto e = co_await error_from(answers(50));
        EXPECT_EQ(e, errc::cancelled);
        ++given_up;
    };
    for (int i = 1; i <= 100; ++i) {
        if (i == 50) begin(fiftieth(), signal.slot());
        else begin(i == 10 ? tenth() : answers(i));
    }
    run_until([this] { return answered >= 9; });
    signal.emit(asio::cancellation_type::terminal);
    run_until([this] { return given_up == 1; });
    EXPECT_EQ(answered, 9);
    witness.execute("select pg_advisory_unlock($1)", lock);
    run_until([this] { return over == begun; });
    expect_one_given_up();
}

TEST_P(of_a_hundred_in_flight, the_fiftieth_that_is_cancelled_at_the_head_fails_alone) {
    asio::cancellation_signal signal;
    const auto fiftieth = [this]() -> awaitable<void> {
        const auto e = co_await error_from(sleeps());
        EXPECT_EQ(e, errc::cancelled);
        ++given_up;
    };
    for (int i = 1; i <= 100; ++i) {
        if (i == 50) begin(fiftieth(), signal.slot());
        else begin(answers(i));
    }
    run_until([this] { return answered >= 49; });
    signal.emit(asio::cancellation_type::terminal);
    run_until([this] { return over == begun; });
    expect_one_given_up();
}

TEST_P(of_a_hundred_in_flight, the_fiftieth_whose_time_is_over_fails_alone) {
    const auto fiftieth = [this]() -> awaitable<void> {
        const auto e = co_await error_from(sleeps(100ms));
        EXPECT_EQ(e, errc::timed_out);
        ++given_up;
    };
    for (int i = 1; i <= 100; ++i) begin(i == 50 ? fiftieth() : answers(i));
    run_until([this] { return over == begun; });
    expect_one_given_up();
}

INSTANTIATE_TEST_SUITE_P(over, of_a_hundred_in_flight, ::testing::Values(testing::route::tcp, testing::route::tls),
                         [](const auto& r) { return r.param == testing::route::tls ? "tls" : "tcp"; });

// The first bytes of a connection (protocol, section 55.2.10 and 55.2.9).
const std::string ssl_request{"\0\0\0\x08\x04\xd2\x16\x2f", 8}, cancel_request_code{"\x04\xd2\x16\x2e", 4};

template <class D>
class cancel_request : public with_driver<D> {
protected:
    proxy between{testing::shared_server().port()};

    /// What goes to the server while a call is timed out, after the login.
    std::string sent_by_a_timeout(const std::string& sslmode) {
        auto where = dsn_through(between.port());
        where.replace(where.find("sslmode=disable"), 15, "sslmode=" + sslmode);
        auto db = this->driver.connect(where);
        between.arm(std::nullopt);
        const auto e = error_of([&] { this->call(db.with({.timeout = 50ms}).execute("select pg_sleep(60)")); });
        EXPECT_TRUE(e && e->code() == errc::timed_out);
        EXPECT_EQ(e->fate(), fate::rejected) << "the server was told, and has said so: " << e->what();
        EXPECT_EQ(between.taken(), 2u);
        return between.seen(direction::to_server);
    }
};
TYPED_TEST_SUITE(cancel_request, both_drivers);

TYPED_TEST(cancel_request, of_a_connection_with_tls_travels_over_tls) {
    const auto sent = this->sent_by_a_timeout("require");
    const auto asked = sent.find(ssl_request);
    ASSERT_NE(asked, std::string::npos);
    EXPECT_EQ(sent.find(ssl_request, asked + 1), std::string::npos);
    EXPECT_EQ(sent.find(cancel_request_code), std::string::npos) << "its key is a secret";
}

TYPED_TEST(cancel_request, of_a_connection_without_tls_asks_for_none) {
    const auto sent = this->sent_by_a_timeout("disable");
    EXPECT_EQ(sent.find(ssl_request), std::string::npos);
    EXPECT_NE(sent.find(cancel_request_code), std::string::npos);
}

}  // namespace
}  // namespace howdah::test
