// Connections: when one is opened, how often, what is done to it between two borrowers.
#include "tests/unit/pool/shell.hpp"

namespace howdah::pooling::test {
namespace {

using state = enum ticket::state;

TEST(policy_connections, are_opened_up_to_min_in_the_background) {
    auto options = plain(4);
    options.min_connections = 2;
    shell sh{options};
    EXPECT_EQ(sh.count(task::connect), 2u);
    sh.settle();
    EXPECT_EQ(sh.status().idle, 2u);
    EXPECT_EQ(sh.status().opened, 2u);
}

TEST(policy_connections, that_are_lost_are_replaced_up_to_min) {
    auto options = plain(4);
    options.min_connections = 2;
    shell sh{options};
    sh.settle();
    sh.p.lost(*sh.p.slots().front(), refused_connection(), sh.now);
    EXPECT_EQ(sh.count(task::close), 1u);
    EXPECT_EQ(sh.count(task::connect), 1u);
    sh.settle();
    EXPECT_EQ(sh.status().idle, 2u);
    EXPECT_EQ(sh.status().broken, 1u);
}

TEST(policy_connections, are_never_more_than_max_even_while_some_are_closed) {
    shell sh{plain(2)};
    auto &a = sh.get(), &b = sh.get();
    const auto t = sh.ask(), u = sh.ask(), v = sh.ask();
    EXPECT_EQ(sh.count(task::connect), 0u);
    sh.give_back(a, condition::broken);
    EXPECT_EQ(sh.count(task::connect), 0u) << "the broken one is not closed yet";
    sh.succeed(sh.take(task::close));
    EXPECT_EQ(sh.count(task::connect), 1u);
    sh.settle();
    EXPECT_EQ(t->state(), state::granted);
    EXPECT_EQ(u->state(), state::waiting);
    sh.give_back(b);
    EXPECT_EQ(u->state(), state::granted);
    EXPECT_EQ(sh.status().size, 2u);
}

TEST(policy_connections, are_opened_one_for_each_caller_that_waits) {
    shell sh{plain(8)};
    const auto t = sh.ask(), u = sh.ask(), v = sh.ask();
    EXPECT_EQ(sh.count(task::connect), 3u);
}

TEST(policy_connections, one_that_comes_back_first_serves_the_caller_another_is_opened_for) {
    shell sh{plain(2)};
    auto& a = sh.get();
    const auto t = sh.ask();
    EXPECT_EQ(sh.count(task::connect), 1u);
    sh.give_back(a);
    EXPECT_EQ(t->state(), state::granted);
    sh.settle();
    EXPECT_EQ(sh.status().idle, 1u);
}

TEST(policy_connections, that_are_stale_give_a_sign_of_life_first) {
    auto options = plain(2);
    options.on_return = recycle::verified;
    options.ping_after = 1s;
    shell sh{options};
    sh.give_back(sh.get());
    sh.pass(999ms);
    sh.give_back(sh.get());
    EXPECT_EQ(sh.count(task::prepare), 0u);
    sh.pass(1s);
    const auto t = sh.ask();
    EXPECT_EQ(t->state(), state::waiting);
    auto& s = sh.take(task::prepare);
    EXPECT_TRUE(s.is_stale());
    EXPECT_EQ(sh.count(task::connect), 0u) << "one is on its way";
    sh.p.ready(s, sh.now);
    EXPECT_EQ(t->state(), state::granted);
}

TEST(policy_connections, that_give_no_sign_of_life_are_closed_and_the_caller_gets_another) {
    auto options = plain(2);
    options.on_return = recycle::verified;
    shell sh{options};
    sh.give_back(sh.get());
    sh.pass(1s);
    const auto t = sh.ask();
    sh.p.lost(sh.take(task::prepare), refused_connection(), sh.now);
    EXPECT_EQ(t->state(), state::waiting);
    sh.settle();
    EXPECT_EQ(t->state(), state::granted);
    EXPECT_EQ(sh.status().size, 1u);
    EXPECT_EQ(sh.status().broken, 1u);
}

TEST(policy_connections, are_never_asked_for_a_sign_of_life_when_fast) {
    shell sh{plain(1), {.before_acquire = true}};
    sh.give_back(sh.get());
    sh.pass(1h);
    const auto t = sh.ask();
    auto& s = sh.take(task::prepare);
    EXPECT_FALSE(s.is_stale());
    sh.succeed(s);
    sh.give_back(t->granted());

    shell bare{plain(1)};
    bare.give_back(bare.get());
    bare.pass(1h);
    EXPECT_EQ(bare.ask()->state(), state::granted);
}

TEST(policy_connections, are_recovered_behind_every_borrower_when_clean) {
    auto options = plain(1);
    options.on_return = recycle::clean;
    shell sh{options};
    sh.give_back(sh.get());
    EXPECT_EQ(sh.status().idle, 0u);
    const auto t = sh.ask();
    EXPECT_EQ(t->state(), state::waiting);
    sh.succeed(sh.take(task::recover));
    EXPECT_EQ(t->state(), state::granted);
}

TEST(policy_connections, that_come_back_untidy_are_recovered_first) {
    shell sh{plain(1)};
    sh.give_back(sh.get(), condition::untidy);
    const auto t = sh.ask();
    EXPECT_EQ(t->state(), state::waiting);
    EXPECT_EQ(sh.count(task::connect), 0u);
    sh.succeed(sh.take(task::recover));
    EXPECT_EQ(t->state(), state::granted);
}

TEST(policy_connections, that_can_not_be_recovered_are_closed_and_replaced) {
    shell sh{plain(1)};
    sh.give_back(sh.get(), condition::untidy);
    const auto t = sh.ask();
    sh.p.lost(sh.take(task::recover), refused_connection(), sh.now);
    sh.settle();
    EXPECT_EQ(t->state(), state::granted);
    EXPECT_EQ(sh.status().opened, 2u);
}

TEST(policy_connections, that_come_back_broken_are_closed_and_replaced_on_demand_only) {
    shell sh{plain(2)};
    sh.give_back(sh.get(), condition::broken);
    sh.settle();
    EXPECT_EQ(sh.status().size, 0u);
    EXPECT_EQ(sh.status().broken, 1u);
    (void)sh.get();
    EXPECT_EQ(sh.status().opened, 2u);
}

TEST(policy_connections, go_through_the_hooks_that_there_are) {
    shell sh{plain(1), {.before_acquire = true, .after_release = true}};
    const auto t = sh.ask();
    sh.succeed(sh.take(task::connect));
    EXPECT_EQ(t->state(), state::waiting);
    sh.succeed(sh.take(task::prepare));
    ASSERT_EQ(t->state(), state::granted);
    sh.give_back(t->granted());
    EXPECT_EQ(sh.count(task::recover), 1u);
    sh.settle();
    EXPECT_EQ(sh.status().idle, 1u);
}

TEST(policy_connections, whose_hook_does_not_return_are_not_waited_for_where_another_may_be_opened) {
    shell sh{plain(2), {.after_release = true}};
    sh.give_back(sh.get());
    auto& stuck = sh.take(task::recover);
    const auto t = sh.ask();
    sh.pass(499ms);
    EXPECT_EQ(sh.count(task::connect), 0u) << "it may come back";
    sh.pass(1ms);
    EXPECT_EQ(sh.count(task::connect), 1u);
    sh.settle();
    EXPECT_EQ(t->state(), state::granted);
    sh.succeed(stuck);
    EXPECT_EQ(sh.status().idle, 1u);
}

// Failures of connecting.

TEST(policy_connecting, that_fails_is_told_after_connect_attempts_where_no_connection_is_left) {
    shell sh{plain(2)};
    const auto t = sh.ask();
    for (int i = 0; i < 2; ++i) {
        sh.fail_connect();
        EXPECT_EQ(t->state(), state::waiting);
        EXPECT_EQ(sh.count(task::connect), 0u) << "there is a pause";
        sh.pass(500ms);
        EXPECT_EQ(sh.count(task::connect), 1u);
    }
    sh.fail_connect();
    ASSERT_EQ(t->state(), state::refused);
    EXPECT_EQ(t->failure().code(), std::errc::connection_refused);
    EXPECT_EQ(t->failure().fate(), fate::not_sent);
    EXPECT_EQ(sh.status().last_error->code(), std::errc::connection_refused);
}

TEST(policy_connecting, that_can_not_pass_by_itself_is_told_at_once) {
    shell sh{plain(2)};
    const auto t = sh.ask();
    sh.fail_connect(server_says(invalid_password));
    ASSERT_EQ(t->state(), state::refused);
    EXPECT_EQ(t->failure().state(), invalid_password);
}

TEST(policy_connecting, that_fails_is_told_to_nobody_while_a_connection_lives) {
    shell sh{plain(2)};
    auto& s = sh.get();
    const auto t = sh.ask();
    for (int i = 0; i < 10; ++i) {
        sh.fail_connect(server_says(invalid_password));
        sh.pass(500ms);
    }
    EXPECT_EQ(t->state(), state::waiting);
    sh.give_back(s);
    EXPECT_EQ(t->state(), state::granted);
}

TEST(policy_connecting, that_failed_while_a_caller_waited_is_told_it_even_if_others_have_succeeded_since) {
    shell sh{plain(1)};
    const auto first = sh.ask(), second = sh.ask(1s);
    sh.fail_connect();
    sh.pass(500ms);
    sh.succeed(sh.take(task::connect));
    ASSERT_EQ(first->state(), state::granted);
    sh.pass(500ms);
    ASSERT_EQ(second->state(), state::refused);
    const std::string words = second->failure().what();
    EXPECT_NE(words.find("the last error meanwhile: "), std::string::npos) << words;
    EXPECT_EQ(words.find("connecting fails"), std::string::npos) << words;
}

TEST(policy_connecting, is_tried_by_one_for_all_while_it_fails) {
    shell sh{plain(8)};
    std::vector<shell::caller> callers;
    for (int i = 0; i < 8; ++i) callers.push_back(sh.ask());
    EXPECT_EQ(sh.count(task::connect), 8u);
    for (int i = 0; i < 8; ++i) sh.fail_connect();
    callers.clear();
    std::vector<shell::caller> others;
    for (int i = 0; i < 8; ++i) others.push_back(sh.ask());
    sh.pass(500ms);
    EXPECT_EQ(sh.count(task::connect), 1u);
    sh.succeed(sh.take(task::connect));
    EXPECT_EQ(sh.count(task::connect), 7u) << "it succeeds again";
}

TEST(policy_connecting, is_done_so_many_at_once_as_max_connecting_says) {
    auto options = plain(8);
    options.min_connections = 1;
    options.max_connecting = 2;
    shell sh{options};
    std::vector<shell::caller> callers;
    for (int i = 0; i < 6; ++i) callers.push_back(sh.ask());
    EXPECT_EQ(sh.count(task::connect), 2u);
    auto& first = sh.take(task::connect);
    sh.succeed(first);
    EXPECT_EQ(sh.count(task::connect), 2u) << "one more, in its place";
    sh.give_back(first);
    sh.settle();
    EXPECT_TRUE(std::ranges::all_of(callers, [](const auto& t) { return t->state() == state::granted; }));
    EXPECT_EQ(sh.status().size, 5u) << "the first one has served two";
}

TEST(policy_connecting, that_can_not_pass_is_tried_seldom_in_the_background) {
    auto options = plain(2);
    options.min_connections = 1;
    shell sh{options};
    sh.fail_connect(server_says(invalid_password));
    sh.pass(options.longest_backoff);
    EXPECT_EQ(sh.count(task::connect), 0u);
    sh.pass(20 * options.longest_backoff);
    EXPECT_EQ(sh.count(task::connect), 1u);
}

TEST(policy_connecting, without_slots_on_the_server_shrinks_the_limit_which_grows_again) {
    shell sh{plain(4)};
    auto &a = sh.get(), &b = sh.get();
    const auto t = sh.ask();
    sh.fail_connect(server_says(too_many_connections));
    EXPECT_EQ(sh.status().limit, 2u);
    sh.pass(5s);
    EXPECT_EQ(sh.count(task::connect), 0u) << "no use asking";
    sh.give_back(a);
    ASSERT_EQ(t->state(), state::granted);
    sh.pass(5s);
    EXPECT_EQ(sh.status().limit, 3u);
    sh.pass(1s);
    EXPECT_EQ(sh.status().limit, 4u);
    sh.pass(1h);
    EXPECT_EQ(sh.status().limit, 4u);
    sh.give_back(b);
}

TEST(policy_connecting, without_slots_never_makes_the_limit_larger_than_it_was) {
    shell sh{plain(4)};
    std::vector<slot*> held;
    for (int i = 0; i < 3; ++i) held.push_back(&sh.get());
    const auto t = sh.ask();
    sh.p.reconfigure(plain(2), sh.now);
    sh.fail_connect(server_says(too_many_connections));
    EXPECT_LE(sh.status().limit, 2u);
    for (auto* s : held) sh.give_back(*s);
}

TEST(policy_connecting, is_worth_while_at_once_after_try_now) {
    shell sh{plain(2)};
    const auto t = sh.ask();
    sh.fail_connect();
    EXPECT_EQ(sh.count(task::connect), 0u);
    sh.p.try_now(sh.now);
    EXPECT_EQ(sh.count(task::connect), 1u);
}

}  // namespace
}  // namespace howdah::pooling::test
