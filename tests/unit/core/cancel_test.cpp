// A caller that goes away or is out of time: whom the server is told to stop for, and who is sent again.
#include <gtest/gtest.h>

#include "howdah/core/command_call.hpp"
#include "howdah/core/engine.hpp"
#include "tests/unit/core/line.hpp"

namespace howdah::core::script {
namespace {

TEST(cancel, goes_out_only_for_the_head_of_the_pipeline) {
    line l;
    call<> a{"select 1"}, b{"select 2"};
    l.submit(a.op);
    l.submit(b.op);
    (void)l.send();
    l.engine.cancel(b.op);
    EXPECT_EQ(l.engine.cancelling(), cancel_state::none);
    EXPECT_EQ(fate_of(b.op), fate::unknown);
    l.engine.cancel(a.op);
    EXPECT_EQ(l.engine.cancelling(), cancel_state::wanted);
    EXPECT_EQ(code(a.op), errc::cancelled);
}

// It was said to be not_sent once, and went out with the next flush all the same.
TEST(cancel, cancelled_call_that_stands_in_the_output_is_not_said_to_be_unsent) {
    line l;
    call<> a{"select 1"}, b{"select 2"};
    l.submit(a.op);
    (void)l.send();
    l.submit(b.op);
    l.engine.cancel(b.op);
    EXPECT_EQ(fate_of(b.op), fate::unknown);
    EXPECT_NE(l.send().find("select 2"), std::string::npos);
}

TEST(cancel, follower_hit_by_a_late_cancel_is_sent_again_once_behind_the_fence) {
    const auto cancelled = refusal("57014") + ready();
    line l;
    call<> a{"delete from a"}, b{"delete from b"};
    l.submit(a.op);
    l.submit(b.op);
    (void)l.send();
    l.engine.cancel(a.op);
    l.engine.cancel_begun();
    ASSERT_TRUE(l.hear(first_use("DELETE 0") + ready()));  // a was done before the cancel came
    ASSERT_TRUE(l.hear(cancelled));
    EXPECT_FALSE(b.op.done());
    EXPECT_EQ(l.send(), "") << "nothing goes out while a cancel is under way";
    l.engine.cancel_ended();
    EXPECT_EQ(l.send_tags(), "S");
    ASSERT_TRUE(l.hear(ready()));
    EXPECT_EQ(l.engine.cancelling(), cancel_state::none);
    EXPECT_NE(l.send_tags().find("PDBES"), std::string::npos);
    ASSERT_TRUE(l.hear(cancelled));
    ASSERT_TRUE(b.op.done()) << "a second time it is the server's own doing";
    EXPECT_EQ(b.op.failure()->state(), sqlstate{"57014"});
}

// LISTEN: it is in no transaction, and nobody asked for its end.
TEST(cancel, library_s_own_command_hit_by_a_late_cancel_is_sent_again_too) {
    line l;
    call<> a{"delete from a"};
    command_call listen{{"listen a", "listen b"}};
    l.submit(a.op);
    l.submit(listen);
    (void)l.send();
    l.engine.cancel(a.op);
    l.engine.cancel_begun();
    const auto one = message('1') + message('2') + complete("LISTEN");
    ASSERT_TRUE(l.hear(first_use("DELETE 0") + ready() + one + refusal("57014") + ready()));
    EXPECT_FALSE(listen.done());
    l.engine.cancel_ended();
    EXPECT_EQ(l.send_tags(), "S");
    ASSERT_TRUE(l.hear(ready()));
    EXPECT_EQ(l.send_tags(), "PBEPBES");
    ASSERT_TRUE(l.hear(one + one + ready()));
    ASSERT_TRUE(listen.done());
    EXPECT_FALSE(listen.failure()) << listen.failure()->what();
}

// It could not be sent again, were a cancel of the one in front to hit it.
TEST(cancel, call_waits_until_what_was_given_up_in_front_of_it_is_answered) {
    line l;
    call<> a{"delete from a"}, b{"call f()"};
    l.submit(a.op);
    EXPECT_EQ(l.send_tags(), "PDBES");
    l.engine.cancel(a.op);
    l.submit(b.op);
    l.engine.cancel_begun();
    l.engine.cancel_ended();
    EXPECT_EQ(l.send_tags(), "S") << "the fence alone";
    ASSERT_TRUE(l.hear(refusal("57014") + ready() + ready()));
    EXPECT_EQ(l.send_tags(), "PDBES");
}

TEST(cancel, destroyed_call_leaves_nothing_behind) {
    line l;
    call<> b{"delete from b"};
    {
        call<> a{"delete from a"};
        l.submit(a.op);
        l.submit(b.op);
        (void)l.send();
    }
    EXPECT_EQ(l.engine.cancelling(), cancel_state::wanted);
    ASSERT_TRUE(l.hear(first_use("DELETE 1") + ready() + first_use("DELETE 2") + ready()));
    EXPECT_EQ(b.sink.take().rows_affected, 2u);
}

TEST(deadline, in_the_queue_is_not_sent) {
    engine_options o;
    o.session.pipeline_depth = 1;
    line l{o};
    call<> a{"select 1"}, b{"select 2"};
    a.op.options.timeout = 0ms;
    b.op.options.timeout = 10ms;
    l.submit(a.op);
    l.submit(b.op);
    EXPECT_EQ(l.engine.next_deadline(), l.now + 10ms);
    ASSERT_TRUE(l.later(10ms));
    EXPECT_EQ(code(b.op), errc::timed_out);
    EXPECT_EQ(fate_of(b.op), fate::not_sent);
    EXPECT_EQ(b.op.failure()->phase(), phase::queue);
    EXPECT_FALSE(a.op.done());
    EXPECT_EQ(l.engine.next_deadline(), clock::time_point::max());
}

TEST(deadline, while_running_cancels_and_the_answer_is_timed_out) {
    line l;
    call<> c{"select 1"};
    c.op.options.timeout = 10ms;
    l.submit(c.op);
    (void)l.send();
    ASSERT_TRUE(l.later(10ms));
    EXPECT_FALSE(c.op.done());
    EXPECT_EQ(l.engine.cancelling(), cancel_state::wanted);
    l.engine.cancel_begun();
    l.engine.cancel_ended();
    ASSERT_TRUE(l.hear(refusal("57014") + ready()));
    EXPECT_EQ(code(c.op), errc::timed_out);
    EXPECT_EQ(fate_of(c.op), fate::rejected);
    ASSERT_TRUE(l.hear(ready()));
    EXPECT_TRUE(l.engine.idle());
}

TEST(deadline, answer_that_overtakes_the_cancel_is_a_success) {
    line l;
    call<> c{"delete from t"};
    c.op.options.timeout = 10ms;
    l.submit(c.op);
    (void)l.send();
    ASSERT_TRUE(l.later(10ms));
    l.engine.cancel_begun();
    ASSERT_TRUE(l.hear(first_use("DELETE 3") + ready()));
    ASSERT_TRUE(c.op.done());
    EXPECT_FALSE(c.op.failure());
    EXPECT_EQ(c.sink.take().rows_affected, 3u);
}

TEST(deadline, cancelled_call_that_outlasts_the_grace_closes_the_connection) {
    engine_options o;
    o.cancel_grace = 20ms;
    line l{o};
    call<> c{"select 1"};
    c.op.options.timeout = 10ms;
    l.submit(c.op);
    (void)l.send();
    ASSERT_TRUE(l.later(10ms));
    const auto grace_ends = l.now + 20ms;
    while (l.engine.next_deadline() < grace_ends) ASSERT_TRUE(l.later(l.engine.next_deadline() - l.now));
    EXPECT_EQ(l.engine.next_deadline(), grace_ends);
    EXPECT_FALSE(l.later(grace_ends - l.now));
    EXPECT_EQ(code(c.op), errc::timed_out);
    EXPECT_EQ(fate_of(c.op), fate::unknown);
    EXPECT_FALSE(l.engine.open());
}

// The server may have heard of the first one before it began with the call.
TEST(deadline, cancel_that_comes_to_nothing_is_sent_again) {
    line l;
    call<> c{"select 1"};
    c.op.options.timeout = 10ms;
    l.submit(c.op);
    (void)l.send();
    ASSERT_TRUE(l.later(10ms));
    for (int fences = 1; fences <= 2; ++fences) {
        ASSERT_EQ(l.engine.cancelling(), cancel_state::wanted);
        l.engine.cancel_begun();
        l.engine.cancel_ended();
        EXPECT_EQ(l.send_tags(), "S");
        EXPECT_EQ(l.engine.cancelling(), cancel_state::fenced);
        ASSERT_TRUE(l.later(l.engine.next_deadline() - l.now));
    }
    EXPECT_EQ(l.engine.cancelling(), cancel_state::wanted);
    ASSERT_TRUE(l.hear(refusal("57014") + ready()));
    EXPECT_EQ(code(c.op), errc::timed_out);
    l.engine.cancel_begun();
    l.engine.cancel_ended();
    ASSERT_TRUE(l.hear(ready() + ready() + ready()));
    EXPECT_TRUE(l.engine.idle());
    EXPECT_EQ(l.engine.next_deadline(), clock::time_point::max());
}

// Its cancel may come before the server has begun: it is asked again, and not only when something else is due.
TEST(deadline, given_up_head_has_its_driver_wake_at_once_to_time_it) {
    line l;
    call<> c{"select 1"};
    l.submit(c.op);
    (void)l.send();
    l.engine.cancel(c.op);
    EXPECT_LE(l.engine.next_deadline(), l.now);
    ASSERT_TRUE(l.later(0ms));
    EXPECT_GT(l.engine.next_deadline(), l.now);
    EXPECT_LE(l.engine.next_deadline(), l.now + 1s);
}

TEST(deadline, given_up_call_that_its_cancels_do_not_end_closes_the_connection) {
    engine_options o;
    o.cancel_grace = 20ms;
    line l{o};
    call<> c{"select 1"}, next{"select 2"};
    l.submit(c.op);
    (void)l.send();
    l.engine.cancel(c.op);
    l.submit(next.op);
    l.engine.cancel_begun();
    l.engine.cancel_ended();
    EXPECT_EQ(l.send_tags(), "S");
    ASSERT_TRUE(l.later(0ms));
    int cancels = 1;
    while (l.later(l.engine.next_deadline() - l.now)) {
        ASSERT_EQ(l.engine.cancelling(), cancel_state::wanted);
        l.engine.cancel_begun();
        l.engine.cancel_ended();
        EXPECT_EQ(l.send_tags(), "S");
        ASSERT_LT(++cancels, 10);
    }
    EXPECT_GT(cancels, 1);
    EXPECT_EQ(code(next.op), errc::timed_out);
    EXPECT_EQ(fate_of(next.op), fate::not_sent);
}

TEST(deadline, nothing_is_sent_until_the_last_of_two_fences_is_answered) {
    line l;
    call<> c{"select 1"}, next{"delete from t"};
    l.submit(c.op);
    (void)l.send();
    l.engine.cancel(c.op);
    l.submit(next.op);
    l.engine.cancel_begun();
    l.engine.cancel_ended();
    ASSERT_TRUE(l.later(0ms));
    ASSERT_TRUE(l.later(l.engine.next_deadline() - l.now));
    l.engine.cancel_begun();
    l.engine.cancel_ended();
    EXPECT_EQ(l.send_tags(), "SS");
    ASSERT_TRUE(l.hear(refusal("57014") + ready() + ready()));
    EXPECT_EQ(l.send(), "") << "the second cancel may still hit";
    ASSERT_TRUE(l.hear(ready()));
    EXPECT_EQ(l.send_tags(), "PDBES");
}

TEST(deadline, of_a_follower_ends_only_its_own_call) {
    line l;
    call<> a{"delete from a"}, b{"delete from b"};
    a.op.options.timeout = 0ms;
    b.op.options.timeout = 10ms;
    l.submit(a.op);
    l.submit(b.op);
    (void)l.send();
    ASSERT_TRUE(l.later(10ms));
    EXPECT_EQ(code(b.op), errc::timed_out);
    EXPECT_EQ(fate_of(b.op), fate::unknown);
    EXPECT_EQ(l.engine.cancelling(), cancel_state::none);
    ASSERT_TRUE(l.hear(first_use("DELETE 1") + ready() + first_use("DELETE 1") + ready()));
    EXPECT_FALSE(a.op.failure());
}

}  // namespace
}  // namespace howdah::core::script
