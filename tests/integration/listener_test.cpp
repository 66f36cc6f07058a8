// LISTEN and NOTIFY through both drivers, with connections and servers that go and come back.

#include "ears.hpp"
#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/server.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;

template <class D>
class listeners : public with_ears<on_both_drivers<D>, D> {
protected:
    void notify(std::string_view channel, std::string_view payload) { this->call(this->db.notify(channel, payload)); }
};
TYPED_TEST_SUITE(listeners, both_drivers);

TYPED_TEST(listeners, hear_what_is_notified_in_order_with_channel_and_sender) {
    auto l = this->listen(dsn(), "odd \"channel");
    this->notify("odd \"channel", "one");
    this->notify("another", "not for it");
    this->notify("odd \"channel", "");
    const auto first = this->next(l);
    ASSERT_TRUE(first && first->as_notification());
    EXPECT_EQ(first->as_notification()->channel, "odd \"channel");
    EXPECT_EQ(first->as_notification()->payload, "one");
    EXPECT_EQ(first->as_notification()->sender, this->db.process_id());
    EXPECT_EQ(this->payload(l), "");
}

TYPED_TEST(listeners, give_nothing_when_nothing_comes_in_time_and_lose_nothing_by_that) {
    auto l = this->listen(dsn(), "quiet");
    EXPECT_FALSE(this->next(l, 10ms));
    this->notify("quiet", "after all");
    EXPECT_EQ(this->payload(l), "after all");
}

TYPED_TEST(listeners, listen_to_more_and_to_less_while_they_run) {
    auto l = this->listen(dsn(), "first");
    this->finish([&] { return l.listen("second"); });
    this->finish([&] { return l.unlisten("first"); });
    this->notify("first", "unheard");
    this->notify("second", "heard");
    EXPECT_EQ(this->payload(l), "heard");
    EXPECT_EQ(this->failure_of([&] { return this->finish([&] { return l.listen(""); }), 0; }).code(),
              errc::invalid_encoding);
}

TYPED_TEST(listeners, whose_connection_is_lost_yield_a_gap_before_the_next_notification) {
    auto l = this->listen(dsn(), "lossy");
    this->notify("lossy", "before");
    EXPECT_EQ(this->payload(l), "before");
    const auto was = l.process_id();
    this->call(this->db.execute("select pg_terminate_backend($1)", static_cast<int>(was)));
    EXPECT_EQ(this->payload(l), "(reconnected)");
    EXPECT_NE(l.process_id(), was);
    this->notify("lossy", "after");
    EXPECT_EQ(this->payload(l), "after");
}

TYPED_TEST(listeners, that_are_too_slow_lose_what_is_over_capacity_and_are_told_how_many) {
    auto l = this->listen(dsn(), "busy", {.capacity = 100});
    this->call(this->db.execute("select pg_notify('busy', n::text) from generate_series(1, 1000) n"));
    for (int i = 1; i <= 100; ++i) ASSERT_EQ(this->payload(l), std::to_string(i));
    const auto e = this->next(l);
    ASSERT_TRUE(e && e->as_gap());
    std::uint64_t lost = e->as_gap()->lost;
    EXPECT_EQ(e->as_gap()->cause, notification_gap::reason::overflow);
    // What came while this was read had room again.
    std::uint64_t heard = 100;
    while (heard + lost < 1'000) {
        const auto more = this->next(l);
        ASSERT_TRUE(more);
        if (const auto* gap = more->as_gap()) lost += gap->lost;
        else ++heard;
    }
    EXPECT_EQ(heard + lost, 1'000u);
    EXPECT_GT(lost, 0u);
    this->notify("busy", "next");
    EXPECT_EQ(this->payload(l), "next");
}

TYPED_TEST(listeners, hear_twenty_thousand_that_come_at_once_in_order_and_without_a_gap) {
    constexpr int many = 20'000;
    auto l = this->listen(dsn(), "many", {.capacity = many});
    this->call(this->db.execute("select pg_notify('many', n::text) from generate_series(1, $1::int) n", many));
    for (int i = 1; i <= many; ++i) ASSERT_EQ(this->payload(l), std::to_string(i));
    this->notify("many", "the next");
    EXPECT_EQ(this->payload(l), "the next") << "none came twice";
}

TYPED_TEST(listeners, hear_on_after_the_server_was_restarted) {
    testing::server own;
    auto l = this->listen(own.dsn(), "steady", {.first_backoff = 1ms, .longest_backoff = 50ms});
    own.execute_sql("notify steady, 'before'");
    EXPECT_EQ(this->payload(l), "before");
    own.restart();
    EXPECT_EQ(this->payload(l), "(reconnected)");
    own.execute_sql("notify steady, 'after'");
    EXPECT_EQ(this->payload(l), "after");
}

// A standby takes the connection, and refuses LISTEN.
TYPED_TEST(listeners, that_come_to_a_standby_go_on_until_a_primary_listens_to_them) {
    testing::server own{{.replicas = 1}};
    const auto ports = std::to_string(own.port()) + ',' + std::to_string(own.replica(0).port());
    auto l = this->listen(own.dsn() + "?host=127.0.0.1,127.0.0.1&port=" + ports, "steady",
                          {.first_backoff = 1ms, .longest_backoff = 50ms});
    own.stop();
    const auto refused = [&] {
        EXPECT_FALSE(this->next(l, 20ms)) << "before anything listens again";
        return own.replica(0).log_text().find("cannot execute LISTEN during recovery") != std::string::npos;
    };
    EXPECT_TRUE(testing::poll_until(testing::from_now(30s), refused));
    own.start();
    EXPECT_EQ(this->payload(l), "(reconnected)");
    own.execute_sql("notify steady, 'after'");
    EXPECT_EQ(this->payload(l), "after");
}

TYPED_TEST(listeners, give_up_after_max_attempts_with_the_last_error) {
    testing::server own;
    auto l = this->listen(own.dsn(), "gone", {.first_backoff = 1ms, .longest_backoff = 5ms, .max_attempts = 3});
    own.stop();
    const auto e = this->failure_of([&] { return this->next(l); });
    EXPECT_EQ(e.code(), std::errc::connection_refused) << e.what();
}

TYPED_TEST(listeners, notify_refuses_a_payload_of_8000_bytes_and_the_server_takes_one_less) {
    auto l = this->listen(dsn(), "big");
    EXPECT_EQ(this->failure_of([&] { return this->call(this->db.notify("big", std::string(8'000, 'x'))); }).code(),
              errc::message_too_large);
    this->notify("big", std::string(7'999, 'x'));
    EXPECT_EQ(this->payload(l).size(), 7'999u);
}

TYPED_TEST(listeners, hear_what_a_transaction_notified_when_it_commits) {
    auto l = this->listen(dsn(), "committed");
    {
        auto undone = this->call(this->db.begin());
        this->call(undone.notify("committed", "undone"));
    }
    auto tx = this->call(this->db.begin());
    this->call(tx.notify("committed", "done"));
    this->driver.commit(tx);
    EXPECT_EQ(this->payload(l), "done");
}

}  // namespace
}  // namespace howdah::test
