#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "howdah/types/oids.hpp"
#include "tests/sim/replayed.hpp"

namespace howdah::sim {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using namespace std::string_literals;

TEST_F(replay_session_test, a_session_begins_with_what_the_server_reported_and_the_client_asked_for) {
    { const auto tape = recording(); }
    replay_peer client{replay()};
    const bytes key{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
    client.session().greet("ada", {{"application_name", "psql"}, {"timezone", "Asia/Tokyo"}}, {7, key});
    std::string reported, tags;
    for (const auto& m : client.heard()) {
        tags += m.tag;
        if (m.tag == 'S') reported += m.body + ';';
    }
    EXPECT_EQ(tags, "RSSSSSKZ");
    EXPECT_THAT(reported, HasSubstr("application_name\0psql\0;"s));
    EXPECT_THAT(reported, HasSubstr("TimeZone\0Asia/Tokyo\0;"s));
    EXPECT_THAT(reported, HasSubstr("session_authorization\0ada\0;"s));
}

TEST_F(replay_session_test, a_query_is_answered_with_its_rows_and_the_last_answer_repeats) {
    {
        auto tape = recording();
        tape.add("select n from t", {}, ints({"1"}));
        tape.add("select n from t", {}, ints({"1", "2"}));
    }
    const auto from = replay();
    replay_peer client{from};
    EXPECT_EQ(client.query("select n from t").tags(), "TDCZ");
    EXPECT_EQ(client.query("SELECT n  FROM t").tags(), "TDDCZ");
    EXPECT_EQ(client.query("select n from t").tags(), "TDDCZ");
    const auto report = from->report();
    EXPECT_EQ(report.requests, 3U);
    EXPECT_EQ(report.repeated, 1U);
    EXPECT_FALSE(drifted(report, strictness::strict));
}

TEST_F(replay_session_test, repeats_can_be_refused) {
    {
        auto tape = recording();
        tape.add("select n from t", {}, ints({"1"}));
    }
    replay_peer client{replay({.repeats = repeats::error})};
    EXPECT_EQ(client.query("select n from t").tags(), "TDCZ");
    const auto again = client.query("select n from t").heard();
    ASSERT_THAT(again, SizeIs(2));
    EXPECT_THAT(again[0].body, HasSubstr("XXR02"));
}

TEST_F(replay_session_test, a_prepared_statement_is_found_by_its_values_and_gives_the_format_that_is_asked_for) {
    {
        auto tape = recording();
        tape.describe("select n from t where id = $1", {{oids::int4}, std::vector{int_column("n")}});
        tape.add("select n from t where id = $1", {"1"}, ints({"10"}));
        tape.add("select n from t where id = $1", {"2"}, ints({"20"}));
    }
    replay_peer client{replay()};
    client.parse("s", "select n from t where id = $1").describe(wire::target::statement, "s");
    client.bind("", "s", {"2"}, format::binary).execute("").bind("", "s", {"1"}).execute("").sync();
    const auto heard = client.heard();
    std::string tags;
    std::vector<std::string> rows;
    for (const auto& m : heard) {
        tags += m.tag;
        if (m.tag == 'D') rows.push_back(m.body);
    }
    EXPECT_EQ(tags, "1tT2DC2DCZ");
    EXPECT_EQ(rows, (std::vector{"\0\1\0\0\0\4\0\0\0\x14"s, "\0\1\0\0\0\2"s + "10"}));
}

TEST_F(replay_session_test, what_was_not_recorded_is_an_error_that_shows_the_nearest) {
    {
        auto tape = recording();
        tape.add("select n from t where id = $1", {"1"}, ints({"10"}));
    }
    const auto from = replay();
    replay_peer client{from};
    client.parse("", "select n from t where id = $1").bind("", "", {"3"}).execute("").sync();
    const auto heard = client.heard();
    ASSERT_THAT(heard, SizeIs(4));
    EXPECT_EQ(heard[2].tag, 'E');
    EXPECT_THAT(heard[2].body, HasSubstr("XXR01"));
    EXPECT_THAT(heard[2].body, HasSubstr("$1 = '3'"));
    EXPECT_THAT(heard[2].body, HasSubstr("recorded: select n from t where id = $1  [$1 = '1']"));
    const auto report = from->report();
    ASSERT_THAT(report.unmatched, SizeIs(1));
    ASSERT_THAT(report.unused, SizeIs(1));
    EXPECT_TRUE(drifted(report, strictness::loose));
}

TEST_F(replay_session_test, a_failed_transaction_refuses_all_but_its_end) {
    {
        auto tape = recording();
        tape.add("begin", {}, done("BEGIN"));
        tape.add("select 1/0", {}, refused("22012", "division by zero"));
        tape.add("select n from t", {}, refused("25P02", "current transaction is aborted"));
        tape.add("rollback", {}, done("ROLLBACK"));
        tape.add("select n from t", {}, ints({"1"}));
    }
    const auto from = replay();
    replay_peer client{from};
    EXPECT_EQ(client.query("begin").heard().back().body, "T");
    EXPECT_EQ(client.query("select 1/0").heard().back().body, "E");
    EXPECT_EQ(client.query("select n from t").tags(), "EZ");
    EXPECT_EQ(client.query("select n from t").tags(), "EZ");  // once more than it was recorded
    EXPECT_EQ(client.query("rollback").heard().back().body, "I");
    EXPECT_EQ(client.query("select n from t").tags(), "TDCZ");
}

TEST_F(replay_session_test, a_statement_that_was_gone_is_not_gone_for_who_prepares_it_again) {
    {
        auto tape = recording();
        tape.add("select n from t", {}, ints({"1"}));
        tape.add("deallocate all", {}, done("DEALLOCATE ALL"));
        tape.add("select n from t", {}, refused("26000", "no such statement", refused_at::bind));
        tape.add("select n from t", {}, ints({"2"}));
    }
    const auto from = replay();
    replay_peer client{from};
    client.parse("s", "select n from t").bind("", "s", {}).execute("").sync().query("deallocate all");
    client.bind("", "s", {}).execute("").sync().parse("s2", "select n from t").bind("", "s2", {}).execute("").sync();
    EXPECT_EQ(client.tags(), "12DCZCZEZ12DCZ");
    EXPECT_FALSE(drifted(from->report(), strictness::strict)) << to_text(from->report());
}

TEST_F(replay_session_test, a_commit_of_what_has_failed_is_a_rollback) {
    {
        auto tape = recording();
        tape.add("begin", {}, done("BEGIN"));
        tape.add("commit", {}, done("COMMIT"));
        tape.add("select 1/0", {}, refused("22012", "division by zero"));
    }
    replay_peer client{replay()};
    client.query("begin").query("select 1/0").query("commit");
    const auto heard = client.heard();
    EXPECT_EQ(heard[heard.size() - 2].body, "ROLLBACK\0"s);
    EXPECT_EQ(heard.back().body, "I");
}

TEST_F(replay_session_test, the_end_of_a_transaction_needs_no_recording) {
    { const auto tape = recording(); }
    const auto from = replay({.how = strictness::loose});
    replay_peer client{from};
    EXPECT_EQ(client.query("begin").tags(), "CZ");
    EXPECT_EQ(client.query("set timezone to 'Asia/Tokyo'").tags(), "CZ");
    EXPECT_EQ(client.query("rollback").heard().back().body, "I");
    EXPECT_FALSE(drifted(from->report(), strictness::loose));
    EXPECT_EQ(from->report().modelled, 3U);
}

TEST_F(replay_session_test, after_an_error_everything_up_to_sync_is_passed_over) {
    {
        auto tape = recording();
        tape.add("select n from t", {}, ints({"1"}));
    }
    replay_peer client{replay()};
    client.parse("", "select n from t").bind("", "missing", {}).execute("").parse("x", "select n from t").sync();
    EXPECT_EQ(client.tags(), "1EZ");
    EXPECT_EQ(client.parse("x", "select n from t").parse("x", "select n from t").sync().tags(), "1EZ");
}

TEST_F(replay_session_test, several_statements_in_one_query_are_one_request) {
    {
        auto tape = recording();
        auto both = ints({"1"});
        both.results.push_back(ints({"2", "3"}).results.front());
        tape.add("select 1; select n from t", {}, both);
    }
    replay_peer client{replay()};
    EXPECT_EQ(client.query("select 1; select n from t").tags(), "TDCTDDCZ");
}

TEST_F(replay_session_test, copy_in_is_compared_as_a_stream) {
    {
        auto tape = recording();
        answer copied = done("COPY 2");
        auto& copy = copied.results.front().copy.emplace();
        copy.where = recorded_copy::direction::in;
        copy.columns = {format::text};
        copy.data.here = {{text_value("1\n2")}, {text_value("\n")}};
        copy.data.count = 2;
        tape.add("copy t from stdin", {}, copied);
    }
    const auto from = replay();
    replay_peer client{from};
    EXPECT_EQ(client.query("copy t from stdin").tags(), "G");
    for (const std::string_view part : {"1", "\n2\n"}) wire::serialize(wire::copy_data{as_bytes(part)}, client.say());
    wire::serialize(wire::copy_done{}, client.say());
    EXPECT_EQ(client.tags(), "CZ");

    (void)client.query("copy t from stdin").tags();
    wire::serialize(wire::copy_data{as_bytes("1\n3\n")}, client.say());
    wire::serialize(wire::copy_done{}, client.say());
    const auto heard = client.heard();
    ASSERT_THAT(heard, SizeIs(2));
    EXPECT_THAT(heard[0].body, HasSubstr("XXR03"));
    EXPECT_THAT(heard[0].body, HasSubstr("byte 2"));
    EXPECT_TRUE(drifted(from->report(), strictness::loose));
}

TEST_F(replay_session_test, a_copy_that_the_server_ended_ends_where_it_did) {
    {
        auto tape = recording();
        auto broken = refused("22P02", "no number");
        auto& result = broken.results.emplace_back();
        result.how = recorded_result::ending::failed;
        auto& copy = result.copy.emplace();
        copy.where = recorded_copy::direction::in;
        copy.how = recorded_copy::ending::failed;
        copy.columns = {format::text};
        copy.data.here = {{text_value("1\nx\n")}};
        copy.data.count = 1;
        tape.add("copy t from stdin", {}, broken);
    }
    replay_peer client{replay()};
    EXPECT_EQ(client.query("copy t from stdin").tags(), "G");
    const auto send = [&](std::string_view part) { wire::serialize(wire::copy_data{as_bytes(part)}, client.say()); };
    send("1\n");
    EXPECT_EQ(client.tags(), "");
    send("x\n");
    EXPECT_THAT(client.heard().at(0).body, HasSubstr("22P02"));
    send("more, which is passed over");
    wire::serialize(wire::copy_done{}, client.say());
    EXPECT_EQ(client.tags(), "");
}

TEST_F(replay_session_test, copy_out_and_notices_and_notifications_come_where_a_server_sends_them) {
    {
        auto tape = recording();
        answer copied = done("COPY 1");
        auto& copy = copied.results.front().copy.emplace();
        copy.columns = {format::text};
        copy.data.here = {{text_value("1\n")}};
        copy.data.count = 1;
        copied.notices.emplace_back().message = "watch out";
        copied.notifications.push_back({"ch", "payload"});
        copied.parameters.emplace_back("TimeZone", "Asia/Tokyo");
        tape.add("copy t to stdout", {}, copied);
    }
    replay_peer client{replay()};
    EXPECT_EQ(client.query("copy t to stdout").tags(), "NHdcCSAZ");
}

TEST_F(replay_session_test, faults_change_an_answer) {
    {
        auto tape = recording();
        tape.add("select n from t", {}, ints({"1"}));
    }
    replay_peer client{replay({}, fault_rules{fault_rules::parse(R"({"faults": [
        {"on": 1, "error": {"code": "40001"}}, {"on": 2, "delay_ms": 60000}, {"on": 3, "cut_after": 7}]})")})};
    const auto first = client.query("select n from t").heard();
    EXPECT_THAT(first[0].body, HasSubstr("40001"));

    client.query("select n from t");
    EXPECT_EQ(client.run(), replay_session::progress::wait);
    EXPECT_EQ(client.session().delay(), std::chrono::minutes{1});
    client.session().cancel();
    EXPECT_THAT(client.heard()[0].body, HasSubstr("57014"));

    client.query("select n from t");
    EXPECT_EQ(client.run(), replay_session::progress::over);
    EXPECT_EQ(client.unframed(), 7U);
}

TEST_F(replay_session_test, recorded_durations_can_pass_again) {
    {
        auto tape = recording();
        auto slow = ints({"1"});
        slow.duration = std::chrono::milliseconds{30};
        tape.add("select n from t", {}, slow);
    }
    replay_peer client{replay({.latency = 2})};
    client.query("select n from t");
    EXPECT_EQ(client.run(), replay_session::progress::wait);
    EXPECT_EQ(client.session().delay(), std::chrono::milliseconds{60});
    client.session().waited();
    EXPECT_EQ(client.tags(), "TDCZ");
}

TEST_F(replay_session_test, requests_that_come_together_wait_together) {
    {
        auto tape = recording();
        for (const int milliseconds : {30, 31}) {
            auto slow = ints({std::to_string(milliseconds)});
            slow.duration = std::chrono::milliseconds{milliseconds};  // from its sending on, in a pipeline too
            tape.add("select n from t", {}, slow);
        }
    }
    replay_peer client{replay({.latency = 1})};
    client.parse("s", "select n from t").bind("", "s", {}).execute("").bind("", "s", {}).execute("").sync();
    EXPECT_EQ(client.run(), replay_session::progress::wait);
    EXPECT_EQ(client.session().delay(), std::chrono::milliseconds{30});
    client.session().waited();
    EXPECT_EQ(client.run(), replay_session::progress::wait);
    EXPECT_EQ(client.session().delay(), std::chrono::milliseconds{1});
    client.session().waited();
    EXPECT_EQ(client.tags(), "12DC2DCZ");
}

TEST_F(replay_session_test, a_conversation_that_is_cut_anywhere_is_answered_the_same) {
    {
        auto tape = recording();
        tape.add("select n from t where id = $1", {"1"}, ints({"10"}));
    }
    bytes whole;
    {
        replay_peer writer{replay()};
        writer.parse("s", "select n from t where id = $1").bind("", "s", {"1"}).execute("").sync();
        whole = writer.say();
    }
    for (std::size_t cut = 1; cut < whole.size(); ++cut) {
        replay_peer client{replay()};
        append(client.say(), bytes_view{whole}.first(cut));
        EXPECT_EQ(client.run(), replay_session::progress::need_input);
        append(client.say(), bytes_view{whole}.subspan(cut));
        EXPECT_EQ(client.tags(), "12DCZ") << cut;
    }
}

}  // namespace
}  // namespace howdah::sim
