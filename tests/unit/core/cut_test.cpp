// Conversations that end before each of the server's bytes: every call ends, with an error or its right answer.

#include <gtest/gtest.h>

#include <array>

#include "howdah/core/transaction_calls.hpp"
#include "tests/unit/core/line.hpp"

namespace howdah::core::script {
namespace {

const std::string one = first_number("\0\0\0\1"sv) + ready(), two = first_use("DELETE 2") + ready(),
                  three = refusal("22012") + ready();

TEST(cut, pipelined_calls_end_with_their_answer_or_as_unknown) {
    const auto server = one + two + three;
    for (std::size_t n = 0; n <= server.size(); ++n) {
        line l;
        call<one_row<int>> a{"select 1"};
        call<> b{"delete from t"}, c{"select 1/0"};
        l.submit(a.op);
        l.submit(b.op);
        l.submit(c.op);
        (void)l.send();
        ASSERT_TRUE(l.hear(std::string_view{server}.substr(0, n)));
        l.lose();
        ASSERT_TRUE(a.op.done() && b.op.done() && c.op.done()) << n;
        if (n >= one.size()) {
            ASSERT_FALSE(a.op.failure()) << n;
            EXPECT_EQ(a.sink.take(), 1);
        } else {
            EXPECT_EQ(fate_of(a.op), fate::unknown) << n;
        }
        if (n >= one.size() + two.size()) {
            ASSERT_FALSE(b.op.failure()) << n;
            EXPECT_EQ(b.sink.take().rows_affected, 2u);
        } else {
            EXPECT_EQ(fate_of(b.op), fate::unknown) << n;
        }
        // The error is as good as its answer: nothing was done, whether ReadyForQuery came or not.
        ASSERT_TRUE(c.op.failure());
        if (n == server.size()) {
            EXPECT_EQ(c.op.failure()->state(), sqlstate{"22012"});
        }
    }
}

TEST(cut, what_was_not_handed_to_the_socket_is_not_sent) {
    line whole;
    call<> x{"delete from a"}, y{"delete from b"};
    whole.submit(x.op);
    const auto first = whole.engine.output().size();
    whole.submit(y.op);
    const auto both = whole.engine.output().size();
    for (std::size_t n = 0; n <= both; ++n) {
        line l;
        call<> a{"delete from a"}, b{"delete from b"};
        l.submit(a.op);
        l.submit(b.op);
        l.engine.written(n);
        l.lose();
        EXPECT_EQ(fate_of(a.op), n == 0 ? fate::not_sent : fate::unknown) << n;
        EXPECT_EQ(fate_of(b.op), n <= first ? fate::not_sent : fate::unknown) << n;
    }
}

TEST(cut, transaction_ends_with_a_commit_that_is_known_or_said_to_be_unknown) {
    const auto work = begun() + first_use("DELETE 1") + ready("T"), end = complete("COMMIT") + ready();
    const auto server = work + end;
    for (std::size_t n = 0; n <= server.size(); ++n) {
        line l;
        lease_id lease = 0;
        lease_call begin{"begin", lease};
        l.submit(begin);
        call<> c{"delete from t"};
        c.op.lease = lease;
        end_call commit{lease, end_call::how::commit};
        l.submit(c.op);
        (void)l.send();
        ASSERT_TRUE(l.hear(std::string_view{server}.substr(0, std::min(n, work.size()))));
        l.submit(commit);
        (void)l.send();
        if (n > work.size()) {
            ASSERT_TRUE(l.hear(std::string_view{server}.substr(work.size(), n - work.size())));
        }
        l.lose();
        ASSERT_TRUE(c.op.done() && commit.done()) << n;
        if (n < work.size()) {
            EXPECT_EQ(fate_of(c.op), fate::unknown) << n;
            EXPECT_TRUE(commit.failure()) << n;
        } else {
            EXPECT_FALSE(c.op.failure()) << n;
            EXPECT_EQ(fate_of(commit), n < server.size() ? std::optional{fate::commit_unknown} : std::nullopt) << n;
        }
    }
}

TEST(cut, described_query_ends_whichever_half_is_cut) {
    const auto description = message('1') + parameter_types({}) + row_description({{"n", oids::int4}}) + ready();
    const auto rows =
        message('2') + data_row({"\0\0\0\1"sv}) + data_row({"\0\0\0\2"sv}) + complete("SELECT 2") + ready();
    for (std::size_t n = 0; n <= description.size() + rows.size(); ++n) {
        line l;
        call<untyped_rows> c{"select n"};
        l.submit(c.op);
        (void)l.send();
        ASSERT_TRUE(l.hear(std::string_view{description}.substr(0, n)));
        (void)l.send();
        if (n > description.size()) {
            ASSERT_TRUE(l.hear(std::string_view{rows}.substr(0, n - description.size())));
        }
        l.lose();
        ASSERT_TRUE(c.op.done()) << n;
        if (n == description.size() + rows.size()) {
            ASSERT_FALSE(c.op.failure());
            EXPECT_EQ(c.sink.take().size(), 2u);
        } else {
            EXPECT_EQ(fate_of(c.op), fate::unknown) << n;
        }
    }
}

TEST(cut, bytes_that_come_one_by_one_give_the_same_answers) {
    line l;
    call<one_row<int>> a{"select 1"};
    call<> b{"delete from t"}, c{"select 1/0"};
    l.submit(a.op);
    l.submit(b.op);
    l.submit(c.op);
    (void)l.send();
    for (const char byte : one + two + three) ASSERT_TRUE(l.hear({&byte, 1}));
    EXPECT_EQ(a.sink.take(), 1);
    EXPECT_EQ(b.sink.take().rows_affected, 2u);
    EXPECT_EQ(c.op.failure()->state(), sqlstate{"22012"});
    EXPECT_TRUE(l.engine.idle());
}

}  // namespace
}  // namespace howdah::core::script
