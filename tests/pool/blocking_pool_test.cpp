// Who gets which connection of a blocking pool, and what becomes of it.
#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/pool/databases.hpp"
#include "tests/pool/pool.hpp"

namespace howdah::test {
namespace {

class blocking_pool : public with_pool {};

TEST_F(blocking_pool, lends_a_connection_and_takes_it_back) {
    blocking::pool db{config(), {.max_connections = 2}};
    std::uint32_t first = 0;
    {
        const auto held = db.acquire();
        first = held->process_id();
        EXPECT_EQ(held->fetch_one<int>("select 1"), 1);
        EXPECT_EQ(db.status().in_use, 1u);
    }
    EXPECT_EQ(db.status().in_use, 0u);
    EXPECT_EQ(db.status().idle, 1u);
    EXPECT_EQ(db.acquire()->process_id(), first);
}

TEST_F(blocking_pool, min_connections_are_opened_in_the_background_and_again_when_they_are_killed) {
    blocking::pool db{config(), {.min_connections = 2, .max_connections = 3, .health_check_interval = 50ms}};
    ASSERT_TRUE(becomes(db, [](const auto& s) { return s.idle == 2; }));
    EXPECT_EQ(on_server(), 2);
    {
        const auto held = db.acquire();
        terminate(held->process_id());
    }
    EXPECT_TRUE(becomes(db, [](const auto& s) { return s.opened >= 3 && s.idle == 2; }));
    EXPECT_EQ(on_server(), 2);
}

TEST_F(blocking_pool, a_caller_beyond_the_limit_waits_for_the_first_that_comes_back) {
    blocking::pool db{config(), {.max_connections = 1}};
    auto held = db.acquire();
    const auto process = held->process_id();
    std::jthread other{[&] { EXPECT_EQ(db.acquire(10s)->process_id(), process); }};
    ASSERT_TRUE(becomes(db, [](const auto& s) { return s.waiting == 1; }));
    held.release();
    other.join();
    EXPECT_EQ(db.status().size, 1u);
}

TEST_F(blocking_pool, no_connection_in_time_is_a_timeout_that_says_who_has_them) {
    blocking::pool db{config(), {.max_connections = 1}};
    const auto held = db.acquire();
    const auto e = failure_of([&] { return db.acquire(30ms); });
    EXPECT_EQ(e.code(), errc::timed_out);
    EXPECT_EQ(e.phase(), phase::queue);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_GE(e.times()[static_cast<std::size_t>(phase::queue)], 30ms);
    EXPECT_NE(std::string{e.what()}.find("1 of 1 in use"), std::string::npos) << e.what();
}

TEST_F(blocking_pool, zero_takes_what_is_free_and_does_not_wait) {
    blocking::pool db{config(), {.max_connections = 1}};
    { const auto held = db.acquire(); }
    const auto held = db.acquire(0ms);
    EXPECT_EQ(failure_of([&] { return db.acquire(0ms); }).code(), errc::timed_out);
}

TEST_F(blocking_pool, a_full_queue_fails_at_once) {
    blocking::pool db{config(), {.max_connections = 1, .max_waiting = 1}};
    auto held = db.acquire();
    std::jthread other{[&] { (void)db.acquire(10s); }};
    ASSERT_TRUE(becomes(db, [](const auto& s) { return s.waiting == 1; }));
    EXPECT_EQ(failure_of([&] { return db.acquire(10s); }).code(), errc::queue_full);
    held.release();
}

TEST_F(blocking_pool, a_caller_that_is_asked_to_stop_ends_as_cancelled_and_leaves_the_queue) {
    blocking::pool db{config(), {.max_connections = 1}};
    auto held = db.acquire();
    std::jthread other{[&](std::stop_token stop) {
        const auto e = failure_of([&] { return db.acquire(10s, stop); });
        EXPECT_EQ(e.code(), errc::cancelled);
        EXPECT_EQ(e.fate(), fate::not_sent);
    }};
    ASSERT_TRUE(becomes(db, [](const auto& s) { return s.waiting == 1; }));
    other.request_stop();
    other.join();
    EXPECT_EQ(db.status().waiting, 0u);
    held.release();
    EXPECT_TRUE(db.acquire(10s));
}

TEST_F(blocking_pool, a_transaction_that_is_left_open_is_rolled_back_and_its_connection_stays) {
    blocking::pool db{config(), {.max_connections = 1}};
    std::uint32_t process = 0;
    {
        const auto held = db.acquire();
        process = held->process_id();
        auto tx = held->begin();
        tx.execute("create temporary table left_open(x int)");
    }
    const auto held = db.acquire();
    EXPECT_EQ(held->process_id(), process);
    EXPECT_TRUE(held->fetch_one<bool>("select to_regclass('left_open') is null"));
}

TEST_F(blocking_pool, what_is_cleaned_forgets_settings_and_locks_and_keeps_its_statements) {
    blocking::pool db{config(), {.max_connections = 1, .on_return = recycle::clean}};
    {
        const auto held = db.acquire();
        held->execute("set work_mem = '7MB'");
        held->execute("select pg_advisory_lock($1)", std::int64_t{::getpid()});
        held->execute("create temporary table its_own(x int)");
        for (int i = 0; i < 3; ++i) EXPECT_EQ(held->fetch_one<int>("select $1::int + 4711", 1), 4712);
    }
    const auto held = db.acquire();
    EXPECT_NE(held->fetch_one<std::string>("show work_mem"), "7MB");
    EXPECT_EQ(held->fetch_one<int>("select count(*)::int from pg_locks where locktype = 'advisory' and pid = "
                                   "pg_backend_pid()"),
              0);
    EXPECT_TRUE(held->fetch_one<bool>("select to_regclass('its_own') is null"));
    EXPECT_EQ(held->fetch_one<int>("select count(*)::int from pg_prepared_statements where statement like '%4711%' "
                                   "and statement not like '%pg_prepared%'"),
              1);
}

TEST_F(blocking_pool, one_that_was_killed_in_use_is_replaced) {
    blocking::pool db{config(), {.max_connections = 1}};
    std::uint32_t killed = 0;
    {
        const auto held = db.acquire();
        killed = held->process_id();
        terminate(killed);
        EXPECT_ANY_THROW(held->fetch_one<int>("select 1"));
    }
    EXPECT_NE(db.acquire()->process_id(), killed);
    EXPECT_EQ(db.status().broken, 1u);
}

TEST_F(blocking_pool, one_that_was_killed_while_idle_is_found_out_before_it_is_lent) {
    blocking::pool db{config(), {.max_connections = 1, .ping_after = 0ms}};
    std::uint32_t killed = 0;
    {
        const auto held = db.acquire();
        killed = held->process_id();
    }
    terminate(killed);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(db.fetch_one<int>("select 1"), 1);
    EXPECT_EQ(db.status().broken, 1u);
}

TEST_F(blocking_pool, a_wrong_password_is_told_at_once) {
    auto wrong = config();
    wrong.password = secret_string{"not it"};
    blocking::pool db{wrong, {.max_connections = 1}};
    const auto e = failure_of([&] { return db.acquire(10s); });
    EXPECT_EQ(e.state(), invalid_password) << e.what();
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_EQ(db.status().last_error->state(), invalid_password);
}

TEST_F(blocking_pool, a_server_that_is_not_there_is_told_after_three_attempts) {
    blocking::pool db{parse_conninfo("host=127.0.0.1 port=1 user=nobody dbname=nowhere"), {.max_connections = 2}};
    const auto e = failure_of([&] { return db.acquire(10s); });
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_NE(std::string{e.what()}.find("127.0.0.1"), std::string::npos) << e.what();
    EXPECT_EQ(db.status().waiting, 0u);
}

TEST_F(blocking_pool, reconfigured_it_grows_and_shrinks_without_dropping_what_is_in_use) {
    blocking::pool db{config(), {.max_connections = 1}};
    auto first = db.acquire();
    db.reconfigure({.max_connections = 3});
    auto second = db.acquire(10s), third = db.acquire(10s);
    db.reconfigure({.max_connections = 1});
    EXPECT_EQ(
        first->fetch_one<int>("select 1") + second->fetch_one<int>("select 2") + third->fetch_one<int>("select 3"), 6);
    first.release();
    second.release();
    third.release();
    EXPECT_TRUE(becomes(db, [](const auto& s) { return s.size == 1 && s.idle == 1; }));
    EXPECT_TRUE(poll_until(from_now(soon), [&] { return on_server() == 1; }));
    EXPECT_EQ(failure_of([&] { return db.reconfigure({.min_connections = 5, .max_connections = 2}), 0; }).code(),
              errc::invalid_option);
}

TEST_F(blocking_pool, connections_with_older_credentials_are_replaced_while_nobody_waits) {
    blocking::pool db{config(), {.min_connections = 2, .max_connections = 2}};
    ASSERT_TRUE(becomes(db, [](const auto& s) { return s.idle == 2; }));
    db.renew_credentials();
    EXPECT_TRUE(becomes(db, [](const auto& s) { return s.opened == 4 && s.idle == 2; }));
    EXPECT_EQ(db.status().broken, 0u);
}

TEST_F(blocking_pool, drained_it_serves_those_that_wait_and_refuses_those_that_come) {
    blocking::pool db{config(), {.max_connections = 1}};
    auto held = db.acquire();
    std::jthread waiting{[&] { EXPECT_EQ(db.fetch_one<int>("select 8"), 8); }};
    ASSERT_TRUE(becomes(db, [](const auto& s) { return s.waiting == 1; }));
    std::jthread draining{[&] { EXPECT_TRUE(db.drain(soon)); }};
    ASSERT_TRUE(poll_until(from_now(soon), [&] {
        try {
            (void)db.acquire(0ms);
        } catch (const error& e) {
            return e.code() == errc::pool_closed;
        }
        return false;
    }));
    held.release();
    draining.join();
    waiting.join();
    EXPECT_EQ(db.status().size, 0u);
    EXPECT_TRUE(poll_until(from_now(soon), [&] { return on_server() == 0; }));
}

TEST_F(blocking_pool, closed_it_refuses_those_that_wait_and_cuts_off_those_that_stay_too_long) {
    blocking::pool db{config(), {.max_connections = 1}};
    gate begun;
    std::jthread busy{[&] {
        const auto held = db.acquire();
        begun.pass();
        const auto since = std::chrono::steady_clock::now();
        EXPECT_ANY_THROW(held->with({.timeout = 60s}).execute("select pg_sleep(60)"));
        EXPECT_LT(std::chrono::steady_clock::now() - since, 30s);
    }};
    ASSERT_TRUE(begun.await_arrivals(1));
    std::jthread waiting{[&] { EXPECT_EQ(failure_of([&] { return db.acquire(10s); }).code(), errc::pool_closed); }};
    ASSERT_TRUE(becomes(db, [](const auto& s) { return s.waiting == 1; }));
    begun.open();
    ASSERT_TRUE(poll_until(from_now(soon), [&] {
        return witness.fetch_one<bool>("select exists (select from pg_stat_activity where application_name = $1 and "
                                       "query like '%pg_sleep%' and state = 'active')",
                                       name.substr(0, 60));
    }));
    EXPECT_FALSE(db.close(10ms));
    waiting.join();
    busy.join();
    EXPECT_TRUE(becomes(db, [](const auto& s) { return s.size == 0; }));
}

TEST_F(blocking_pool, a_connection_outlives_its_pool_and_is_closed_when_it_comes_back) {
    auto db = std::make_unique<blocking::pool>(config(), pool_options{.max_connections = 1});
    auto held = std::make_unique<blocking::pooled_connection>(db->acquire());
    db.reset();
    EXPECT_ANY_THROW((*held)->fetch_one<int>("select 1"));
    held.reset();
    EXPECT_TRUE(poll_until(from_now(soon), [&] { return on_server() == 0; }));
}

struct listening final : observer {
    void on(const starvation_event& e) override {
        const std::lock_guard lock{mutex};
        waiting = e.waiting;
        holding = e.holding;
        ++starvations;
    }
    void on(const acquire_event& e) override { ++(e.failure == nullptr ? acquired : refused); }
    void on(const release_event&) override { ++released; }
    void on(const pool_connection_event& e) override {
        const std::lock_guard lock{mutex};
        if (e.what == pool_change::opened) ++opened;
        else reasons.emplace_back(e.reason);
    }
    std::mutex mutex;
    std::string waiting, holding;
    std::vector<std::string> reasons;
    std::atomic<int> starvations = 0, acquired = 0, refused = 0, released = 0, opened = 0;
};

TEST_F(blocking_pool, a_thread_that_waits_for_what_it_holds_is_told_with_both_places) {
    const auto seen = std::make_shared<listening>();
    blocking::pool db{config(), {.max_connections = 1}, {}, seen};
    const auto held = db.acquire();
    const auto line = __LINE__ - 1;
    EXPECT_EQ(failure_of([&] { return db.with({.timeout = 20ms}).query("select 'inner'"); }).code(), errc::timed_out);
    EXPECT_EQ(seen->starvations, 1);
    EXPECT_EQ(seen->waiting, "statement \"select 'inner'\"");
    EXPECT_NE(seen->holding.find("blocking_pool_test.cpp:" + std::to_string(line)), std::string::npos) << seen->holding;
}

TEST_F(blocking_pool, another_thread_that_waits_is_not_starving) {
    const auto seen = std::make_shared<listening>();
    blocking::pool db{config(), {.max_connections = 1}, {}, seen};
    const auto held = db.acquire();
    std::jthread{[&] { EXPECT_EQ(failure_of([&] { return db.acquire(20ms); }).code(), errc::timed_out); }}.join();
    EXPECT_EQ(seen->starvations, 0);
    EXPECT_EQ(seen->acquired, 1);
    EXPECT_EQ(seen->refused, 1);
}

TEST_F(blocking_pool, the_observer_hears_of_connections_and_why_they_are_closed) {
    const auto seen = std::make_shared<listening>();
    {
        blocking::pool db{config(), {.max_connections = 1, .idle_timeout = 10ms}, {}, seen};
        EXPECT_EQ(db.fetch_one<int>("select 1"), 1);
        EXPECT_TRUE(becomes(db, [](const auto& s) { return s.size == 0; }));
        EXPECT_EQ(db.fetch_one<int>("select 1"), 1);
    }
    EXPECT_EQ(seen->opened, 2);
    EXPECT_EQ(seen->acquired, 2);
    EXPECT_EQ(seen->released, 2);
    ASSERT_EQ(seen->reasons.size(), 2u);
    EXPECT_EQ(seen->reasons[0], "idle_timeout");
}

TEST_F(blocking_pool, several_databases_are_opened_reconfigured_and_closed_by_name) {
    blocking::databases all;
    const auto where = testing::shared_server().dsn_by(testing::route::best);
    all.open("orders", where, {.max_connections = 2});
    all.open("users", config());
    EXPECT_EQ(all["orders"].fetch_one<int>("select 3"), 3);
    EXPECT_EQ(failure_of([&] { return all.open("orders", where).status(); }).code(), errc::invalid_option);
    all.reconfigure("orders", {.max_connections = 5});
    EXPECT_EQ(all["orders"].status().limit, 5u);
    const auto e = failure_of([&] { return all["order"].status(); });
    EXPECT_EQ(e.code(), errc::invalid_option);
    EXPECT_NE(std::string{e.what()}.find("open are: orders, users"), std::string::npos) << e.what();
    EXPECT_TRUE(all.close("orders", 5s));
    EXPECT_EQ(all.names(), std::vector<std::string>{"users"});
    EXPECT_EQ(failure_of([&] { return all["orders"].status(); }).code(), errc::invalid_option);
    EXPECT_EQ(all.open("orders", where).fetch_one<int>("select 4"), 4);
}

}  // namespace
}  // namespace howdah::test
