// Changes of tables, notified as JSON, through both drivers.

#include <boost/json/src.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>

#include "driver.hpp"
#include "howdah/async/on_change.hpp"
#include "howdah/blocking/on_change.hpp"
#include "howdah/testing/server.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;

struct order_change {
    std::int64_t id = 0;
    std::string state;
    std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(order_change, (), (id, state, note))

struct place {
    std::string town;
    std::vector<int> numbers;
};
BOOST_DESCRIBE_STRUCT(place, (), (town, numbers))
struct shop_change {
    place at;
};
BOOST_DESCRIBE_STRUCT(shop_change, (), (at))

struct blocking_changes {
    using type = blocking::change_listener;
    static type listen(blocking_driver&, const std::string& conninfo, std::string_view channel,
                       const change_options& options) {
        return type{parse_conninfo(conninfo), channel, options};
    }
    static bool handle_next(blocking_driver&, type& changes, std::chrono::milliseconds timeout) {
        return changes.handle_next(timeout);
    }
};

struct async_changes {
    using type = howdah::change_listener;
    static type listen(async_driver& d, const std::string& conninfo, std::string_view channel,
                       const change_options& options) {
        return d.call(howdah::listen_to_changes(conninfo, channel, options));
    }
    static bool handle_next(async_driver& d, type& changes, std::chrono::milliseconds timeout) {
        return d.call(in_time(changes, timeout));
    }

private:
    static awaitable<void> sleep(std::chrono::milliseconds time) {
        boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor, time};
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
    // An error is an answer too: || would wait for the other one.
    static awaitable<void> handle(type& changes, std::exception_ptr& failure) {
        try {
            co_await changes.handle_next();
        } catch (...) {
            failure = std::current_exception();
        }
    }
    static awaitable<bool> in_time(type& changes, std::chrono::milliseconds timeout) {
        using namespace boost::asio::experimental::awaitable_operators;
        std::exception_ptr failure;
        const auto first = co_await (handle(changes, failure) || sleep(timeout));
        if (first.index() == 0 && failure) std::rethrow_exception(failure);
        co_return first.index() == 0;
    }
};

template <class D>
class changes : public on_both_drivers<D> {
protected:
    using kind = std::conditional_t<std::is_same_v<D, blocking_driver>, blocking_changes, async_changes>;

    auto listen(std::string_view channel, const change_options& options = {}, const std::string& conninfo = dsn()) {
        return kind::listen(this->driver, conninfo, channel, options);
    }
    void handle(typename kind::type& c, int times) {
        for (int i = 0; i < times; ++i) ASSERT_TRUE(kind::handle_next(this->driver, c, 20'000ms)) << i;
    }
    bool nothing_more(typename kind::type& c) { return !kind::handle_next(this->driver, c, 20ms); }
    void notify(std::string_view channel, std::string_view payload) { this->call(this->db.notify(channel, payload)); }
    /// In one transaction, so that they come together.
    void notify_all(const std::string& channel, const std::vector<std::string>& payloads) {
        auto tx = this->call(this->db.begin());
        for (const auto& p : payloads) this->call(tx.notify(channel, p));
        this->driver.commit(tx);
    }
    static std::string words(const order_change& c) {
        return std::to_string(c.id) + c.state + (c.note ? "(" + *c.note + ")" : "");
    }

    std::vector<std::string> seen;
};
TYPED_TEST_SUITE(changes, both_drivers);

TYPED_TEST(changes, go_to_their_tables_handlers_as_structs) {
    auto c = this->listen("changed");
    c.template on_change<order_change>("orders", [&](const order_change& o) { this->seen.push_back(this->words(o)); });
    c.template on_change<shop_change>(
        "shops", [&](const shop_change& s) { this->seen.push_back(s.at.town + std::to_string(s.at.numbers.at(1))); });
    this->notify("changed", R"({"table": "orders", "id": 7, "state": "paid", "more": [1]})");
    this->notify("changed", R"({"table": "nobodys", "id": 8})");
    this->notify("changed", R"({"table": "shops", "at": {"town": "York", "numbers": [1, 2]}})");
    this->notify("changed", R"({"id": 9, "state": "new", "note": "now", "table": "orders"})");
    this->handle(c, 4);
    EXPECT_EQ(this->seen, (std::vector<std::string>{"7paid", "York2", "9new(now)"}));
    EXPECT_TRUE(this->nothing_more(c));
}

TYPED_TEST(changes, that_a_trigger_notifies_are_heard) {
    auto c = this->listen("changed_by_trigger");
    c.template on_change<order_change>("on_change_orders",
                                       [&](const order_change& o) { this->seen.push_back(this->words(o)); });
    this->call(this->db.run_script(
        "create temp table on_change_orders (id bigint, state text);"
        "create function pg_temp.tell() returns trigger language plpgsql as $$ begin perform "
        "pg_notify('changed_by_trigger', (to_jsonb(new) || jsonb_build_object('table', tg_table_name))::text); return "
        "null; end $$;"
        "create trigger tells after insert or update on on_change_orders for each row execute function pg_temp.tell();"
        "insert into on_change_orders values (1, 'new'), (2, 'new'); update on_change_orders set state = 'paid' where "
        "id = 2"));
    this->handle(c, 3);
    EXPECT_EQ(this->seen, (std::vector<std::string>{"1new", "2new", "2paid"}));
}

TYPED_TEST(changes, that_are_equal_are_handled_again_once_the_first_was) {
    auto c = this->listen("repeated");
    c.template on_change<order_change>("orders", [&](const order_change& o) { this->seen.push_back(this->words(o)); });
    for (int i = 0; i < 2; ++i) {
        this->notify("repeated", R"({"table":"orders","id":1,"state":"paid"})");
        this->handle(c, 1);
    }
    EXPECT_EQ(this->seen, (std::vector<std::string>{"1paid", "1paid"}));
    EXPECT_EQ(c.merged(), 0u);
}

TYPED_TEST(changes, of_one_row_that_wait_are_one_with_the_last_payload_in_the_place_of_the_first) {
    auto c = this->listen("keyed", {.key = "id"});
    c.template on_change<order_change>("orders", [&](const order_change& o) { this->seen.push_back(this->words(o)); });
    c.template on_change<order_change>("old_orders",
                                       [&](const order_change& o) { this->seen.push_back("old " + this->words(o)); });
    this->notify_all("keyed",
                     {R"({"table":"orders","id":1,"state":"new"})", R"({"table":"orders","id":2,"state":"new"})",
                      R"({"table":"old_orders","id":1,"state":"new"})", R"({"table":"orders","id":1,"state":"paid"})",
                      R"({"table":"orders","id":1,"state":"sent"})"});
    this->handle(c, 3);
    EXPECT_EQ(this->seen, (std::vector<std::string>{"1sent", "2new", "old 1new"}));
    EXPECT_EQ(c.merged(), 2u);
    EXPECT_TRUE(this->nothing_more(c));
    this->notify("keyed", R"({"table":"orders","id":1,"state":"back"})");
    this->handle(c, 1);
    EXPECT_EQ(this->seen.back(), "1back");
}

TYPED_TEST(changes, that_can_not_be_handled_are_thrown_and_the_next_ones_come_all_the_same) {
    auto c = this->listen("failing");
    c.template on_change<order_change>("orders", [&](const order_change& o) {
        if (o.state == "bad") throw std::runtime_error{"refused"};
        this->seen.push_back(this->words(o));
    });
    const std::vector<std::string> unfit{"no json",
                                         R"(["orders"])",
                                         R"({"table": 5})",
                                         R"({"table":"orders","id":1})",
                                         R"({"table":"orders","id":"x","state":"y"})",
                                         R"({"table":"orders","id":1,"state":2})"};
    for (const auto& payload : unfit) {
        this->notify("failing", payload);
        const auto e = this->failure_of([&] { return this->handle(c, 1), 0; });
        EXPECT_EQ(e.code(), errc::invalid_value) << payload;
    }
    this->notify("failing", R"({"table":"orders","id":1,"state":"bad"})");
    EXPECT_THROW(this->handle(c, 1), std::runtime_error);
    this->notify("failing", R"({"table":"orders","id":2,"state":"good"})");
    this->handle(c, 1);
    EXPECT_EQ(this->seen, std::vector<std::string>{"2good"});
}

TYPED_TEST(changes, that_can_not_be_handled_go_to_the_handler_of_failures) {
    auto c = this->listen("reported");
    c.template on_change<order_change>("orders", [&](const order_change&) { throw std::runtime_error{"refused"}; });
    c.on_failure([&](const change_failure& f) {
        try {
            std::rethrow_exception(f.cause);
        } catch (const std::exception& e) {
            this->seen.push_back(f.table + '|' + f.payload + '|' + e.what());
        }
    });
    this->notify("reported", R"({"table":"orders","id":1,"state":"new"})");
    this->notify("reported", "no json");
    this->handle(c, 2);
    ASSERT_EQ(this->seen.size(), 2u);
    EXPECT_EQ(this->seen[0], R"(orders|{"table":"orders","id":1,"state":"new"}|refused)");
    EXPECT_TRUE(this->seen[1].starts_with("|no json|")) << this->seen[1];
}

TYPED_TEST(changes, go_on_after_the_server_was_restarted_with_a_gap_between) {
    testing::server own;
    auto c = this->listen("steady", {.listening = {.first_backoff = 1ms, .longest_backoff = 50ms}}, own.dsn());
    c.template on_change<order_change>("orders", [&](const order_change& o) { this->seen.push_back(this->words(o)); });
    c.on_gap([&](const notification_gap& g) {
        this->seen.emplace_back(g.cause == notification_gap::reason::reconnected ? "(reconnected)" : "(overflow)");
    });
    own.execute_sql(R"(notify steady, '{"table":"orders","id":1,"state":"new"}')");
    this->handle(c, 1);
    own.restart();
    this->handle(c, 1);
    own.execute_sql(R"(notify steady, '{"table":"orders","id":2,"state":"new"}')");
    this->handle(c, 1);
    EXPECT_EQ(this->seen, (std::vector<std::string>{"1new", "(reconnected)", "2new"}));
}

TYPED_TEST(changes, that_come_faster_than_they_are_handled_leave_a_gap) {
    auto c = this->listen("crowd", {.listening = {.capacity = 10}});
    int handled = 0;
    std::uint64_t lost = 0;
    c.template on_change<order_change>("orders", [&](const order_change&) { ++handled; });
    c.on_gap([&](const notification_gap& g) { lost += g.lost; });
    this->call(this->db.execute("select pg_notify('crowd', jsonb_build_object('table', 'orders', 'id', n, 'state', "
                                "'new')::text) from generate_series(1, 1000) n"));
    while (handled + static_cast<int>(lost) < 1'000) this->handle(c, 1);
    EXPECT_GT(lost, 0u);
    EXPECT_EQ(static_cast<std::uint64_t>(handled) + lost, 1'000u);
}

class async_change_handlers : public changes<async_driver> {};

TEST_F(async_change_handlers, may_wait_for_the_database_themselves) {
    auto c = listen("awaited");
    c.on_change<order_change>("orders", [&](const order_change& o) -> awaitable<void> {
        seen.push_back(co_await db.fetch_one<std::string>("select 'row ' || $1::bigint", o.id));
        seen.push_back(o.state);  // it lives until its handler is done
    });
    notify("awaited", R"({"table":"orders","id":5,"state":"a state that is too long to be kept in place"})");
    handle(c, 1);
    EXPECT_EQ(seen, (std::vector<std::string>{"row 5", "a state that is too long to be kept in place"}));
}

TEST_F(async_change_handlers, that_are_cancelled_do_not_count_as_failed) {
    auto c = listen("cancelled_handler");
    int failures = 0;
    c.on_failure([&](const change_failure&) { ++failures; });
    c.on_change<order_change>("orders", [&](const order_change&) -> awaitable<void> {
        seen.emplace_back("begun");
        co_await db.execute("select pg_sleep(60)");
    });
    notify("cancelled_handler", R"({"table":"orders","id":1,"state":"new"})");
    notify("cancelled_handler", R"({"table":"orders","id":2,"state":"new"})");
    bool ended = false;
    boost::asio::cancellation_signal cancel;
    boost::asio::co_spawn(
        *driver.io, c.run(),
        boost::asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr) { ended = true; }));
    driver.io->restart();
    while (seen.empty()) driver.io->run_one();
    cancel.emit(boost::asio::cancellation_type::terminal);
    const auto limit = std::chrono::steady_clock::now() + 20s;
    while (!ended && std::chrono::steady_clock::now() < limit) driver.io->run_one_until(limit);
    EXPECT_TRUE(ended);
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(seen.size(), 1u);
}

}  // namespace
}  // namespace howdah::test
