// Where a fence proves nothing, and names are not kept.
#include <gtest/gtest.h>

#include "howdah/core/engine.hpp"
#include "tests/unit/core/line.hpp"

namespace howdah::core::script {
namespace {

engine_options behind_a_pooler() {
    engine_options o;
    o.peer = peer::pooler;
    o.process_id = 77;
    o.cancel_grace = 20ms;
    return o;
}

TEST(behind_a_pooler, a_cancel_closes_the_connection_once_all_is_answered) {
    line l{behind_a_pooler()};
    call<> c{"select 1"}, follower{"delete from b"}, unsent{"select 2"};
    c.op.options.timeout = 10ms;
    l.submit(c.op);
    l.submit(follower.op);
    (void)l.send();
    ASSERT_TRUE(l.later(10ms));
    l.engine.cancel_begun();
    l.submit(unsent.op);
    l.engine.cancel_ended();
    EXPECT_EQ(l.send(), "") << "neither a fence nor a call";
    ASSERT_TRUE(l.hear(refusal("57014") + ready()));
    EXPECT_EQ(code(c.op), errc::timed_out);
    EXPECT_EQ(fate_of(c.op), fate::rejected);
    EXPECT_FALSE(l.hear(first_use("DELETE 1") + ready()));
    EXPECT_FALSE(follower.op.failure());
    EXPECT_EQ(code(unsent.op), errc::connection_closed);
    EXPECT_EQ(fate_of(unsent.op), fate::not_sent);
}

TEST(behind_a_pooler, an_answer_in_front_of_the_cancels_end_closes_the_connection_at_that_end) {
    line l{behind_a_pooler()};
    call<> c{"select 1"};
    l.submit(c.op);
    (void)l.send();
    l.engine.cancel(c.op);
    l.engine.cancel_begun();
    ASSERT_TRUE(l.hear(refusal("57014") + ready()));
    EXPECT_TRUE(l.engine.open());
    l.engine.cancel_ended();
    EXPECT_FALSE(l.engine.open());
    EXPECT_EQ(l.engine.closed_by()->code(), errc::connection_closed);
}

TEST(behind_a_pooler, a_cancelled_call_that_never_ends_does_not_keep_the_connection) {
    line l{behind_a_pooler()};
    call<> c{"select 1"};
    l.submit(c.op);
    (void)l.send();
    l.engine.cancel(c.op);
    l.engine.cancel_begun();
    l.engine.cancel_ended();
    EXPECT_TRUE(l.engine.open());
    (void)l.later(0ms);
    for (int i = 0; i < 3 && l.engine.open(); ++i) (void)l.later(l.engine.next_deadline() - l.now);
    EXPECT_FALSE(l.engine.open());
}

TEST(behind_a_pooler, names_of_statements_are_the_clients_own) {
    line l{behind_a_pooler()};
    call<> c{"delete from t"};
    l.submit(c.op);
    EXPECT_NE(l.send().find("howdah_77_1"), std::string::npos);
}

TEST(behind_a_pooler, a_lost_statement_is_not_prepared_again_and_the_error_says_what_to_do) {
    line l{behind_a_pooler()};
    call<> first{"delete from t"}, second{"delete from t"}, third{"delete from t"};
    l.submit(first.op);
    (void)l.send();
    ASSERT_TRUE(l.hear(first_use("DELETE 1") + ready()));
    l.submit(second.op);
    EXPECT_EQ(l.send_tags(), "BES");
    ASSERT_TRUE(l.hear(refusal("26000") + ready()));
    ASSERT_TRUE(second.op.done());
    EXPECT_EQ(second.op.failure()->state(), sqlstate{"26000"});
    EXPECT_NE(std::string{second.op.failure()->what()}.find("say statement_mode=unnamed"), std::string::npos)
        << second.op.failure()->what();
    l.submit(third.op);
    EXPECT_EQ(l.send_tags(), "CPDBES") << "the next use may try again";
}

}  // namespace
}  // namespace howdah::core::script
