#include "howdah/observe/asynchronous_observer.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "howdah/observe/event_fields.hpp"

namespace howdah {
namespace {

using namespace std::chrono_literals;

constexpr auto long_enough = 30s;

// What it was told, on whichever thread.
struct listening final : observer {
    using observer::on;
    void on(const query_end_event& e) override {
        statements.emplace_back(e.statement);
        if (e.failure != nullptr) failures.emplace_back(e.failure->what());
        where = std::this_thread::get_id();
    }
    void on(const notice_event& e) override { failures.emplace_back(e.notice->message); }
    void on(const warning_event&) override { throw std::runtime_error{"harmless"}; }

    std::vector<std::string> statements, failures;
    std::thread::id where;
};

// Blocks at the first query until it is let go.
struct blocking_observer final : observer {
    using observer::on;
    void on(const query_start_event&) override {
        if (told++ == 0) {
            entered.set_value();
            let_go.get_future().wait();
        }
    }
    void on(const events_dropped_event& e) override { dropped = e.dropped; }

    std::promise<void> entered, let_go;
    std::atomic<std::uint64_t> told{0}, dropped{0};
};

TEST(asynchronous_observer, passes_events_on_with_all_that_they_point_to) {
    const auto to = std::make_shared<listening>();
    asynchronous_observer one{to};
    {
        std::string statement = "select 'a text that is longer than what fits into a small string'";
        const error failure{errc::timed_out, "too slow"};
        observe::tell(&one, query_end_event{.statement = statement, .failure = &failure});
        server_message notice;
        notice.message = "a notice that is longer than what fits into a small string";
        observe::tell(&one, notice_event{.notice = &notice});
        statement.assign(statement.size(), '!');
    }
    observe::tell(&one, warning_event{.what = "what it throws harms nobody"});
    observe::tell(&one, query_end_event{.statement = "select 2"});
    ASSERT_TRUE(one.flush(long_enough));
    EXPECT_EQ(to->statements, (std::vector<std::string>{
                                  "select 'a text that is longer than what fits into a small string'", "select 2"}));
    ASSERT_EQ(to->failures.size(), 2u);
    EXPECT_NE(to->failures[0].find("too slow"), std::string::npos);
    EXPECT_EQ(to->failures[1], "a notice that is longer than what fits into a small string");
    EXPECT_NE(to->where, std::this_thread::get_id());
    EXPECT_EQ(one.dropped(), 0u);
}

TEST(asynchronous_observer, one_that_blocks_costs_its_own_events_and_nobody_s_time) {
    const auto to = std::make_shared<blocking_observer>();
    asynchronous_observer one{to, {.max_events = 10}};
    observe::tell(&one, query_start_event{});
    to->entered.get_future().wait();
    for (int i = 0; i < 100; ++i) observe::tell(&one, query_start_event{});  // returns, though nobody listens
    EXPECT_EQ(one.dropped(), 90u);
    to->let_go.set_value();
    ASSERT_TRUE(one.flush(long_enough));
    EXPECT_EQ(to->told, 11u);
    EXPECT_EQ(to->dropped, 90u);
}

TEST(asynchronous_observer, keeps_no_more_bytes_than_it_may_and_cuts_long_statements) {
    const auto to = std::make_shared<blocking_observer>();
    asynchronous_observer one{to, {.max_bytes = 100'000, .longest_text = 10'000}};
    observe::tell(&one, query_start_event{});
    to->entered.get_future().wait();
    const std::string statement(10'000'000, 'x');
    for (int i = 0; i < 100; ++i) observe::tell(&one, query_start_event{.statement = statement});
    EXPECT_GE(one.dropped(), 90u);
    EXPECT_LT(one.dropped(), 100u);
    to->let_go.set_value();
    ASSERT_TRUE(one.flush(long_enough));
    EXPECT_EQ(to->told, 101 - one.dropped());
}

TEST(asynchronous_observer, its_end_passes_on_what_is_left) {
    const auto to = std::make_shared<listening>();
    {
        asynchronous_observer one{to, {.linger = long_enough}};
        for (int i = 0; i < 1'000; ++i) observe::tell(&one, query_end_event{.statement = "select 1"});
    }
    EXPECT_EQ(to->statements.size(), 1'000u);
}

TEST(asynchronous_observer, its_end_waits_for_no_observer_that_blocks) {
    const auto to = std::make_shared<blocking_observer>();
    {
        asynchronous_observer one{to, {.linger = 0ms}};
        observe::tell(&one, query_start_event{});
        to->entered.get_future().wait();
        observe::tell(&one, query_start_event{});
    }
    EXPECT_EQ(to->told, 1u);
    to->let_go.set_value();  // its thread ends
}

TEST(asynchronous_observer, takes_events_from_many_threads) {
    const auto to = std::make_shared<listening>();
    asynchronous_observer one{to, {.max_events = 100'000, .max_bytes = std::size_t{1} << 30}};
    std::vector<std::thread> all;
    for (int t = 0; t < 4; ++t)
        all.emplace_back([&] {
            for (int i = 0; i < 1'000; ++i) observe::tell(&one, query_end_event{.statement = "select 1"});
        });
    for (auto& t : all) t.join();
    ASSERT_TRUE(one.flush(long_enough));
    EXPECT_EQ(to->statements.size(), 4'000u);
}

TEST(asynchronous_observer, without_an_observer_or_room_is_refused) {
    EXPECT_THROW(asynchronous_observer{nullptr}, error);
    EXPECT_THROW((asynchronous_observer{std::make_shared<listening>(), {.max_events = 0}}), error);
    EXPECT_THROW((asynchronous_observer{std::make_shared<listening>(), {.linger = -1ms}}), error);
}

// Every event there is goes through.
struct counting_all final : observe::of_all_events<counting_all> {
    template <class Event>
    void all(const Event&) {
        names.emplace_back(observe::name_of_event<Event>());
    }
    std::vector<std::string> names;
};

TEST(asynchronous_observer, knows_every_event) {
    const auto to = std::make_shared<counting_all>();
    asynchronous_observer one{to};
    std::vector<std::string> expected;
    boost::mp11::mp_for_each<observe::all_events>([&](auto e) {
        expected.emplace_back(observe::name_of_event<decltype(e)>());
        observe::tell(&one, e);
    });
    ASSERT_TRUE(one.flush(long_enough));
    EXPECT_EQ(to->names, expected);
}

}  // namespace
}  // namespace howdah
