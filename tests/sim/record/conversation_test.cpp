#include <gtest/gtest.h>

#include <string>

#include "tests/sim/record/transcript.hpp"

namespace howdah::sim {
namespace {

using namespace std::string_view_literals;
using wire::tag::close_complete;
using wire::tag::portal_suspended;

std::vector<std::string> values_of(const recorded_result& result) {
    std::vector<std::string> out;
    for (const auto& row : result.rows.here) out.push_back(row.at(0).data);
    return out;
}
using texts = std::vector<std::string>;

TEST(conversation, a_simple_query_of_several_statements_is_one_use_wherever_the_reads_cut_it) {
    for (std::size_t step = 0; step < 12; ++step) {
        heard h{step};
        h << client_words{}.query("select 1; select 2")
          << server_words{}
                 .columns({"a"})
                 .row("1")
                 .complete("SELECT 1")
                 .columns({"b"})
                 .row("2")
                 .row("3")
                 .complete("SELECT 2")
                 .ready();
        const auto uses = h.uses(key_of("select 1; select 2"));
        ASSERT_EQ(uses.size(), 1u);
        ASSERT_EQ(uses[0].results.size(), 2u);
        EXPECT_EQ(values_of(uses[0].results[0]), texts{"1"});
        EXPECT_EQ(values_of(uses[0].results[1]), (texts{"2", "3"}));
        EXPECT_EQ(uses[0].results[1].columns->at(0).name, "b");
        EXPECT_EQ(uses[0].results[1].tag, "SELECT 2");
        EXPECT_EQ(uses[0].status, wire::transaction_status::idle);
        EXPECT_TRUE(h.losses().empty());
    }
}

TEST(conversation, parameters_are_part_of_the_key_and_uses_keep_their_order) {
    heard h;
    h << client_words{}.parse("select $1", "s").describe(wire::target::statement, "s").sync()
      << server_words{}.parsed().types({oids::text}).columns({"v"}).ready();
    for (const auto* value : {"a", "b", "a"})
        h << client_words{}.bind({value}, "s").execute().sync()
          << server_words{}.bound().row(std::string{value} + "!").complete("SELECT 1").ready();
    h << client_words{}.bind({"a"}, "s").execute().sync()
      << server_words{}.bound().row("other").complete("SELECT 1").ready();
    const auto uses = h.uses(key_of("select $1", {"a"}));
    ASSERT_EQ(uses.size(), 3u);
    EXPECT_EQ(only_value(uses[0]), "a!");
    EXPECT_EQ(only_value(uses[2]), "other");
    EXPECT_EQ(uses[0].results[0].columns->at(0).name, "v") << "from the statement's description";
    EXPECT_EQ(h.uses(key_of("select $1", {"b"})).size(), 1u);
    const auto facts = h.tape().facts(key_of("select $1").statement);
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->parameters, std::vector{oids::text});
}

TEST(conversation, a_portal_read_in_parts_is_one_use) {
    heard h;
    h << client_words{}
             .parse("select many")
             .bind({}, {}, "p")
             .describe(wire::target::portal, "p")
             .execute(2, "p")
             .sync()
      << server_words{}.parsed().bound().columns({"v"}).row("1").row("2").empty(portal_suspended).ready('T')
      << client_words{}.execute(2, "p").sync() << server_words{}.row("3").complete("SELECT 1").ready('T');
    const auto uses = h.uses(key_of("select many"));
    ASSERT_EQ(uses.size(), 1u);
    EXPECT_EQ(values_of(uses[0].results.at(0)), (texts{"1", "2", "3"}));
    EXPECT_EQ(uses[0].results[0].how, recorded_result::ending::complete);
}

TEST(conversation, a_portal_that_is_left_is_marked_so) {
    // By Close, by the transaction's end, by the session's.
    for (const int way : {0, 1, 2}) {
        heard h;
        h << client_words{}.parse("select many").bind({}, {}, "p").execute(1, "p").sync()
          << server_words{}.parsed().bound().row("1").empty(portal_suspended).ready('T');
        if (way == 0)
            h << client_words{}.close(wire::target::portal, "p").sync()
              << server_words{}.empty(close_complete).ready('T');
        if (way == 1) h << client_words{}.query("commit") << server_words{}.complete("COMMIT").ready();
        const auto uses = h.uses(key_of("select many"));
        ASSERT_EQ(uses.size(), 1u);
        EXPECT_EQ(uses[0].results.at(0).how, recorded_result::ending::suspended);
    }
}

TEST(conversation, a_portal_that_sql_made_is_described_and_read_by_requests_of_their_own) {
    heard h;
    h << client_words{}.query("declare c cursor for select v") << server_words{}.complete("DECLARE CURSOR").ready('T')
      << client_words{}.describe(wire::target::portal, "c").sync() << server_words{}.columns({"v"}).ready('T')
      << client_words{}.execute(2, "c").execute(2, "c").sync()
      << server_words{}.row("1").row("2").empty(portal_suspended).row("3").complete("SELECT 1").ready('T')
      << client_words{}.describe(wire::target::portal, "none").sync()
      << server_words{}.error("34000", "none").ready('E');
    const auto described = h.uses(key_of("describe portal \"c\"")).at(0).results.at(0);
    EXPECT_EQ(described.columns.value().at(0).name, "v");
    EXPECT_EQ(described.rows.count, 0u);
    const auto read = h.uses(key_of("execute portal \"c\" 2"));
    ASSERT_EQ(read.size(), 2u);
    EXPECT_EQ(values_of(read[0].results.at(0)), (texts{"1", "2"}));
    EXPECT_EQ(read[0].results[0].how, recorded_result::ending::suspended);
    EXPECT_EQ(values_of(read[1].results.at(0)), texts{"3"});
    EXPECT_EQ(read[1].results[0].how, recorded_result::ending::complete);
    const auto refused = h.uses(key_of("describe portal \"none\"")).at(0);
    EXPECT_EQ(refused.where, refused_at::describe);
    EXPECT_EQ(refused.error.value().code, sqlstate{"34000"});
    EXPECT_TRUE(h.losses().empty());
}

TEST(conversation, a_use_of_a_statement_that_sql_prepared_is_told) {
    heard h;
    h << client_words{}.query("prepare s as select 1") << server_words{}.complete("PREPARE").ready()
      << client_words{}.bind({}, "s").execute().sync() << server_words{}.bound().row("1").complete("SELECT 1").ready();
    EXPECT_EQ(h.uses(key_of("prepare s as select 1")).size(), 1u);
    EXPECT_EQ(h.losses().size(), 1u);
}

TEST(conversation, uses_keep_the_order_in_which_they_began_however_late_a_portal_ends) {
    heard h;
    h << client_words{}.parse("select many").bind({}, {}, "slow").execute(1, "slow").sync()
      << server_words{}.parsed().bound().row("first").empty(portal_suspended).ready('T')
      << client_words{}.parse("select many").bind({}, {}, "quick").execute(0, "quick").sync()
      << server_words{}.parsed().bound().row("second").complete("SELECT 1").ready('T')
      << client_words{}.query("select 1") << server_words{}.columns({"a"}).row("1").complete("SELECT 1").ready('T')
      << client_words{}.execute(0, "slow").sync() << server_words{}.row("first").complete("SELECT 1").ready('T');
    const auto uses = h.uses(key_of("select many"));
    ASSERT_EQ(uses.size(), 2u);
    EXPECT_EQ(values_of(uses[0].results.at(0)), (texts{"first", "first"}));
    EXPECT_EQ(values_of(uses[1].results.at(0)), texts{"second"});
    const auto order = h.tape().order();
    ASSERT_EQ(order.size(), 1u);
    EXPECT_EQ(order[0],
              (session_order{key_of("select many").name(), key_of("select many").name(), key_of("select 1").name()}));
}

TEST(conversation, an_error_skips_what_was_sent_behind_it_up_to_sync_and_no_further) {
    heard h;
    client_words pipeline;
    pipeline.parse("insert $1", "s")
        .bind({"1"}, "s")
        .execute()
        .bind({"2"}, "s")
        .execute()
        .bind({"3"}, "s")
        .execute()
        .sync();
    pipeline.bind({"4"}, "s").execute().sync();
    h << pipeline << server_words{}.parsed().bound().complete("INSERT 0 1").bound().error("23505", "twice").ready()
      << server_words{}.bound().complete("INSERT 0 1").ready();
    EXPECT_FALSE(h.uses(key_of("insert $1", {"1"})).at(0).error);
    const auto failed = h.uses(key_of("insert $1", {"2"})).at(0);
    EXPECT_EQ(failed.error.value().code, sqlstate{"23505"});
    EXPECT_EQ(failed.where, refused_at::execute);
    EXPECT_TRUE(h.uses(key_of("insert $1", {"3"})).empty());
    EXPECT_EQ(h.uses(key_of("insert $1", {"4"})).size(), 1u);
}

TEST(conversation, a_refusal_is_recorded_where_it_came) {
    heard h;
    h << client_words{}.parse("nonsense $1").bind({"1"}).execute().sync()
      << server_words{}.error("42601", "syntax").ready() << client_words{}.parse("select $1", "s").sync()
      << server_words{}.parsed().ready() << client_words{}.bind({"no number"}, "s").execute().sync()
      << server_words{}.error("22P02", "no number").ready();
    const auto at_parse = h.uses(key_of("nonsense $1")).at(0);
    EXPECT_EQ(at_parse.where, refused_at::parse);
    EXPECT_EQ(at_parse.error->code, sqlstate{"42601"});
    EXPECT_EQ(h.uses(key_of("select $1", {"no number"})).at(0).where, refused_at::bind);
}

TEST(conversation, a_name_that_is_taken_keeps_its_first_statement) {
    heard h;
    h << client_words{}.parse("select 'first'", "s").sync() << server_words{}.parsed().ready()
      << client_words{}.parse("select 'second'", "s").sync() << server_words{}.error("42P05", "taken").ready()
      << client_words{}.bind({}, "s").execute().sync()
      << server_words{}.bound().row("first").complete("SELECT 1").ready();
    EXPECT_EQ(h.uses(key_of("select 'first'")).size(), 1u);
    EXPECT_EQ(h.uses(key_of("select 'second'")).at(0).where, refused_at::parse);
}

TEST(conversation, copy_keeps_what_went_in_and_what_came_out) {
    heard h;
    server_words into, out_of;
    serialize(wire::copy_response{.format = format::text, .columns = {format::text}}, wire::tag::copy_in_response,
              into.out);
    serialize(wire::copy_response{.format = format::text, .columns = {format::text}}, wire::tag::copy_out_response,
              out_of.out);
    serialize(wire::copy_data{.content = as_bytes("x\n"sv)}, out_of.out);
    client_words in;
    in.add(wire::copy_data{.content = as_bytes("1\n"sv)})
        .add(wire::copy_data{.content = as_bytes("2\n"sv)})
        .add(wire::copy_done{});
    h << client_words{}.query("copy t from stdin") << into << in << server_words{}.complete("COPY 2").ready()
      << client_words{}.query("copy t to stdout") << out_of.empty(wire::tag::copy_done).complete("COPY 1").ready();
    const auto in_copy = h.uses(key_of("copy t from stdin")).at(0).results.at(0);
    EXPECT_EQ(in_copy.copy.value().where, recorded_copy::direction::in);
    EXPECT_EQ(in_copy.copy->data.count, 2u);
    EXPECT_EQ(in_copy.tag, "COPY 2");
    EXPECT_EQ(h.uses(key_of("copy t to stdout")).at(0).results.at(0).copy.value().data.here.at(0).at(0).data, "x\n");
}

TEST(conversation, a_sync_that_was_sent_with_an_execute_of_copy_is_not_answered) {
    heard h;
    server_words into;
    serialize(wire::copy_response{.format = format::text, .columns = {}}, wire::tag::copy_in_response,
              into.parsed().bound().out);
    client_words in;
    in.add(wire::copy_data{.content = as_bytes("1\n"sv)}).add(wire::copy_done{}).sync();
    h << client_words{}.parse("copy t from stdin").bind({}).execute().sync() << into << in
      << server_words{}.complete("COPY 1").ready() << client_words{}.query("select 1")
      << server_words{}.columns({"a"}).row("1").complete("SELECT 1").ready();
    EXPECT_EQ(h.uses(key_of("copy t from stdin")).size(), 1u);
    EXPECT_EQ(only_value(h.uses(key_of("select 1")).at(0)), "1");
}

TEST(conversation, copy_data_that_is_sent_before_the_server_asks_for_it_is_kept) {
    heard h;
    server_words into;
    serialize(wire::copy_response{.format = format::text, .columns = {}}, wire::tag::copy_in_response, into.out);
    client_words eager, refused;
    eager.query("copy t from stdin").add(wire::copy_data{.content = as_bytes("1\n"sv)}).add(wire::copy_done{});
    refused.query("copy u from stdin").add(wire::copy_data{.content = as_bytes("2\n"sv)}).add(wire::copy_done{});
    h << eager << into << server_words{}.complete("COPY 1").ready() << refused
      << server_words{}.error("42P01", "no table").ready() << client_words{}.query("select 1")
      << server_words{}.columns({"a"}).row("1").complete("SELECT 1").ready();
    EXPECT_EQ(h.uses(key_of("copy t from stdin")).at(0).results.at(0).copy.value().data.count, 1u);
    EXPECT_TRUE(h.uses(key_of("copy u from stdin")).at(0).results.empty());
    EXPECT_EQ(only_value(h.uses(key_of("select 1")).at(0)), "1");
}

TEST(conversation, a_client_that_leaves_its_copy_is_kept_as_a_failed_one) {
    heard h;
    server_words into;
    serialize(wire::copy_response{.format = format::text, .columns = {}}, wire::tag::copy_in_response, into.out);
    client_words in;
    in.add(wire::copy_data{.content = as_bytes("1\n"sv)});
    h << client_words{}.query("copy t from stdin") << into << in;
    EXPECT_EQ(h.uses(key_of("copy t from stdin")).at(0).results.at(0).copy.value().how, recorded_copy::ending::failed);
}

TEST(conversation, notices_and_notifications_go_with_the_use_they_came_with) {
    heard h;
    server_words late;
    serialize(wire::notification{.process_id = 1, .channel = "c", .payload = "p"}, late.out);
    h << client_words{}.query("do 1") << server_words{}.notice("during").complete("DO").ready() << late
      << client_words{}.query("do 2") << server_words{}.complete("DO").ready();
    const auto first = h.uses(key_of("do 1")).at(0);
    EXPECT_EQ(first.notices.at(0).message, "during");
    EXPECT_EQ(first.notifications.at(0).payload, "p") << "it came before the next request";
    EXPECT_TRUE(h.uses(key_of("do 2")).at(0).notifications.empty());
}

TEST(conversation, an_error_at_sync_is_the_last_statement_s) {
    heard h;
    h << client_words{}.parse("insert deferred").bind({}).execute().sync()
      << server_words{}.parsed().bound().complete("INSERT 0 1").error("23503", "deferred").ready();
    const auto use = h.uses(key_of("insert deferred")).at(0);
    EXPECT_EQ(use.results.at(0).tag, "INSERT 0 1");
    EXPECT_EQ(use.error.value().code, sqlstate{"23503"});
}

TEST(conversation, uses_of_one_key_by_two_sessions_keep_their_order_whoever_rests_longer) {
    const temporary_folder folder;
    const auto place = folder.path() / "cassette";
    {
        cassette_writer writer{place};
        request_keys keys{writer.about(), {}};
        recording into{writer, keys};
        conversation first{into}, second{into};
        const auto use = [](conversation& by, std::string_view value) {
            by.client_said(client_words{}.query("select v").out, {});
            by.server_said(server_words{}.columns({"v"}).row(value).complete("SELECT 1").ready().out, {});
        };
        use(first, "1");
        use(second, "2");
        use(first, "3");
        second.ended({});
        first.ended({});
        writer.save();
    }
    const cassette tape{place};
    const auto found = tape.find(key_of("select v"));
    ASSERT_TRUE(found);
    ASSERT_EQ(found->use_count(), 3u);
    for (std::uint64_t n = 0; n < 3; ++n) EXPECT_EQ(only_value(*found->use(n)), std::to_string(n + 1));
}

TEST(conversation, the_last_word_of_a_server_is_the_answer_to_what_was_asked_behind_it) {
    for (const bool extended : {false, true}) {
        heard h;
        client_words asked;
        if (extended) asked.parse("select 1").bind({}).execute().sync();
        else asked.query("select 1");
        h << server_words{}.error("57P01", "going away") << asked;
        const auto use = h.uses(key_of("select 1")).at(0);
        EXPECT_EQ(use.error.value().code, sqlstate{"57P01"});
        EXPECT_TRUE(h.losses().empty());
    }
}

TEST(conversation, an_error_that_ends_the_session_is_its_query_s) {
    heard h;
    h << client_words{}.query("commit") << server_words{}.error("57P01", "terminated");
    EXPECT_EQ(h.uses(key_of("commit")).at(0).error.value().code, sqlstate{"57P01"});
    EXPECT_TRUE(h.losses().empty());
}

TEST(conversation, what_can_not_be_replayed_is_told_and_not_kept) {
    heard replication;
    server_words both;
    serialize(wire::copy_response{.format = format::text, .columns = {}}, wire::tag::copy_both_response, both.out);
    replication << client_words{}.query("select 1")
                << server_words{}.columns({"a"}).row("1").complete("SELECT 1").ready()
                << client_words{}.query("start_replication 0/0") << both;
    EXPECT_EQ(replication.uses(key_of("select 1")).size(), 1u) << "what went before is kept";
    EXPECT_EQ(replication.losses().size(), 1u);
    heard unanswered;
    unanswered << client_words{}.query("select pg_sleep(100)");
    EXPECT_TRUE(unanswered.uses(key_of("select pg_sleep(100)")).empty());
    EXPECT_EQ(unanswered.losses().size(), 1u);
}

TEST(conversation, bytes_that_are_no_messages_end_the_recording_and_nothing_else) {
    for (const auto said : {"Z\0\0\0\5X"sv, "D\0\0\0\6\0\1"sv, "T\0\0\0\4"sv, "C\0\0\0\5x"sv, "E\0\0\0\5X"sv,
                            "~\0\0\0\4"sv, "C\0\0\0\3"sv}) {
        heard h;
        server_words nonsense;
        append(nonsense.out, said);
        h << client_words{}.query("select 1") << nonsense << client_words{}.query("select 2")
          << server_words{}.complete("SELECT 1").ready();
        EXPECT_TRUE(h.uses(key_of("select 2")).empty()) << said;
        EXPECT_FALSE(h.losses().empty()) << said;
    }
}

}  // namespace
}  // namespace howdah::sim
