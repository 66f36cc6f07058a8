// How a pool ends.
#include "tests/unit/pool/shell.hpp"

namespace howdah::pooling::test {
namespace {

using state = enum ticket::state;

TEST(policy_end, drained_it_serves_those_that_wait_and_refuses_those_that_come) {
    shell sh{plain(1)};
    auto& s = sh.get();
    const auto waits = sh.ask();
    sh.p.end(policy::ending::drain, sh.now, sh.now + 10s);
    const auto late = sh.ask();
    ASSERT_EQ(late->state(), state::refused);
    EXPECT_EQ(late->failure().code(), errc::pool_closed);
    sh.give_back(s);
    ASSERT_EQ(waits->state(), state::granted);
    EXPECT_FALSE(sh.p.over());
    sh.give_back(waits->granted());
    sh.settle();
    EXPECT_TRUE(sh.p.over());
    EXPECT_FALSE(sh.p.must_abort(sh.now));
}

TEST(policy_end, closed_it_refuses_those_that_wait_too) {
    shell sh{plain(1)};
    auto& s = sh.get();
    const auto waits = sh.ask();
    sh.p.end(policy::ending::close, sh.now, sh.now + 10s);
    ASSERT_EQ(waits->state(), state::refused);
    EXPECT_EQ(waits->failure().code(), errc::pool_closed);
    EXPECT_EQ(waits->failure().fate(), fate::not_sent);
    sh.give_back(s);
    sh.settle();
    EXPECT_TRUE(sh.p.over());
}

TEST(policy_end, closes_what_is_idle_and_what_is_connecting_and_opens_nothing) {
    auto options = plain(4);
    options.min_connections = 2;
    shell sh{options};
    sh.succeed(sh.take(task::connect));
    sh.p.end(policy::ending::drain, sh.now, sh.now + 10s);
    EXPECT_EQ(sh.count(task::close), 1u);
    sh.settle();
    EXPECT_TRUE(sh.p.over());
}

TEST(policy_end, at_its_deadline_what_is_in_use_is_to_be_cut_off_and_is_closed_when_it_comes_back) {
    shell sh{plain(2)};
    auto& s = sh.get();
    sh.p.end(policy::ending::close, sh.now, sh.now + 10s);
    EXPECT_EQ(sh.p.next_deadline(), sh.now + 10s);
    EXPECT_FALSE(sh.p.must_abort(sh.now + 9s));
    sh.now += 10s;
    ASSERT_TRUE(sh.p.must_abort(sh.now));
    sh.p.aborted();
    EXPECT_FALSE(sh.p.must_abort(sh.now));
    EXPECT_TRUE(sh.p.over());
    sh.p.tick(sh.now);
    EXPECT_GT(sh.p.next_deadline(), sh.now);
    sh.give_back(s, condition::broken);
    sh.settle();
    EXPECT_TRUE(sh.p.over());
    EXPECT_TRUE(sh.p.slots().empty());
}

TEST(policy_end, at_its_deadline_refuses_those_that_still_wait) {
    shell sh{plain(1)};
    auto& s = sh.get();
    const auto waits = sh.ask();
    sh.p.end(policy::ending::drain, sh.now, sh.now + 1s);
    sh.now += 1s;
    sh.p.aborted();
    ASSERT_EQ(waits->state(), state::refused);
    EXPECT_EQ(waits->failure().code(), errc::pool_closed);
    sh.give_back(s, condition::broken);
    sh.settle();
    EXPECT_TRUE(sh.p.slots().empty());
}

TEST(policy_end, a_caller_that_goes_away_was_the_last_that_the_pool_was_open_for) {
    auto options = plain(2);
    options.on_return = recycle::verified;
    shell sh{options};
    auto &a = sh.get(), &b = sh.get();
    sh.give_back(a);
    sh.give_back(b);
    sh.pass(1s);
    const auto waits = sh.ask();
    auto& prepared = sh.take(task::prepare);
    sh.p.end(policy::ending::drain, sh.now, sh.now + 1h);
    sh.p.withdraw(*waits, sh.now);
    sh.succeed(prepared);
    sh.settle();
    EXPECT_TRUE(sh.p.over());
}

TEST(policy_end, the_last_caller_has_its_connection_and_the_idle_ones_are_closed) {
    auto options = plain(2);
    options.on_return = recycle::verified;
    shell sh{options};
    auto &a = sh.get(), &b = sh.get();
    sh.give_back(a);
    sh.give_back(b);
    sh.pass(1s);
    const auto waits = sh.ask();
    auto& prepared = sh.take(task::prepare);
    sh.p.end(policy::ending::drain, sh.now, sh.now + 1h);
    sh.succeed(prepared);
    ASSERT_EQ(waits->state(), state::granted);
    EXPECT_EQ(sh.count(task::close), 1u);
    sh.settle();
    sh.give_back(waits->granted());
    sh.settle();
    EXPECT_TRUE(sh.p.over());
}

TEST(policy_end, a_shorter_deadline_counts) {
    shell sh{plain(1)};
    (void)sh.get();
    sh.p.end(policy::ending::drain, sh.now, sh.now + 1h);
    sh.p.end(policy::ending::close, sh.now, sh.now + 1s);
    EXPECT_EQ(sh.p.next_deadline(), sh.now + 1s);
    sh.p.end(policy::ending::drain, sh.now, sh.now + 1h);
    EXPECT_EQ(sh.p.next_deadline(), sh.now + 1s);
}

}  // namespace
}  // namespace howdah::pooling::test
