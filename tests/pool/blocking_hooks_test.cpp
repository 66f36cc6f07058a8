// What hooks do, when they do it, and what the caller does meanwhile: every combination leaves a pool that works.
#include <stdexcept>
#include <tuple>

#include "tests/pool/pool.hpp"

namespace howdah::test {
namespace {

enum class hook : std::uint8_t { after_connect, before_acquire, after_release, before_close };
enum class result : std::uint8_t { ok, error, slow, never };
enum class caller : std::uint8_t { waits, is_cancelled, runs_out_of_time };

constexpr std::array every_hook{hook::after_connect, hook::before_acquire, hook::after_release, hook::before_close};
constexpr std::array every_result{result::ok, result::error, result::slow, result::never};
constexpr std::array every_caller{caller::waits, caller::is_cancelled, caller::runs_out_of_time};
constexpr std::array hook_names{"after_connect", "before_acquire", "after_release", "before_close"};
constexpr std::array result_names{"ok", "error", "slow", "never"};
constexpr std::array caller_names{"waits", "is_cancelled", "runs_out_of_time"};

template <class E>
std::size_t index(E e) {
    return static_cast<std::size_t>(e);
}

using combination = std::tuple<hook, result, caller>;

class blocking_hooks : public with_pool, public ::testing::WithParamInterface<combination> {
protected:
    const hook which = std::get<0>(GetParam());
    const result does = std::get<1>(GetParam());
    const caller who = std::get<2>(GetParam());
    gate held;                        // a slow hook waits here
    std::atomic<bool> armed = false;  // the next run of the hook does what is to be done, later ones nothing

    void run(blocking::connection& c) {
        EXPECT_EQ(c.fetch_one<int>("select 1"), 1);
        if (!armed.exchange(false)) return;
        if (does == result::error) throw std::runtime_error{"as the test wants it"};
        if (does != result::ok) held.pass();
    }
    blocking::pool_hooks those() {
        const auto it = [this](blocking::connection& c) { run(c); };
        blocking::pool_hooks all;
        switch (which) {
            case hook::after_connect: all.after_connect = it; break;
            case hook::before_acquire: all.before_acquire = it; break;
            case hook::after_release: all.after_release = it; break;
            case hook::before_close: all.before_close = it; break;
        }
        return all;
    }
    bool is_held() const { return does == result::slow || does == result::never; }

    /// The only connection is in the hook, or on its way there, when the caller comes.
    void begin(blocking::pool& db) {
        if (which == hook::after_connect) {
            armed = true;
            return;
        }
        const auto before = db.acquire();
        if (which == hook::before_close) db.discard_all();
        armed = true;
    }
    void expect(const error& e) {
        EXPECT_EQ(e.fate(), fate::not_sent);
        switch (who) {
            case caller::waits:
                EXPECT_EQ(e.code(), errc::hook_failed) << e.what();
                EXPECT_NE(std::string{e.what()}.find("after_connect: as the test wants it"), std::string::npos)
                    << e.what();
                EXPECT_TRUE(which == hook::after_connect && does == result::error);
                return;
            case caller::is_cancelled:
                EXPECT_TRUE(e.code() == errc::cancelled || e.code() == errc::hook_failed) << e.what();
                return;
            case caller::runs_out_of_time:
                EXPECT_TRUE(e.code() == errc::timed_out || e.code() == errc::hook_failed) << e.what();
                return;
        }
    }
};

TEST_P(blocking_hooks, leave_a_pool_that_works) {
    blocking::pool db{config(), {.max_connections = 1}, those()};
    begin(db);
    std::atomic<bool> got = false;
    std::jthread asks{[&](std::stop_token stop) {
        try {
            const auto c = db.acquire(who == caller::runs_out_of_time ? 50ms : 20s,
                                      who == caller::is_cancelled ? stop : std::stop_token{});
            EXPECT_EQ(c->fetch_one<int>("select 2"), 2);
            got = true;
        } catch (const error& e) {
            expect(e);
        }
    }};
    if (is_held()) {
        EXPECT_TRUE(held.await_arrivals(1));
    }
    // A hook that never returns does so only when its caller has gone.
    if (who == caller::waits) held.open();
    if (who == caller::is_cancelled) asks.request_stop();
    asks.join();
    if (is_held() && who != caller::waits) {
        EXPECT_FALSE(got);
    }
    if (who == caller::waits && does != result::error) {
        EXPECT_TRUE(got);
    }
    held.open();
    armed = false;
    // A connect that was begun before fails whoever waits for it.
    EXPECT_TRUE(becomes(db, [](const auto& s) { return s.connecting == 0; }));
    EXPECT_EQ(db.fetch_one<int>("select 3"), 3);
    EXPECT_TRUE(becomes(db, [](const auto& s) { return s.idle == 1 && s.size == 1 && s.waiting == 0; }));
    EXPECT_TRUE(poll_until(from_now(soon), [&] { return on_server() == 1; }));
}

std::string name_of(const ::testing::TestParamInfo<combination>& i) {
    return std::string{hook_names[index(std::get<0>(i.param))]} + "_" + result_names[index(std::get<1>(i.param))] +
           "_caller_" + caller_names[index(std::get<2>(i.param))];
}

INSTANTIATE_TEST_SUITE_P(all, blocking_hooks,
                         ::testing::Combine(::testing::ValuesIn(every_hook), ::testing::ValuesIn(every_result),
                                            ::testing::ValuesIn(every_caller)),
                         name_of);

class blocking_pool_hooks : public with_pool {};

// More than the pool has threads for work.
TEST_F(blocking_pool_hooks, that_do_not_return_keep_their_connections_and_no_others) {
    constexpr int stuck = 6;
    gate held;
    std::atomic<int> left = stuck;
    blocking::pool_hooks hooks;
    hooks.after_release = [&](blocking::connection&) {
        if (left-- > 0) held.pass();
    };
    blocking::pool db{config(), {.max_connections = stuck + 1}, hooks};
    {
        std::vector<blocking::pooled_connection> all;
        for (int i = 0; i < stuck; ++i) all.push_back(db.acquire());
    }
    EXPECT_TRUE(held.await_arrivals(stuck));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(db.fetch_one<int>("select 1"), 1);
    EXPECT_TRUE(becomes(db, [](const auto& s) { return s.idle == s.size - stuck && s.in_use == 0; }));
    held.open();
    EXPECT_TRUE(becomes(db, [](const auto& s) { return s.idle == stuck + 1; }));
}

TEST_F(blocking_pool_hooks, that_leave_a_transaction_open_have_the_connection_replaced) {
    std::atomic<int> runs = 0;
    std::optional<blocking::transaction> kept;
    blocking::pool_hooks hooks;
    hooks.before_acquire = [&](blocking::connection& c) {
        if (++runs == 1) kept.emplace(c.begin()).execute("select 1");
    };
    blocking::pool db{config(), {.max_connections = 1}, hooks};
    EXPECT_EQ(db.fetch_one<int>("select 1"), 1);
    kept.reset();
    EXPECT_EQ(db.status().broken, 1u);
    EXPECT_EQ(db.status().last_error->code(), errc::hook_failed);
}

TEST_F(blocking_pool_hooks, warm_up_what_the_connections_need) {
    blocking::pool_hooks hooks;
    hooks.after_connect = [](blocking::connection& c) { c.execute("set application_name = 'warm'"); };
    blocking::pool db{config(), {.max_connections = 1}, hooks};
    EXPECT_EQ(db.fetch_one<std::string>("show application_name"), "warm");
}

}  // namespace
}  // namespace howdah::test
