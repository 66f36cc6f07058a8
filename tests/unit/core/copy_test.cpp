// COPY, with the server played by hand.

#include <gtest/gtest.h>

#include "howdah/core/copy_handles.hpp"
#include "howdah/core/transaction_calls.hpp"
#include "tests/unit/core/line.hpp"

namespace howdah::core::script {
namespace {

std::string copy_response(char tag, std::string_view columns = "\0\1\0\0"sv) {
    return message(tag, std::string{'\0'} + std::string{columns});
}
const std::string copy_in_response = copy_response('G'), copy_out_response = copy_response('H');
const std::string bound = message('1') + message('2');

statement_text copy_text(std::string_view sql) { return statement_text{unsafe_sql{std::string{sql}}}; }

class copy_in : public testing::Test {
protected:
    /// Opened, and what it sent for that is taken.
    void open() {
        l.submit(*call);
        EXPECT_EQ(l.send_tags(), "PBEH") << "no Sync: the server would take it for a part of COPY";
        ASSERT_TRUE(l.hear(bound + copy_in_response));
        ASSERT_EQ(call->state(), operation::state::paused);
        EXPECT_EQ(l.engine.next_done(), call.get());
    }
    void give(std::string_view data) { append(call->data(), data); }
    void go_on() { l.engine.resume(*call, l.now); }
    void finish() {
        call->end_of_data();
        go_on();
    }

    line l;
    std::unique_ptr<copy_in_call> call = std::make_unique<copy_in_call>(copy_text("copy t from stdin"));
};

TEST_F(copy_in, data_and_its_end_travel_before_the_sync) {
    open();
    give("1\n");
    finish();
    const auto sent = l.send();
    EXPECT_EQ(tags(sent), "dcS");
    EXPECT_EQ(sent.substr(0, 7), "d\0\0\0\6"
                                 "1\n"sv);
    ASSERT_TRUE(l.hear(complete("COPY 1") + ready()));
    ASSERT_TRUE(call->done());
    EXPECT_FALSE(call->failure());
    EXPECT_EQ(call->rows_stored(), 1u);
    EXPECT_TRUE(l.engine.idle());
}

TEST_F(copy_in, goes_on_only_when_its_data_was_written) {
    open();
    give(std::string(copy_in_call::chunk, 'x'));
    ASSERT_TRUE(call->full());
    go_on();
    EXPECT_EQ(call->state(), operation::state::running);
    l.engine.written(l.engine.output().size() - 1);
    EXPECT_EQ(call->state(), operation::state::running) << "one byte is left";
    l.engine.written(1);
    EXPECT_EQ(call->state(), operation::state::paused);
    EXPECT_EQ(l.engine.next_done(), call.get());
}

TEST_F(copy_in, others_wait_until_it_has_ended) {
    open();
    script::call<> other{"delete from t"};
    l.submit(other.op);
    EXPECT_EQ(l.send_tags(), "");
    EXPECT_TRUE(l.engine.waits_for_caller(other.op));
    finish();
    EXPECT_EQ(l.send_tags(), "cS");
    ASSERT_TRUE(l.hear(complete("COPY 0") + ready()));
    EXPECT_EQ(l.send_tags(), "PDBES");
}

TEST_F(copy_in, an_error_that_comes_between_two_writes_is_told_by_the_next_and_syncs_once) {
    open();
    ASSERT_TRUE(l.hear(refusal("22P02")));
    EXPECT_EQ(l.send_tags(), "S");
    EXPECT_THROW(require_open(*call), error);
    ASSERT_TRUE(l.hear(ready()));
    EXPECT_TRUE(call->done());
    EXPECT_EQ(l.engine.next_done(), nullptr) << "nobody waits for it";
    EXPECT_EQ(call->failure()->state(), sqlstate{"22P02"});
    EXPECT_TRUE(l.engine.idle());
}

TEST_F(copy_in, an_error_while_it_waits_for_room_ends_the_wait) {
    open();
    give("1\n");
    go_on();
    ASSERT_TRUE(l.hear(refusal("22P02")));
    EXPECT_EQ(l.send_tags(), "dS");
    EXPECT_EQ(call->state(), operation::state::running) << "ReadyForQuery is due";
    ASSERT_TRUE(l.hear(ready()));
    EXPECT_EQ(l.engine.next_done(), call.get());
}

TEST_F(copy_in, dropped_between_two_writes_is_made_to_fail_and_no_cancel_is_needed) {
    open();
    call.reset();
    EXPECT_EQ(l.send_tags(), "fS");
    EXPECT_EQ(l.engine.cancelling(), cancel_state::none);
    ASSERT_TRUE(l.hear(refusal("57014") + ready()));
    EXPECT_TRUE(l.engine.idle());
}

TEST_F(copy_in, dropped_before_the_server_has_agreed_is_made_to_fail_all_the_same) {
    l.submit(*call);
    EXPECT_EQ(l.send_tags(), "PBEH");
    call.reset();
    EXPECT_EQ(l.send_tags(), "fS");
    ASSERT_TRUE(l.hear(bound + copy_in_response + refusal("57014") + ready()));
}

// Once, what was expected late for the first was taken from the second, which then waited for ever.
TEST_F(copy_in, behind_one_that_was_dropped_has_its_own_agreement_of_the_server) {
    lease_id lease = 0;
    lease_call begin{"begin", lease};
    l.submit(begin);
    call->lease = lease;
    l.submit(*call);
    EXPECT_EQ(l.send_tags(), "PBEPBEH");
    ASSERT_TRUE(l.hear(begun() + bound + copy_in_response));
    call.reset();
    copy_in_call second{copy_text("copy t from stdin")};
    second.lease = lease;
    l.submit(second);
    EXPECT_EQ(l.send_tags(), "fSPBEH");
    ASSERT_TRUE(l.hear(refusal("57014") + ready("T") + bound + copy_in_response));
    EXPECT_EQ(second.state(), operation::state::paused);
}

TEST_F(copy_in, that_is_over_its_deadline_ends_as_timed_out_and_stores_nothing) {
    open();
    give("1\n");
    go_on();
    ASSERT_TRUE(l.later(31s));
    EXPECT_EQ(l.send_tags(), "dfS");
    EXPECT_EQ(l.engine.cancelling(), cancel_state::wanted);
    ASSERT_TRUE(l.hear(refusal("57014") + ready()));
    EXPECT_EQ(code(*call), errc::timed_out);
    EXPECT_EQ(fate_of(*call), fate::rejected);
}

TEST_F(copy_in, may_rest_between_two_writes_as_long_as_it_likes) {
    open();
    ASSERT_TRUE(l.later(1h));
    EXPECT_EQ(call->state(), operation::state::paused);
}

TEST_F(copy_in, of_a_lost_connection_has_stored_nothing_unless_its_end_was_sent) {
    open();
    give("1\n");
    go_on();
    l.lose();
    EXPECT_EQ(fate_of(*call), fate::rejected);
}

TEST_F(copy_in, cut_before_each_byte_of_the_answer_ends_with_the_count_or_an_error) {
    const auto server = complete("COPY 1") + ready();
    for (std::size_t n = 0; n <= server.size(); ++n) {
        line cut;
        copy_in_call c{copy_text("copy t from stdin")};
        cut.submit(c);
        (void)cut.send();
        ASSERT_TRUE(cut.hear(bound + copy_in_response));
        c.end_of_data();
        cut.engine.resume(c, cut.now);
        (void)cut.send();
        ASSERT_TRUE(cut.hear(std::string_view{server}.substr(0, n)));
        cut.lose();
        ASSERT_TRUE(c.done()) << n;
        if (n == server.size()) EXPECT_FALSE(c.failure());
        else EXPECT_EQ(fate_of(c), fate::unknown) << n;
    }
}

TEST_F(copy_in, cut_before_each_byte_of_its_opening_ends_with_an_error) {
    const auto server = bound + copy_in_response;
    for (std::size_t n = 0; n <= server.size(); ++n) {
        line cut;
        copy_in_call c{copy_text("copy t from stdin")};
        cut.submit(c);
        (void)cut.send();
        ASSERT_TRUE(cut.hear(std::string_view{server}.substr(0, n)));
        EXPECT_EQ(c.pending(), n != server.size());
        cut.lose();
        ASSERT_TRUE(c.done()) << n;
        EXPECT_EQ(fate_of(c), fate::rejected) << n;
    }
}

TEST_F(copy_in, that_turns_out_to_copy_out_is_an_error_and_the_connection_goes_on) {
    l.submit(*call);
    (void)l.send();
    ASSERT_TRUE(l.hear(bound + copy_out_response + message('d', "x") + message('c') + complete("COPY 1")));
    EXPECT_EQ(l.send_tags(), "S");
    ASSERT_TRUE(l.hear(ready()));
    EXPECT_EQ(code(*call), errc::wrong_statement_kind);
}

TEST_F(copy_in, answered_twice_breaks_the_protocol) {
    open();
    EXPECT_FALSE(l.hear(copy_in_response));
}

class copy_out : public testing::Test {
protected:
    void open() {
        l.submit(*call);
        EXPECT_EQ(l.send_tags(), "PBES");
        ASSERT_TRUE(l.hear(bound + copy_out_response));
    }

    line l;
    std::unique_ptr<copy_out_call> call = std::make_unique<copy_out_call>(copy_text("copy t to stdout"));
};

TEST_F(copy_out, gives_what_came_once_it_is_done) {
    open();
    ASSERT_TRUE(l.hear(message('d', "1\n") + message('d', "2\n") + message('c') + complete("COPY 2") + ready()));
    ASSERT_TRUE(call->done());
    EXPECT_EQ(as_text(call->data()), "1\n2\n");
    EXPECT_EQ(call->rows_copied(), 2u);
}

TEST_F(copy_out, holds_the_input_while_a_chunk_is_looked_at) {
    open();
    const std::string chunk(copy_out_call::chunk, 'x');
    ASSERT_TRUE(l.hear(message('d', chunk) + message('d', "tail")));
    EXPECT_EQ(call->state(), operation::state::paused);
    EXPECT_TRUE(l.engine.holds_input());
    EXPECT_EQ(call->data().size(), chunk.size() + 4);
    call->consume(chunk.size() + 3);
    l.engine.resume(*call, l.now);
    ASSERT_TRUE(l.engine.process(l.now));
    EXPECT_EQ(as_text(call->data()), "l");
}

TEST_F(copy_out, left_early_is_cancelled_and_read_to_its_end) {
    open();
    ASSERT_TRUE(l.hear(message('d', std::string(copy_out_call::chunk, 'x'))));
    call.reset();
    EXPECT_EQ(l.engine.cancelling(), cancel_state::wanted);
    EXPECT_FALSE(l.engine.holds_input());
    ASSERT_TRUE(l.hear(message('d', "more") + refusal("57014") + ready()));
}

TEST_F(copy_out, out_of_time_that_ends_before_its_cancel_comes_is_no_success) {
    call->options.timeout = 1s;
    open();
    ASSERT_TRUE(l.later(1s));
    l.engine.cancel_begun();
    ASSERT_TRUE(l.hear(message('d', "1\n") + message('c') + complete("COPY 1") + ready()));
    ASSERT_TRUE(call->done());
    EXPECT_EQ(code(*call), errc::timed_out);
}

TEST_F(copy_out, cut_before_each_byte_ends_with_everything_or_an_error) {
    const auto server = bound + copy_out_response + message('d', "1\n") + message('c') + complete("COPY 1") + ready();
    for (std::size_t n = 0; n <= server.size(); ++n) {
        line cut;
        copy_out_call c{copy_text("copy t to stdout")};
        cut.submit(c);
        (void)cut.send();
        ASSERT_TRUE(cut.hear(std::string_view{server}.substr(0, n)));
        cut.lose();
        ASSERT_TRUE(c.done()) << n;
        EXPECT_EQ(c.failure().has_value(), n != server.size()) << n;
    }
}

TEST_F(copy_out, data_before_the_copy_has_begun_breaks_the_protocol) {
    l.submit(*call);
    (void)l.send();
    EXPECT_FALSE(l.hear(message('d', "1\n")));
}

}  // namespace
}  // namespace howdah::core::script
