#include "howdah/core/script_call.hpp"

#include <gtest/gtest.h>

#include "tests/unit/core/transaction.hpp"

namespace howdah::core::script {
namespace {

statement_text text(std::string_view sql) { return statement_text{unsafe_sql{std::string{sql}}}; }

// The server skips a Query behind a BEGIN that failed, and its ReadyForQuery with it.
TEST(script, first_in_a_transaction_goes_out_once_its_begin_is_confirmed) {
    line l;
    const auto lease = begin(l);
    script_call s{text("delete from a; delete from b")};
    call<> next{"delete from c"};
    submit_under(l, lease, s);
    submit_under(l, lease, next.op);
    EXPECT_EQ(l.send_tags(), "Q");
    ASSERT_TRUE(l.hear(complete("BEGIN") + ready("T")));
    EXPECT_EQ(l.send_tags(), "QPDBES");
    ASSERT_TRUE(l.hear(complete("DELETE 1") + complete("DELETE 2") + ready("T") + first_use("DELETE 3") + ready("T")));
    EXPECT_FALSE(s.failure());
    EXPECT_EQ(next.sink.take().rows_affected, 3u);
}

TEST(script, first_in_a_transaction_whose_begin_fails_is_not_sent_and_says_why) {
    line l;
    const auto lease = begin(l);
    script_call s{text("delete from a")};
    submit_under(l, lease, s);
    EXPECT_EQ(l.send_tags(), "Q");
    ASSERT_TRUE(l.hear(refusal("0A000") + ready()));
    EXPECT_EQ(l.send(), "");
    ASSERT_TRUE(s.done());
    EXPECT_EQ(s.failure()->state(), sqlstate{"0A000"});
    EXPECT_EQ(fate_of(s), fate::rejected);
    l.engine.release(lease);
    call<> other{"delete from c"};
    l.submit(other.op);
    EXPECT_EQ(l.send_tags(), "PDBES") << "nothing was begun, so nothing is rolled back";
}

TEST(script, abandoned_script_s_transaction_is_rolled_back_before_others_have_their_turn) {
    line l;
    call<> other{"delete from b"};
    {
        script_call s{text("begin; delete from a")};
        l.submit(s);
        l.submit(other.op);
        EXPECT_EQ(l.send_tags(), "Q") << "a script has the connection to itself";
    }
    l.engine.cancel_begun();
    ASSERT_TRUE(l.hear(complete("BEGIN") + complete("DELETE 1") + ready("T")));
    EXPECT_EQ(l.send(), "");
    l.engine.cancel_ended();
    ASSERT_TRUE(l.hear(ready("T")));
    std::string sent = l.send();
    EXPECT_NE(sent.find("rollback"), std::string::npos);
    EXPECT_EQ(sent.find("delete from b"), std::string::npos);
    ASSERT_TRUE(l.hear(complete("ROLLBACK") + ready()));
    EXPECT_NE(l.send().find("delete from b"), std::string::npos);
    ASSERT_TRUE(l.hear(first_use("DELETE 1") + ready()));
    EXPECT_FALSE(other.op.failure());
    EXPECT_TRUE(l.engine.idle());
}

TEST(script, transaction_that_is_left_open_is_rolled_back_and_an_error) {
    line l;
    script_call s{text("begin; delete from a")};
    l.submit(s);
    (void)l.send();
    ASSERT_TRUE(l.hear(complete("BEGIN") + complete("DELETE 1") + ready("T")));
    EXPECT_FALSE(s.done());
    EXPECT_NE(l.send().find("rollback"), std::string::npos);
    ASSERT_TRUE(l.hear(complete("ROLLBACK") + ready()));
    EXPECT_EQ(code(s), errc::wrong_statement_kind);
    EXPECT_TRUE(l.engine.idle());
}

TEST(script, gives_a_result_for_each_of_its_statements) {
    line l;
    script_call s{text("select 1; delete from a")};
    l.submit(s);
    (void)l.send();
    ASSERT_TRUE(l.hear(row_description({{"n", oids::int4}}) + data_row({"1"}) + complete("SELECT 1") +
                       complete("DELETE 5") + ready()));
    ASSERT_FALSE(s.failure());
    const auto results = s.take();
    ASSERT_EQ(results.size(), 2u);
    EXPECT_EQ(results[0][0]["n"].as<int>(), 1);
    EXPECT_EQ(results[1].rows_affected(), 5u);
}

TEST(script, exchange_that_ends_in_the_middle_of_a_result_is_no_success) {
    line l;
    script_call s{text("select 1")};
    l.submit(s);
    (void)l.send();
    (void)l.hear(row_description({{"n", oids::int4}}) + data_row({"1"}) + ready());
    EXPECT_EQ(code(s), errc::protocol_violation);
}

TEST(script, uninvited_copy_in_is_ended_and_an_error) {
    line l;
    script_call s{text("copy t from stdin")};
    l.submit(s);
    (void)l.send();
    ASSERT_TRUE(l.hear(message('G', "\0\0\0"sv)));
    EXPECT_EQ(l.send_tags(), "f");
    ASSERT_TRUE(l.hear(refusal("57014") + ready()));
    EXPECT_EQ(code(s), errc::wrong_statement_kind);
    EXPECT_TRUE(l.engine.idle());
}

}  // namespace
}  // namespace howdah::core::script
