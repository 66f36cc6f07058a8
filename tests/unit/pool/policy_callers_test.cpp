// Callers: who is served, in which order, who waits, who is refused and why.
#include "tests/unit/pool/shell.hpp"

namespace howdah::pooling::test {
namespace {

using state = enum ticket::state;

TEST(policy_callers, get_the_connection_that_came_back_last) {
    shell sh{plain(3)};
    auto &a = sh.get(), &b = sh.get(), &c = sh.get();
    sh.give_back(b);
    sh.give_back(a);
    sh.give_back(c);
    EXPECT_EQ(&sh.get(), &c);
    EXPECT_EQ(&sh.get(), &a);
    EXPECT_EQ(&sh.get(), &b);
}

TEST(policy_callers, that_find_one_idle_have_it_at_once_and_are_not_told) {
    shell sh{plain(1)};
    sh.give_back(sh.get());
    sh.told.clear();
    const auto t = sh.ask();
    EXPECT_EQ(t->state(), state::granted);
    sh.hear();
    EXPECT_TRUE(sh.told.empty());
}

TEST(policy_callers, that_wait_are_served_in_the_order_in_which_they_came) {
    shell sh{plain(1)};
    auto& s = sh.get();
    const auto first = sh.ask(), second = sh.ask(), third = sh.ask();
    sh.told.clear();
    sh.give_back(s);
    EXPECT_EQ(first->state(), state::granted);
    EXPECT_EQ(second->state(), state::waiting);
    sh.give_back(first->granted());
    sh.give_back(second->granted());
    sh.hear();
    EXPECT_EQ(sh.told, (std::vector{first.get(), second.get(), third.get()}));
}

TEST(policy_callers, that_come_later_do_not_overtake_one_that_waits) {
    shell sh{plain(2), {.before_acquire = true}};
    sh.give_back(sh.get());
    const auto first = sh.ask();
    const auto second = sh.ask();
    sh.succeed(sh.take(task::prepare));
    EXPECT_EQ(first->state(), state::granted);
    EXPECT_EQ(second->state(), state::waiting);
}

TEST(policy_callers, that_can_not_wait_take_an_idle_connection_without_a_sign_of_life) {
    auto options = plain(1);
    options.on_return = recycle::verified;
    options.ping_after = 1s;
    shell sh{options};
    sh.give_back(sh.get());
    sh.pass(2s);
    const auto hurried = sh.ask(0ms);
    ASSERT_EQ(hurried->state(), state::granted);
    sh.give_back(hurried->granted());
    sh.pass(2s);
    EXPECT_EQ(sh.ask(1ms)->state(), state::waiting);
    EXPECT_EQ(sh.count(task::prepare), 1u) << "who can wait has it checked";
}

TEST(policy_callers, that_can_not_wait_do_not_skip_a_hook) {
    shell sh{plain(1), {.before_acquire = true}};
    sh.give_back(sh.get());
    EXPECT_EQ(sh.ask(0ms)->state(), state::refused);
}

TEST(policy_callers, beyond_max_waiting_fail_at_once_with_queue_full) {
    auto options = plain(1);
    options.max_waiting = 1;
    shell sh{options};
    auto& s = sh.get();
    const auto waits = sh.ask(), too_many = sh.ask();
    ASSERT_EQ(too_many->state(), state::refused);
    EXPECT_EQ(too_many->failure().code(), errc::queue_full);
    EXPECT_EQ(too_many->failure().fate(), fate::not_sent);
    sh.give_back(s);
    EXPECT_EQ(waits->state(), state::granted);
}

TEST(policy_callers, whose_time_is_over_are_told_how_long_they_have_waited) {
    shell sh{plain(1)};
    auto& s = sh.get();
    const auto t = sh.ask(100ms);
    sh.pass(99ms);
    EXPECT_EQ(t->state(), state::waiting);
    sh.pass(1ms);
    ASSERT_EQ(t->state(), state::refused);
    const auto& e = t->failure();
    EXPECT_EQ(e.code(), errc::timed_out);
    EXPECT_EQ(e.phase(), phase::queue);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_EQ(e.times()[static_cast<std::size_t>(phase::queue)], 100ms);
    EXPECT_NE(std::string{e.what()}.find("1 of 1 in use"), std::string::npos) << e.what();
    EXPECT_EQ(std::string{e.what()}.find("connecting fails"), std::string::npos) << e.what();
    sh.give_back(s);
    EXPECT_EQ(sh.status().waiting, 0u);
}

TEST(policy_callers, whose_time_is_over_while_connecting_fails_are_told_why) {
    auto options = plain(2);
    options.connect_attempts = 1000;
    shell sh{options};
    const auto t = sh.ask(100ms);
    sh.fail_connect();
    for (int i = 0; i < 20 && !t->done(); ++i) {
        sh.pass(10ms);
        if (sh.count(task::connect) != 0) sh.fail_connect();
    }
    ASSERT_EQ(t->state(), state::refused);
    EXPECT_EQ(t->failure().code(), errc::timed_out);
    EXPECT_NE(std::string{t->failure().what()}.find("no server at db:5432"), std::string::npos) << t->failure().what();
}

TEST(policy_callers, without_time_get_what_is_idle_or_nothing) {
    shell sh{plain(1)};
    EXPECT_EQ(sh.ask(0ms)->state(), state::refused);
    auto& s = sh.get();
    EXPECT_EQ(sh.ask(0ms)->failure().code(), errc::timed_out);
    sh.give_back(s);
    const auto t = sh.ask(0ms);
    EXPECT_EQ(t->state(), state::granted);
    sh.give_back(t->granted());
}

TEST(policy_callers, that_go_away_while_they_wait_leave_their_place) {
    shell sh{plain(1)};
    auto& s = sh.get();
    const auto first = sh.ask(), second = sh.ask();
    sh.p.withdraw(*first, sh.now);
    sh.give_back(s);
    EXPECT_EQ(second->state(), state::granted);
    EXPECT_EQ(first->state(), state::idle);
}

TEST(policy_callers, that_go_away_after_they_were_granted_one_and_before_they_are_told_give_it_to_the_next) {
    shell sh{plain(1)};
    auto& s = sh.get();
    const auto first = sh.ask(), second = sh.ask();
    sh.hear();
    sh.told.clear();
    sh.give_back(s);
    ASSERT_EQ(first->state(), state::granted);
    sh.p.withdraw(*first, sh.now);
    sh.hear();
    EXPECT_EQ(sh.told, std::vector{second.get()});
    EXPECT_EQ(sh.status().in_use, 1u);
}

TEST(policy_callers, that_go_away_after_they_were_told_give_it_back_too) {
    shell sh{plain(1)};
    auto& s = sh.get();
    const auto t = sh.ask();
    sh.give_back(s);
    sh.hear();
    sh.p.withdraw(*t, sh.now);
    EXPECT_EQ(sh.status().in_use, 0u);
    EXPECT_EQ(sh.status().idle, 1u);
}

TEST(policy_callers, that_go_away_after_they_were_refused_and_before_they_are_told_are_forgotten) {
    shell sh{plain(1)};
    auto& s = sh.get();
    sh.told.clear();
    const auto t = sh.ask(10ms);
    sh.now += 10ms;
    sh.p.tick(sh.now);
    ASSERT_EQ(t->state(), state::refused);
    sh.p.withdraw(*t, sh.now);
    sh.hear();
    EXPECT_TRUE(std::ranges::find(sh.told, t.get()) == sh.told.end());
    sh.give_back(s);
}

TEST(policy_callers, a_ticket_may_be_used_again_once_it_is_done) {
    shell sh{plain(1)};
    const auto t = sh.ask();
    sh.settle();
    sh.give_back(t->granted());
    sh.p.acquire(*t, sh.now, sh.now + 1s);
    EXPECT_EQ(t->state(), state::granted);
}

// Starvation.

TEST(policy_starvation, a_strand_that_asks_while_it_holds_one_at_the_limit_is_reported_with_both_places) {
    shell sh{plain(1)};
    int strand = 0;
    auto& s = sh.get(&strand, "outer");
    sh.now += 30ms;
    const auto t = sh.ask(15s, &strand, "inner");
    const auto found = sh.p.next_starvation();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->waiting.to_string(), "statement \"inner\"");
    EXPECT_EQ(found->holding.to_string(), "statement \"outer\"");
    EXPECT_EQ(found->held, 30ms);
    EXPECT_FALSE(sh.p.next_starvation());
    sh.give_back(s);
}

TEST(policy_starvation, is_none_below_the_limit_for_another_strand_or_while_the_holder_is_at_work) {
    int strand = 0, other = 0;
    {
        shell sh{plain(2)};
        auto& s = sh.get(&strand);
        const auto t = sh.ask(15s, &strand);
        EXPECT_FALSE(sh.p.next_starvation());
        sh.give_back(s);
    }
    shell sh{plain(1)};
    auto& s = static_cast<fake_slot&>(sh.get(&strand));
    const auto t = sh.ask(15s, &other);
    EXPECT_FALSE(sh.p.next_starvation());
    s.working = true;
    const auto u = sh.ask(15s, &strand);
    EXPECT_FALSE(sh.p.next_starvation());
    s.working = false;
    const auto v = sh.ask(15s, &strand);
    EXPECT_TRUE(sh.p.next_starvation());
    sh.give_back(s);
}

TEST(policy_starvation, is_told_of_whoever_waits_longer_than_slow_acquire_once_with_who_holds_longest) {
    auto options = plain(2);
    options.slow_acquire = 2s;
    shell sh{options};
    (void)sh.get(nullptr, "older");
    sh.now += 1s;
    (void)sh.get(nullptr, "younger");
    const auto t = sh.ask(15s, nullptr, "slow");
    sh.pass(1999ms);
    EXPECT_FALSE(sh.p.next_starvation());
    sh.pass(1ms);
    const auto found = sh.p.next_starvation();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->waiting.to_string(), "statement \"slow\"");
    EXPECT_EQ(found->holding.to_string(), "statement \"older\"");
    EXPECT_EQ(found->waited, 2s);
    EXPECT_EQ(found->held, 3s);
    sh.pass(10s);
    EXPECT_FALSE(sh.p.next_starvation());
}

TEST(policy_starvation, is_told_at_most_once_a_second) {
    shell sh{plain(1)};
    int strand = 0;
    (void)sh.get(&strand);
    const auto told = [&] {
        const auto t = sh.ask(15s, &strand);
        int n = 0;
        while (sh.p.next_starvation()) ++n;
        sh.p.withdraw(*t, sh.now);
        return n;
    };
    EXPECT_EQ(told(), 1);
    EXPECT_EQ(told(), 0);
    sh.now += 999ms;
    EXPECT_EQ(told(), 0);
    sh.now += 1ms;
    EXPECT_EQ(told(), 1);
}

}  // namespace
}  // namespace howdah::pooling::test
