// What time and orders do to connections.
#include <set>

#include "tests/unit/pool/shell.hpp"

namespace howdah::pooling::test {
namespace {

using state = enum ticket::state;

std::vector<slot*> borrow(shell& sh, int n) {
    std::vector<slot*> all;
    for (int i = 0; i < n; ++i) all.push_back(&sh.get());
    return all;
}

TEST(policy_idle, connections_over_min_are_closed_after_idle_timeout_from_the_one_used_longest_ago) {
    auto options = plain(3);
    options.min_connections = 1;
    options.idle_timeout = 10s;
    shell sh{options};
    sh.settle();
    const auto all = borrow(sh, 3);
    for (auto* s : all) {
        sh.give_back(*s);
        sh.pass(1s);
    }
    sh.pass(7s);
    auto& closing = sh.take(task::close);
    EXPECT_EQ(&closing, all[0]);
    EXPECT_EQ(closing.reason(), "idle_timeout");
    sh.succeed(closing);
    sh.pass(1s);
    EXPECT_EQ(&sh.take(task::close), all[1]);
    sh.pass(1h);
    EXPECT_EQ(sh.count(task::close), 0u) << "min_connections stay";
    EXPECT_EQ(sh.status().idle, 1u);
}

TEST(policy_idle, a_connection_is_closed_in_time_also_if_it_was_one_of_min_when_it_began_to_be_idle) {
    auto options = plain(2);
    options.min_connections = 1;
    options.idle_timeout = 10s;
    shell sh{options};
    sh.settle();
    const auto t = sh.ask(), u = sh.ask();
    sh.settle();
    sh.give_back(t->granted());
    sh.pass(10s);
    EXPECT_EQ(sh.count(task::close), 1u) << "the other one, in use, is min_connections";
}

TEST(policy_lifetime, is_drawn_once_a_connection_between_half_and_all) {
    auto options = plain(3);
    options.max_lifetime = 60min;
    shell sh{options};
    std::vector<slot*> all;
    for (const double draw : {0.0, 0.5, 0.999}) {
        drawn = draw;
        all.push_back(&sh.get());
    }
    drawn = 0.5;
    for (auto* s : all) sh.give_back(*s);
    sh.pass(30min);
    auto& first = sh.take(task::close);
    EXPECT_EQ(&first, all[0]);
    EXPECT_EQ(first.reason(), "max_lifetime");
    sh.pass(15min);
    EXPECT_EQ(&sh.take(task::close), all[1]);
    sh.pass(14min);
    EXPECT_EQ(sh.count(task::close), 0u);
    sh.pass(1min);
    EXPECT_EQ(&sh.take(task::close), all[2]);
}

TEST(policy_lifetime, of_one_in_use_ends_when_it_comes_back) {
    auto options = plain(1);
    options.max_lifetime = 1min;
    shell sh{options};
    auto& s = sh.get();
    sh.pass(2min);
    EXPECT_EQ(sh.count(task::close), 0u);
    const auto t = sh.ask();
    sh.give_back(s);
    EXPECT_EQ(t->state(), state::waiting);
    sh.settle();
    EXPECT_EQ(t->state(), state::granted);
    EXPECT_EQ(sh.status().opened, 2u);
}

TEST(policy_checks, idle_connections_are_asked_for_a_sign_of_life_and_stay_idle_since_when_they_were) {
    auto options = plain(2);
    options.health_check_interval = 30s;
    options.idle_timeout = 100s;
    shell sh{options};
    sh.give_back(sh.get());
    sh.pass(30s);
    sh.succeed(sh.take(task::check));
    EXPECT_EQ(sh.status().idle, 1u);
    sh.pass(30s);
    sh.succeed(sh.take(task::check));
    sh.pass(30s);
    sh.succeed(sh.take(task::check));
    sh.pass(10s);
    EXPECT_EQ(sh.take(task::close).reason(), "idle_timeout");
}

TEST(policy_checks, one_that_is_checked_is_for_whoever_has_come_meanwhile) {
    auto options = plain(1);
    options.health_check_interval = 30s;
    shell sh{options};
    sh.give_back(sh.get());
    sh.pass(30s);
    auto& s = sh.take(task::check);
    const auto t = sh.ask();
    EXPECT_EQ(t->state(), state::waiting);
    sh.succeed(s);
    EXPECT_EQ(t->state(), state::granted);
}

TEST(policy_checks, one_that_fails_is_closed) {
    auto options = plain(1);
    options.health_check_interval = 30s;
    shell sh{options};
    sh.give_back(sh.get());
    sh.pass(30s);
    sh.p.lost(sh.take(task::check), refused_connection(), sh.now);
    sh.settle();
    EXPECT_EQ(sh.status().size, 0u);
    EXPECT_EQ(sh.status().broken, 1u);
    EXPECT_TRUE(sh.status().last_error);
}

TEST(policy_checks, a_connection_keeps_its_place_among_the_idle) {
    auto options = plain(2);
    options.health_check_interval = 30s;
    shell sh{options};
    const auto all = borrow(sh, 2);
    sh.give_back(*all[0]);
    sh.pass(1s);
    sh.give_back(*all[1]);
    sh.pass(30s);
    auto& a = sh.take(task::check);
    auto& b = sh.take(task::check);
    sh.succeed(&a == all[1] ? a : b);
    sh.succeed(&a == all[1] ? b : a);
    EXPECT_EQ(&sh.get(), all[1]) << "the one used last";
}

// Orders.

TEST(policy_reconfigure, grows_and_opens_for_those_that_wait) {
    shell sh{plain(1)};
    (void)sh.get();
    const auto t = sh.ask(), u = sh.ask();
    sh.p.reconfigure(plain(3), sh.now);
    EXPECT_EQ(sh.count(task::connect), 2u);
    sh.settle();
    EXPECT_EQ(t->state(), state::granted);
    EXPECT_EQ(u->state(), state::granted);
}

TEST(policy_reconfigure, shrinks_by_what_is_idle_and_by_what_comes_back) {
    shell sh{plain(4)};
    const auto all = borrow(sh, 4);
    sh.give_back(*all[3]);
    sh.p.reconfigure(plain(2), sh.now);
    EXPECT_EQ(sh.take(task::close).reason(), "max_connections");
    EXPECT_EQ(sh.status().in_use, 3u);
    sh.give_back(*all[0]);
    EXPECT_EQ(sh.count(task::close), 1u);
    sh.give_back(*all[1]);
    sh.give_back(*all[2]);
    EXPECT_EQ(sh.count(task::close), 1u);
    EXPECT_EQ(sh.status().idle, 2u);
}

TEST(policy_reconfigure, that_is_wrong_changes_nothing) {
    shell sh{plain(2)};
    auto wrong = plain(1);
    wrong.min_connections = 2;
    EXPECT_THROW(sh.p.reconfigure(wrong, sh.now), error);
    EXPECT_EQ(sh.p.options().max_connections, 2u);
}

TEST(policy_reconfigure, opens_what_a_larger_min_wants) {
    shell sh{plain(4)};
    auto options = plain(4);
    options.min_connections = 3;
    sh.p.reconfigure(options, sh.now);
    EXPECT_EQ(sh.count(task::connect), 3u);
}

TEST(policy_credentials, new_ones_replace_idle_connections_one_at_a_time_and_the_new_one_first_where_there_is_room) {
    shell sh{plain(4)};
    for (auto* s : borrow(sh, 3)) sh.give_back(*s);
    sh.p.renew_credentials(sh.now);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(sh.count(task::connect), 1u);
        EXPECT_EQ(sh.count(task::close), 0u);
        EXPECT_EQ(sh.status().idle, 3u);
        sh.succeed(sh.take(task::connect));
        auto& old = sh.take(task::close);
        EXPECT_EQ(old.reason(), "older credentials");
        EXPECT_EQ(sh.count(task::connect), 0u);
        sh.succeed(old);
    }
    sh.settle();
    EXPECT_EQ(sh.status().opened, 6u);
    EXPECT_EQ(sh.status().idle, 3u);
}

TEST(policy_credentials, new_ones_at_the_limit_close_one_first) {
    shell sh{plain(2)};
    for (auto* s : borrow(sh, 2)) sh.give_back(*s);
    sh.p.renew_credentials(sh.now);
    EXPECT_EQ(sh.count(task::close), 1u);
    EXPECT_EQ(sh.status().idle, 1u);
    sh.settle();
    EXPECT_EQ(sh.status().opened, 4u);
    EXPECT_EQ(sh.status().idle, 2u);
    sh.p.lost(*sh.p.slots().front(), refused_connection(), sh.now);
    sh.settle();
    EXPECT_EQ(sh.status().size, 1u) << "each was replaced once";
}

TEST(policy_credentials, new_ones_make_nobody_wait) {
    shell sh{plain(1)};
    auto& s = sh.get();
    sh.p.renew_credentials(sh.now);
    const auto t = sh.ask();
    sh.give_back(s);
    EXPECT_EQ(t->state(), state::granted) << "while somebody waits, the old one still works";
    sh.give_back(t->granted());
    EXPECT_EQ(sh.count(task::close), 1u);
    sh.settle();
    EXPECT_EQ(sh.status().idle, 1u);
    EXPECT_EQ(sh.status().opened, 2u);
}

TEST(policy_credentials, that_do_not_work_leave_the_old_connections) {
    shell sh{plain(3)};
    for (auto* s : borrow(sh, 2)) sh.give_back(*s);
    sh.p.renew_credentials(sh.now);
    for (int i = 0; i < 5; ++i) {
        sh.fail_connect(server_says(invalid_password));
        sh.pass(20s);
    }
    EXPECT_EQ(sh.count(task::close), 0u);
    EXPECT_EQ(sh.status().idle, 2u);
    sh.settle();
    EXPECT_EQ(sh.status().opened, 4u);
}

TEST(policy_discard, closes_what_is_idle_and_what_comes_back) {
    auto options = plain(3);
    options.min_connections = 1;
    shell sh{options};
    sh.settle();
    auto& used = sh.get();
    auto& other = sh.get();
    sh.give_back(other);
    sh.p.discard_all(sh.now);
    EXPECT_EQ(sh.take(task::close).reason(), "discarded");
    sh.give_back(used);
    EXPECT_EQ(sh.take(task::close).reason(), "discarded");
    EXPECT_EQ(sh.count(task::connect), 1u) << "min_connections";
}

TEST(policy_discard, cut_off_refuses_who_waits_and_tells_what_is_to_be_ended) {
    shell sh{plain(2)};
    auto& used = sh.get();
    const auto served = sh.ask();
    auto& connecting = sh.take(task::connect);
    const auto waits = sh.ask();
    sh.p.cut_off(error{errc::connection_closed, "nobody is there"}, sh.now);
    for (const auto* t : {served.get(), waits.get()}) {
        ASSERT_EQ(t->state(), ticket::state::refused);
        EXPECT_EQ(t->failure().code(), errc::connection_closed);
        EXPECT_EQ(t->failure().fate(), fate::not_sent);
    }
    EXPECT_TRUE(sh.p.is_discarded(used));
    EXPECT_TRUE(sh.p.is_discarded(connecting));
    sh.give_back(used, condition::broken);
    const auto later = sh.ask();
    sh.p.connect_failed(connecting, error{errc::cancelled, "as the shell ends it"}, sh.now);
    EXPECT_EQ(later->state(), ticket::state::waiting) << "that attempt tells nothing of the server that is there now";
    auto& fresh = sh.take(task::connect);
    EXPECT_FALSE(sh.p.is_discarded(fresh));
    sh.succeed(fresh);
    EXPECT_EQ(later->state(), ticket::state::granted);
}

}  // namespace
}  // namespace howdah::pooling::test
