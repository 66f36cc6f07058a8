#include "howdah/core/engine.hpp"

#include <gtest/gtest.h>

#include "howdah/core/script_call.hpp"
#include "howdah/core/transaction_calls.hpp"
#include "tests/unit/core/line.hpp"

namespace howdah::core::script {
namespace {

using number = one_row<int>;

// What travels.

TEST(engine, first_use_travels_in_one_trip_and_later_ones_without_parse) {
    line l;
    call<number> first{"select 1"}, second{"select 1"};
    l.submit(first.op);
    EXPECT_EQ(l.send_tags(), "PDBES");
    ASSERT_TRUE(l.hear(first_number("\0\0\0\1"sv) + ready()));
    ASSERT_FALSE(first.op.failure()) << first.op.failure()->what();
    EXPECT_EQ(first.sink.take(), 1);

    l.submit(second.op);
    EXPECT_EQ(l.send_tags(), "BES");
    ASSERT_TRUE(l.hear(message('2') + data_row({"\0\0\0\2"sv}) + complete("SELECT 1") + ready()));
    EXPECT_EQ(second.sink.take(), 2);
    EXPECT_TRUE(l.engine.idle());
}

TEST(engine, untyped_query_is_described_before_it_is_bound) {
    line l;
    call<untyped_rows> c{"select 1"};
    l.submit(c.op);
    EXPECT_EQ(l.send_tags(), "PDS");
    ASSERT_TRUE(l.hear(message('1') + parameter_types({}) + row_description({{"n", oids::int4}}) + ready()));
    EXPECT_EQ(l.send_tags(), "BES");
    ASSERT_TRUE(l.hear(message('2') + data_row({"\0\0\0\7"sv}) + complete("SELECT 1") + ready()));
    ASSERT_TRUE(c.op.done());
    EXPECT_EQ(c.sink.take()[0][0].as<int>(), 7);
}

TEST(engine, concurrent_first_uses_of_one_text_use_the_unnamed_statement) {
    line l;
    call<> a{"delete from t"}, b{"delete from t"}, c{"delete from t"};
    l.submit(a.op);
    EXPECT_NE(l.send().find("howdah_1"), std::string::npos);
    l.submit(b.op);
    const auto unnamed = l.send();
    EXPECT_EQ(tags(unnamed), "PDBES");
    EXPECT_EQ(unnamed.find("howdah_"), std::string::npos);
    ASSERT_TRUE(l.hear(first_use("DELETE 1") + ready() + first_use("DELETE 2") + ready()));
    EXPECT_EQ(a.sink.take().rows_affected, 1u);
    EXPECT_EQ(b.sink.take().rows_affected, 2u);
    l.submit(c.op);
    EXPECT_EQ(l.send_tags(), "BES");
}

TEST(engine, evicted_statement_is_closed_with_the_next_exchange) {
    engine_options o;
    o.cache.entries = 1;
    line l{o};
    call<> a{"delete from a"}, b{"delete from b"};
    l.submit(a.op);
    (void)l.send();
    ASSERT_TRUE(l.hear(first_use("DELETE 0") + ready()));
    l.submit(b.op);
    const auto sent = l.send();
    EXPECT_EQ(tags(sent), "CPDBES");
    EXPECT_NE(sent.find("Showdah_1"), std::string::npos);
    ASSERT_TRUE(l.hear(message('3') + first_use("DELETE 0") + ready()));
    EXPECT_TRUE(b.op.done());
    EXPECT_FALSE(b.op.failure());
}

TEST(engine, stale_plan_is_prepared_anew_once) {
    const auto stale = refusal("0A000", "ERROR", "RevalidateCachedQuery") + ready();
    line l;
    call<> first{"delete from t"}, second{"delete from t"}, third{"delete from t"};
    l.submit(first.op);
    (void)l.send();
    ASSERT_TRUE(l.hear(first_use("DELETE 0") + ready()));

    l.submit(second.op);
    EXPECT_EQ(l.send_tags(), "BES");
    ASSERT_TRUE(l.hear(stale));
    EXPECT_FALSE(second.op.done());
    EXPECT_EQ(l.send_tags(), "CPDBES");
    ASSERT_TRUE(l.hear(message('3') + first_use("DELETE 4") + ready()));
    ASSERT_FALSE(second.op.failure());
    EXPECT_EQ(second.sink.take().rows_affected, 4u);

    l.submit(third.op);
    (void)l.send();
    ASSERT_TRUE(l.hear(stale));
    (void)l.send();
    ASSERT_TRUE(l.hear(message('3') + stale));
    EXPECT_TRUE(third.op.done()) << "twice in a row is an error";
    EXPECT_EQ(third.op.failure()->state(), sqlstate{"0A000"});
}

TEST(engine, queue_that_is_full_refuses_at_once) {
    engine_options o;
    o.session.pipeline_depth = 1;
    o.wait_queue = 1;
    line l{o};
    call<> a{"delete from a"}, b{"delete from b"}, c{"delete from c"};
    l.submit(a.op);
    l.submit(b.op);
    l.submit(c.op);
    EXPECT_FALSE(b.op.done());
    ASSERT_TRUE(c.op.done());
    EXPECT_EQ(code(c.op), errc::queue_full);
    EXPECT_EQ(fate_of(c.op), fate::not_sent);
    EXPECT_EQ(l.engine.next_done(), &c.op);
}

TEST(engine, wrong_statements_never_reach_the_server) {
    line l;
    for (const auto* sql : {"copy t from stdin", "begin", "listen x", "select 1; select 2", "select 'x"}) {
        call<> c{sql};
        l.submit(c.op);
        ASSERT_TRUE(c.op.done()) << sql;
        EXPECT_EQ(fate_of(c.op), fate::not_sent) << sql;
        EXPECT_EQ(l.send(), "") << sql;
    }
}

TEST(engine, result_over_its_limit_is_dropped_and_the_connection_lives) {
    engine_options o;
    o.max_result_bytes = 30;
    line l{o};
    call<all_rows<int>> c{"select n"};
    l.submit(c.op);
    (void)l.send();
    ASSERT_TRUE(l.hear(message('1') + parameter_types({}) + row_description({{"n", oids::int4}}) + message('2')));
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(l.hear(data_row({"\0\0\0\1"sv})));
    ASSERT_TRUE(l.hear(complete("SELECT 5") + ready()));
    EXPECT_EQ(code(c.op), errc::result_too_large);
    EXPECT_EQ(fate_of(c.op), fate::executed);
    EXPECT_TRUE(l.engine.idle());
}

TEST(engine, second_row_for_fetch_one_is_an_error_of_the_call) {
    line l;
    call<number> c{"select n"};
    l.submit(c.op);
    (void)l.send();
    ASSERT_TRUE(l.hear(message('1') + parameter_types({}) + row_description({{"n", oids::int4}}) + message('2') +
                       data_row({"\0\0\0\1"sv}) + data_row({"\0\0\0\2"sv}) + complete("SELECT 2") + ready()));
    EXPECT_EQ(code(c.op), errc::too_many_rows);
}

TEST(engine, parameters_counted_otherwise_by_the_server_are_refused) {
    line l;
    call<no_rows, int> c{"delete from t where id = $1", 1};
    l.submit(c.op);
    (void)l.send();
    ASSERT_TRUE(
        l.hear(message('1') + parameter_types({oids::int4, oids::int4}) + message('n') + refusal("08P01") + ready()));
    EXPECT_EQ(code(c.op), errc::wrong_parameter_count);
    EXPECT_EQ(fate_of(c.op), fate::rejected);
}

// A server that breaks the rules.

TEST(engine, answers_out_of_order_close_the_connection) {
    const auto described = message('1') + parameter_types({}) + row_description({{"n", oids::int4}});
    const auto row = data_row({"\0\0\0\1"sv});
    for (const auto& server :
         {message('1') + row, message('1') + complete("SELECT 1"), described + described + message('2') + row,
          described + message('2') + row + complete("SELECT 1") + row,
          described + message('2') + complete("SELECT 0") + complete("SELECT 0"), described + message('d', "x"),
          described + message('H', "\0\0\0"sv) + row + message('?'), message('R', "\0\0\0\0"sv),
          described + message('2') + data_row({"\0\0\0\1"sv, "\0\0\0\2"sv}), message('t', "\0\1"sv)}) {
        line l;
        call<number> c{"select 1"};
        l.submit(c.op);
        (void)l.send();
        EXPECT_FALSE(l.hear(server)) << tags(server);
        ASSERT_TRUE(c.op.done()) << tags(server);
        EXPECT_EQ(fate_of(c.op), fate::unknown) << tags(server);
        EXPECT_FALSE(l.engine.open());
        call<> late{"select 1"};
        l.submit(late.op);
        EXPECT_EQ(fate_of(late.op), fate::not_sent);
    }
}

TEST(engine, exchange_that_ends_without_an_answer_is_no_success) {
    const auto described = message('1') + parameter_types({}) + row_description({{"n", oids::int4}});
    for (const auto& server :
         {ready(), described + ready(), described + message('2') + data_row({"\0\0\0\1"sv}) + ready()}) {
        line l;
        call<number> c{"select 1"};
        l.submit(c.op);
        (void)l.send();
        (void)l.hear(server);
        ASSERT_TRUE(c.op.done()) << tags(server);
        EXPECT_EQ(code(c.op), errc::protocol_violation) << tags(server);
    }
}

TEST(engine, empty_query_response_to_a_fetch_is_no_row) {
    line l;
    call<number> c{"select 1"};
    l.submit(c.op);
    (void)l.send();
    ASSERT_TRUE(l.hear(message('1') + parameter_types({}) + row_description({{"n", oids::int4}}) + message('2') +
                       message('I') + ready()));
    EXPECT_EQ(code(c.op), errc::no_rows);
}

TEST(engine, more_columns_than_formats_were_asked_for_is_an_error_of_the_call) {
    line l;
    call<all_rows<std::tuple<int, std::string>>> c{"select 1, 'a', 2"};
    l.submit(c.op);
    (void)l.send();
    ASSERT_TRUE(l.hear(message('1') + parameter_types({}) +
                       row_description({{"a", oids::int4}, {"b", oids::text}, {"c", oids::int4}}) + refusal("08P01") +
                       ready()));
    EXPECT_EQ(code(c.op), errc::column_count_mismatch);
    EXPECT_EQ(fate_of(c.op), fate::rejected);
}

TEST(engine, uninvited_copy_in_is_ended_when_nothing_was_sent_behind_it) {
    line l;
    call<> c{"select f()"};
    l.submit(c.op);
    (void)l.send();
    ASSERT_TRUE(l.hear(message('1') + parameter_types({}) + message('n') + message('2') + message('G', "\0\0\0"sv)));
    EXPECT_EQ(l.send_tags(), "fS");
    ASSERT_TRUE(l.hear(refusal("57014") + ready()));
    ASSERT_TRUE(c.op.done());
    EXPECT_EQ(code(c.op), errc::wrong_statement_kind);
    EXPECT_EQ(fate_of(c.op), fate::rejected);
    EXPECT_TRUE(l.engine.idle());
}

TEST(engine, uninvited_copy_in_closes_when_something_was_sent_behind_it) {
    line l;
    call<> c{"select f()"}, behind{"select g()"};
    l.submit(c.op);
    l.submit(behind.op);
    (void)l.send();
    EXPECT_FALSE(l.hear(message('1') + parameter_types({}) + message('n') + message('2') + message('G', "\0\0\0"sv)));
    EXPECT_EQ(fate_of(behind.op), fate::unknown);
}

TEST(engine, encoding_that_moves_away_from_utf8_closes) {
    line l;
    ASSERT_TRUE(l.hear(message('S', "client_encoding\0UTF8\0"sv)));
    EXPECT_FALSE(l.hear(message('S', "client_encoding\0LATIN1\0"sv)));
    EXPECT_EQ(l.engine.closed_by()->code(), errc::encoding_changed);
}

TEST(engine, what_the_server_said_before_it_left_is_the_reason) {
    line l;
    call<> c{"select 1"};
    ASSERT_TRUE(l.hear(refusal("57P01", "FATAL")));
    l.submit(c.op);
    (void)l.send();
    l.lose();
    EXPECT_EQ(c.op.failure()->state(), sqlstate{"57P01"});
    EXPECT_EQ(fate_of(c.op), fate::unknown);
}

}  // namespace
}  // namespace howdah::core::script
