// What a ROLLBACK does to what is open in the transaction, or behind the savepoint.
#include <gtest/gtest.h>

#include <optional>

#include "howdah/core/command_call.hpp"
#include "howdah/core/copy_in_call.hpp"
#include "howdah/core/copy_out_call.hpp"
#include "howdah/core/stream_call.hpp"
#include "tests/unit/core/transaction.hpp"

namespace howdah::core::script {
namespace {

TEST(command, runs_its_statements_in_one_exchange_with_begin_in_front) {
    line l;
    const auto lease = begin(l);
    command_call c{{"rollback to savepoint a", "release savepoint a"}};
    submit_under(l, lease, c);
    EXPECT_EQ(l.send_tags(), "PBEPBEPBES");
    const auto one = message('1') + message('2');
    ASSERT_TRUE(l.hear(begun() + one + complete("ROLLBACK") + one + complete("RELEASE") + ready("T")));
    EXPECT_TRUE(c.done());
    EXPECT_FALSE(c.failure());
}

TEST(command, cut_anywhere_is_no_success) {
    const auto answer = message('1') + message('2') + complete("SAVEPOINT") + ready("T");
    for (std::size_t n = 0; n < answer.size(); ++n) {
        line l;
        const auto lease = begin_for_real(l);
        command_call c{{"savepoint a"}};
        submit_under(l, lease, c);
        (void)l.send();
        ASSERT_TRUE(l.hear(std::string_view{answer}.substr(0, n)));
        l.lose();
        EXPECT_EQ(fate_of(c), fate::unknown) << n;
    }
}

const std::string done = message('1') + message('2');

statement_text text(std::string_view sql) { return statement_text{unsafe_sql{std::string{sql}}}; }

class rolled_back : public ::testing::Test {
protected:
    line l;
    lease_id lease = begin_for_real(l);

    /// A COPY OUT that is looked at.
    void open(copy_out_call& copy) {
        submit_under(l, lease, copy);
        (void)l.send();
        ASSERT_TRUE(l.hear(done + message('H', "\0\0\1\0\0"sv) + message('d', std::string(copy_out_call::chunk, 'x'))));
        ASSERT_EQ(copy.state(), operation::state::paused);
        EXPECT_EQ(l.engine.next_done(), &copy);
    }
    /// The server is told to stop, and does.
    void stop() {
        ASSERT_EQ(l.engine.cancelling(), cancel_state::wanted);
        EXPECT_EQ(l.send(), "") << "not before the cancel's fence";
        l.engine.cancel_begun();
        l.engine.cancel_ended();
        EXPECT_EQ(l.send_tags(), "S");
        ASSERT_TRUE(l.hear(refusal("57014") + ready("E") + ready("E")));
    }
};

TEST_F(rolled_back, transaction_ends_the_copy_out_that_is_open_in_it) {
    copy_out_call copy{text("copy t to stdout")};
    open(copy);
    end_call rollback{lease, end_call::how::roll_back};
    l.submit(rollback);
    ASSERT_TRUE(copy.done());
    EXPECT_EQ(code(copy), errc::transaction_ended);
    EXPECT_EQ(l.engine.next_done(), nullptr) << "nobody waits for the copy";
    stop();
    EXPECT_EQ(l.send_tags(), "Q");
    ASSERT_TRUE(l.hear(complete("ROLLBACK") + ready()));
    ASSERT_TRUE(rollback.done());
    EXPECT_FALSE(rollback.failure());
    EXPECT_TRUE(l.engine.idle());
}

TEST_F(rolled_back, transaction_makes_the_copy_in_that_is_open_in_it_fail) {
    copy_in_call copy{text("copy t from stdin")};
    submit_under(l, lease, copy);
    (void)l.send();
    ASSERT_TRUE(l.hear(done + message('G', "\0\0\1\0\0"sv)));
    EXPECT_EQ(l.engine.next_done(), &copy);
    end_call rollback{lease, end_call::how::roll_back};
    l.submit(rollback);
    EXPECT_EQ(code(copy), errc::transaction_ended);
    EXPECT_EQ(l.send_tags(), "fSQ");
    ASSERT_TRUE(l.hear(refusal("57014") + ready("E") + complete("ROLLBACK") + ready()));
    EXPECT_FALSE(rollback.failure());
}

TEST_F(rolled_back, transaction_ends_a_copy_out_whose_caller_waits) {
    copy_out_call copy{text("copy t to stdout")};
    submit_under(l, lease, copy);
    (void)l.send();
    end_call rollback{lease, end_call::how::roll_back};
    l.submit(rollback);
    EXPECT_EQ(l.engine.next_done(), &copy) << "its caller is told";
    stop();
    EXPECT_EQ(l.send_tags(), "Q");
}

TEST_F(rolled_back, behind_a_pooler_nothing_is_cancelled_for_it) {
    engine_options o;
    o.peer = peer::pooler;
    line behind{o};
    const auto under = begin_for_real(behind);
    copy_out_call copy{text("copy t to stdout")};
    submit_under(behind, under, copy);
    (void)behind.send();
    end_call rollback{under, end_call::how::roll_back};
    behind.submit(rollback);
    EXPECT_EQ(behind.engine.cancelling(), cancel_state::none) << "it would cost the connection";
    EXPECT_EQ(behind.send_tags(), "Q");
    ASSERT_TRUE(behind.hear(done + message('H', "\0\0\1\0\0"sv) + message('d', "x") + message('c') +
                            complete("COPY 1") + ready("T") + complete("ROLLBACK") + ready()));
    EXPECT_FALSE(rollback.failure());
}

TEST_F(rolled_back, commit_is_refused_while_a_copy_is_open) {
    copy_out_call copy{text("copy t to stdout")};
    open(copy);
    end_call commit{lease, end_call::how::commit};
    l.submit(commit);
    EXPECT_EQ(code(commit), errc::connection_busy);
    EXPECT_NE(std::string_view{commit.failure()->what()}.find("COPY"), std::string_view::npos);
    EXPECT_EQ(copy.state(), operation::state::paused);
}

TEST_F(rolled_back, savepoint_ends_the_copy_behind_it_and_the_transaction_goes_on) {
    copy_out_call copy{text("copy t to stdout")};
    open(copy);
    command_call undo{{"rollback to savepoint a", "release savepoint a"}, 0};
    submit_under(l, lease, undo);
    EXPECT_EQ(code(copy), errc::transaction_ended);
    stop();
    EXPECT_EQ(l.send_tags(), "PBEPBES");
    ASSERT_TRUE(l.hear(done + complete("ROLLBACK") + done + complete("RELEASE") + ready("T")));
    EXPECT_FALSE(undo.failure());
    call<> next{"delete from t"};
    submit_under(l, lease, next.op);
    EXPECT_EQ(l.send_tags(), "BES");
}

TEST_F(rolled_back, savepoint_that_is_dropped_ends_the_copy_behind_it) {
    copy_out_call copy{text("copy t to stdout")};
    open(copy);
    l.engine.owe(lease, "rollback to savepoint a; release savepoint a", 0);
    EXPECT_EQ(code(copy), errc::transaction_ended);
    stop();
    EXPECT_EQ(l.send_tags(), "Q");
    ASSERT_TRUE(l.hear(complete("ROLLBACK") + complete("RELEASE") + ready("T")));
}

/// A COPY OUT whose caller goes away while it is in the middle of its data.
class left_behind : public rolled_back {
protected:
    void leave(line& on, lease_id under) {
        copy_out_call copy{text("copy t to stdout")};
        submit_under(on, under, copy);
        (void)on.send();
        ASSERT_TRUE(on.hear(done + message('H', "\0\0\1\0\0"sv) + message('d', "x")));
    }
    void leave() { leave(l, lease); }
};

TEST_F(left_behind, it_is_read_to_its_end_as_long_as_the_transaction_goes_on) {
    leave();
    call<> next{"delete from t"};
    submit_under(l, lease, next.op);
    EXPECT_EQ(l.engine.cancelling(), cancel_state::none) << "it would fail the transaction";
    EXPECT_EQ(l.send_tags(), "BES");
}

TEST_F(left_behind, rollback_stops_it) {
    leave();
    end_call rollback{lease, end_call::how::roll_back};
    l.submit(rollback);
    stop();
    EXPECT_EQ(l.send_tags(), "Q");
    ASSERT_TRUE(l.hear(complete("ROLLBACK") + ready()));
    EXPECT_FALSE(rollback.failure());
    EXPECT_TRUE(l.engine.idle());
}

TEST_F(left_behind, rollback_stops_it_whatever_was_sent_behind_it) {
    leave();
    call<> next{"delete from t"};
    submit_under(l, lease, next.op);
    (void)l.send();
    end_call rollback{lease, end_call::how::roll_back};
    l.submit(rollback);
    EXPECT_EQ(l.engine.cancelling(), cancel_state::wanted);
}

TEST_F(left_behind, a_copy_in_ends_by_itself) {
    {
        copy_in_call copy{text("copy t from stdin")};
        submit_under(l, lease, copy);
        (void)l.send();
        ASSERT_TRUE(l.hear(done + message('G', "\0\0\1\0\0"sv)));
    }
    EXPECT_EQ(l.send_tags(), "fS");
    end_call rollback{lease, end_call::how::roll_back};
    l.submit(rollback);
    EXPECT_EQ(l.engine.cancelling(), cancel_state::none);
    EXPECT_EQ(l.send_tags(), "Q");
}

TEST_F(left_behind, transaction_that_is_dropped_stops_it) {
    leave();
    l.engine.release(lease);
    stop();
    EXPECT_EQ(l.send_tags(), "Q");
    ASSERT_TRUE(l.hear(complete("ROLLBACK") + ready()));
    EXPECT_TRUE(l.engine.idle());
}

TEST_F(left_behind, rollback_to_a_savepoint_stops_it) {
    leave();
    command_call undo{{"rollback to savepoint a", "release savepoint a"}, 0};
    submit_under(l, lease, undo);
    stop();
    EXPECT_EQ(l.send_tags(), "PBEPBES");
}

TEST_F(left_behind, savepoint_that_was_made_behind_it_is_not_lost_with_it) {
    leave();
    command_call savepoint{{"savepoint a"}};
    submit_under(l, lease, savepoint);
    EXPECT_EQ(l.send_tags(), "PBES");
    command_call undo{{"rollback to savepoint a", "release savepoint a"}, 0};
    submit_under(l, lease, undo);
    EXPECT_EQ(l.engine.cancelling(), cancel_state::none);
}

TEST_F(left_behind, rollback_that_its_cancel_hits_is_sent_again) {
    call<> first{"delete from t"};
    submit_under(l, lease, first.op);
    leave();
    end_call rollback{lease, end_call::how::roll_back};
    l.submit(rollback);
    EXPECT_EQ(l.engine.cancelling(), cancel_state::none) << "another's statement is in front";
    EXPECT_EQ(l.send_tags(), "Q");
    ASSERT_TRUE(l.hear(message('2') + complete("DELETE 1") + ready("T")));
    ASSERT_TRUE(l.later(0ms));
    ASSERT_TRUE(l.later(50ms));
    ASSERT_EQ(l.engine.cancelling(), cancel_state::wanted);
    l.engine.cancel_begun();
    ASSERT_TRUE(l.hear(message('c') + complete("COPY 9") + ready("T") + refusal("57014") + ready("E")));
    EXPECT_FALSE(rollback.done());
    EXPECT_EQ(l.send(), "");
    l.engine.cancel_ended();
    EXPECT_EQ(l.send_tags(), "S");
    ASSERT_TRUE(l.hear(ready("E")));
    EXPECT_EQ(l.send_tags(), "Q");
    ASSERT_TRUE(l.hear(complete("ROLLBACK") + ready()));
    ASSERT_TRUE(rollback.done());
    EXPECT_FALSE(rollback.failure());
}

TEST_F(left_behind, behind_a_pooler_it_has_the_time_of_a_cancel) {
    engine_options o;
    o.peer = peer::pooler;
    o.cancel_grace = 500ms;
    line behind{o};
    const auto under = begin_for_real(behind);
    leave(behind, under);
    behind.engine.release(under);
    ASSERT_TRUE(behind.later(0ms));
    ASSERT_TRUE(behind.later(499ms));
    EXPECT_EQ(behind.engine.cancelling(), cancel_state::none);
    ASSERT_TRUE(behind.later(1ms));
    EXPECT_EQ(behind.engine.cancelling(), cancel_state::wanted);
}

/// A stream by parts, of numbers.
struct parts {
    parts() { op.emplace(text("select n"), std::span<const parameter_view>{}, rows, stream_options{.fetch_size = 1}); }
    enum operation::state state() const { return static_cast<const operation&>(*op).state(); }
    typed_stream_rows<int> rows;
    std::optional<stream_call> op;
};

class with_streams : public rolled_back {
protected:
    const std::string described =
        message('1') + parameter_types({}) + row_description({{"n", oids::int4}}) + message('2');
    const std::string part = data_row({"\0\0\0\1"sv}) + message('s') + ready("T");

    void open(parts& s) {
        submit_under(l, lease, *s.op);
        const auto sent = l.send_tags();
        ASSERT_TRUE(l.hear((sent.front() == 'P' ? described : message('2')) + part)) << sent;
        ASSERT_EQ(s.state(), operation::state::paused);
        EXPECT_EQ(l.engine.next_done(), &*s.op);
    }
    std::string go_on(parts& s) {
        l.engine.resume(*s.op, l.now);
        return l.send_tags();
    }
};

TEST_F(with_streams, savepoint_takes_the_streams_that_were_opened_behind_it_and_no_others) {
    parts before, behind;
    open(before);
    command_call savepoint{{"savepoint a"}};
    submit_under(l, lease, savepoint);
    (void)l.send();
    ASSERT_TRUE(l.hear(done + complete("SAVEPOINT") + ready("T")));
    ASSERT_EQ(savepoint.portals(), 1u);
    EXPECT_EQ(l.engine.next_done(), &savepoint);
    open(behind);
    for (auto* s : {&before, &behind}) EXPECT_EQ(go_on(*s), "ES");
    ASSERT_TRUE(l.hear(part + part));

    command_call undo{{"rollback to savepoint a", "release savepoint a"}, savepoint.portals()};
    submit_under(l, lease, undo);
    (void)l.send();
    ASSERT_TRUE(l.hear(done + complete("ROLLBACK") + done + complete("RELEASE") + ready("T")));
    while (l.engine.next_done() != nullptr) {}
    EXPECT_EQ(go_on(behind), "") << "its portal is gone: to ask for more would fail the transaction";
    EXPECT_EQ(code(*behind.op), errc::transaction_ended);
    EXPECT_EQ(fate_of(*behind.op), fate::not_sent);
    EXPECT_EQ(go_on(before), "ES");
    ASSERT_TRUE(l.hear(part));
    EXPECT_EQ(before.state(), operation::state::paused);
}

TEST_F(with_streams, savepoint_that_is_dropped_takes_them_too) {
    parts behind;
    open(behind);
    l.engine.owe(lease, "rollback to savepoint a; release savepoint a", 0);
    EXPECT_EQ(l.send_tags(), "Q");
    EXPECT_EQ(go_on(behind), "");
    EXPECT_EQ(code(*behind.op), errc::transaction_ended);
}

}  // namespace
}  // namespace howdah::core::script
