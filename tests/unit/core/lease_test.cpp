#include <gtest/gtest.h>

#include <memory>

#include "tests/unit/core/transaction.hpp"

namespace howdah::core::script {
namespace {

TEST(lease, begin_shares_a_sync_with_the_first_statement) {
    line l;
    const auto lease = begin(l);
    EXPECT_EQ(l.send(), "") << "nothing is sent for a transaction that does nothing yet";
    call<> c{"delete from t"};
    submit_under(l, lease, c.op);
    EXPECT_EQ(l.send_tags(), "PBEPDBES");
    ASSERT_TRUE(l.hear(begun() + first_use("DELETE 1") + ready("T")));
    EXPECT_EQ(c.sink.take().rows_affected, 1u);

    end_call commit{lease, end_call::how::commit};
    l.submit(commit);
    EXPECT_EQ(l.send_tags(), "Q");
    ASSERT_TRUE(l.hear(complete("COMMIT") + ready()));
    EXPECT_TRUE(commit.done());
    EXPECT_FALSE(commit.failure());
    EXPECT_TRUE(l.engine.idle());
}

TEST(lease, failed_begin_lets_nothing_behind_it_run) {
    line l;
    const auto lease = begin(l);
    call<> first{"delete from a"}, second{"delete from b"}, third{"delete from c"};
    submit_under(l, lease, first.op);
    submit_under(l, lease, second.op);
    EXPECT_EQ(l.send_tags(), "PBEPDBES") << "what is behind an unconfirmed BEGIN waits";
    ASSERT_TRUE(l.hear(refusal("25001") + ready()));
    EXPECT_EQ(first.op.failure()->state(), sqlstate{"25001"});
    EXPECT_EQ(code(second.op), errc::transaction_ended);
    EXPECT_EQ(fate_of(second.op), fate::not_sent);
    submit_under(l, lease, third.op);
    EXPECT_EQ(code(third.op), errc::transaction_ended);
    EXPECT_EQ(l.send(), "");
}

TEST(lease, others_wait_unsent_until_the_transaction_ends) {
    line l;
    const auto lease = begin(l);
    call<> inside{"delete from a"}, outside{"delete from b"};
    l.submit(outside.op);
    EXPECT_EQ(l.send(), "");
    submit_under(l, lease, inside.op);
    EXPECT_EQ(l.send_tags(), "PBEPDBES");
    ASSERT_TRUE(l.hear(begun() + first_use("DELETE 1") + ready("T")));
    EXPECT_EQ(l.send(), "");
    end_call commit{lease, end_call::how::commit};
    l.submit(commit);
    EXPECT_EQ(l.send_tags(), "Q");
    ASSERT_TRUE(l.hear(complete("COMMIT") + ready()));
    EXPECT_EQ(l.send_tags(), "PDBES");
    ASSERT_TRUE(l.hear(first_use("DELETE 2") + ready()));
    EXPECT_EQ(outside.sink.take().rows_affected, 2u);
}

TEST(lease, released_transaction_is_rolled_back_before_others_have_their_turn) {
    line l;
    const auto lease = begin(l);
    call<> inside{"delete from a"}, outside{"delete from b"};
    submit_under(l, lease, inside.op);
    l.submit(outside.op);
    (void)l.send();
    ASSERT_TRUE(l.hear(begun() + first_use("DELETE 1") + ready("T")));
    l.engine.release(lease);
    const auto rollback = l.send();
    EXPECT_EQ(tags(rollback), "Q");
    EXPECT_NE(rollback.find("rollback"), std::string::npos);
    ASSERT_TRUE(l.hear(complete("ROLLBACK") + ready()));
    EXPECT_EQ(l.send_tags(), "PDBES");
    ASSERT_TRUE(l.hear(first_use("DELETE 2") + ready()));
    EXPECT_FALSE(outside.op.failure());
    EXPECT_TRUE(l.engine.idle());
}

TEST(lease, released_before_anything_was_sent_costs_nothing) {
    line l;
    const auto lease = begin(l);
    l.engine.release(lease);
    EXPECT_EQ(l.send(), "");
    EXPECT_TRUE(l.engine.idle());
}

TEST(lease, used_after_its_end_is_refused) {
    line l;
    const auto lease = begin(l);
    end_call commit{lease, end_call::how::commit};
    l.submit(commit);
    EXPECT_TRUE(commit.done());
    EXPECT_EQ(l.send(), "") << "a transaction that did nothing needs no COMMIT";
    call<> late{"delete from a"};
    submit_under(l, lease, late.op);
    EXPECT_EQ(code(late.op), errc::transaction_ended);
}

TEST(lease, commit_of_a_failed_transaction_says_that_it_was_rolled_back) {
    line l;
    const auto lease = begin(l);
    call<> c{"delete from a"};
    submit_under(l, lease, c.op);
    (void)l.send();
    ASSERT_TRUE(l.hear(begun() + refusal("23503") + ready("E")));
    end_call commit{lease, end_call::how::commit};
    l.submit(commit);
    (void)l.send();
    ASSERT_TRUE(l.hear(complete("ROLLBACK") + ready()));
    EXPECT_EQ(code(commit), errc::commit_rolled_back);
    EXPECT_EQ(fate_of(commit), fate::rejected);
}

TEST(lease, commit_that_is_never_confirmed_is_no_success) {
    line l;
    const auto lease = begin(l);
    call<> c{"delete from a"};
    submit_under(l, lease, c.op);
    (void)l.send();
    ASSERT_TRUE(l.hear(begun() + first_use("DELETE 1") + ready("T")));
    end_call commit{lease, end_call::how::commit};
    l.submit(commit);
    (void)l.send();
    (void)l.hear(ready());
    EXPECT_EQ(fate_of(commit), fate::commit_unknown);
}

TEST(lease, commit_is_unknown_once_a_byte_of_it_was_sent) {
    for (const std::size_t sent : {0u, 1u}) {
        line l;
        const auto lease = begin(l);
        call<> c{"delete from a"};
        submit_under(l, lease, c.op);
        (void)l.send();
        ASSERT_TRUE(l.hear(begun() + first_use("DELETE 1") + ready("T")));
        end_call commit{lease, end_call::how::commit};
        l.submit(commit);
        l.engine.written(sent);
        l.lose();
        EXPECT_EQ(fate_of(commit), sent == 0 ? fate::not_sent : fate::commit_unknown);
    }
}

TEST(lease, second_use_of_one_lease_takes_another) {
    line l;
    const auto first = begin(l);
    l.engine.release(first);
    EXPECT_NE(begin(l), first);
}

// What a lease is bounded by, and what it owes.

TEST(lease, commands_that_are_owed_go_in_front_of_the_next_statement) {
    line l;
    const auto lease = begin_for_real(l);
    l.engine.owe(lease, "rollback to savepoint a", 0);
    call<> next{"delete from t"};
    submit_under(l, lease, next.op);
    EXPECT_EQ(l.send_tags(), "QBES");
    ASSERT_TRUE(l.hear(complete("ROLLBACK") + ready("T") + later_use("DELETE 1") + ready("T")));
    EXPECT_FALSE(next.op.failure());
}

TEST(lease, commands_that_are_owed_wait_for_the_fence_of_a_cancel) {
    line l;
    const auto lease = begin_for_real(l);
    call<> slow{"delete from t"}, next{"delete from t"};
    submit_under(l, lease, slow.op);
    (void)l.send();
    l.engine.cancel(slow.op);
    ASSERT_EQ(l.engine.cancelling(), cancel_state::wanted);
    l.engine.owe(lease, "rollback to savepoint a", 0);
    submit_under(l, lease, next.op);
    l.engine.cancel_begun();
    ASSERT_TRUE(l.hear(message('2') + refusal("57014") + ready("E")));
    EXPECT_EQ(l.send(), "");
    l.engine.cancel_ended();
    EXPECT_EQ(l.send_tags(), "S");
    ASSERT_TRUE(l.hear(ready("E")));
    EXPECT_EQ(l.send_tags(), "QBES");
}

TEST(lease, commands_that_are_owed_go_with_their_transaction) {
    line l;
    const auto lease = begin_for_real(l);
    l.engine.release(lease);
    (void)l.send();
    l.engine.owe(lease, "rollback to savepoint a", 0);
    EXPECT_EQ(l.send(), "");
}

TEST(lease, over_its_time_limit_is_rolled_back_and_says_so) {
    line l;
    const auto lease = begin_for_real(l, {.timeout = 5s});
    EXPECT_EQ(l.engine.lease_deadline(), l.now + 5s);
    ASSERT_TRUE(l.later(5s));
    EXPECT_EQ(l.send_tags(), "Q");
    ASSERT_TRUE(l.hear(complete("ROLLBACK") + ready()));
    call<> late{"delete from t"};
    submit_under(l, lease, late.op);
    EXPECT_EQ(code(late.op), errc::timed_out);
    EXPECT_EQ(fate_of(late.op), fate::rejected);
    EXPECT_TRUE(l.engine.idle());
}

TEST(lease, over_its_time_limit_is_noticed_at_the_next_call_if_nobody_looks_at_the_clock) {
    line l;
    const auto lease = begin_for_real(l, {.timeout = 5s});
    l.now += 6s;
    call<> late{"delete from t"};
    submit_under(l, lease, late.op);
    EXPECT_EQ(code(late.op), errc::timed_out);
    EXPECT_EQ(l.send_tags(), "Q");
}

TEST(lease, over_its_time_limit_cancels_what_runs_before_it_is_rolled_back) {
    line l;
    const auto lease = begin_for_real(l, {.timeout = 5s});
    call<> slow{"delete from t"};
    submit_under(l, lease, slow.op);
    (void)l.send();
    ASSERT_TRUE(l.later(5s));
    EXPECT_EQ(l.engine.cancelling(), cancel_state::wanted);
    EXPECT_EQ(l.send(), "");
    l.engine.cancel_begun();
    ASSERT_TRUE(l.hear(message('2') + refusal("57014") + ready("E")));
    EXPECT_EQ(code(slow.op), errc::timed_out);
    l.engine.cancel_ended();
    EXPECT_EQ(l.send_tags(), "S");
    ASSERT_TRUE(l.hear(ready("E")));
    EXPECT_EQ(l.send_tags(), "Q");
    ASSERT_TRUE(l.hear(complete("ROLLBACK") + ready()));
    EXPECT_TRUE(l.engine.idle());
}

TEST(lease, commit_that_is_on_its_way_is_not_stopped_by_the_time_limit) {
    line l;
    const auto lease = begin_for_real(l, {.timeout = 5s});
    end_call commit{lease, end_call::how::commit};
    l.submit(commit);
    (void)l.send();
    ASSERT_TRUE(l.later(6s));
    EXPECT_EQ(l.engine.cancelling(), cancel_state::none);
    ASSERT_TRUE(l.hear(complete("COMMIT") + ready()));
    EXPECT_FALSE(commit.failure());
}

TEST(lease, that_lasts_long_is_told_to_the_observer_once) {
    struct counter final : observer {
        using observer::on;
        void on(const long_transaction_event& e) override {
            ++events;
            duration = e.duration;
        }
        int events = 0;
        std::chrono::microseconds duration{};
    };
    const auto watcher = std::make_shared<counter>();
    engine_options options;
    options.watcher = watcher;
    line l{options};
    (void)begin_for_real(l, {.warn_after = 2s});
    ASSERT_TRUE(l.later(1s));
    EXPECT_EQ(watcher->events, 0);
    ASSERT_TRUE(l.later(1s));
    ASSERT_TRUE(l.later(1s));
    EXPECT_EQ(watcher->events, 1);
    EXPECT_EQ(watcher->duration, 2s);
}

}  // namespace
}  // namespace howdah::core::script
