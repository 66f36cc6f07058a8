// What observers have the server told behind a statement.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "howdah/core/pipeline.hpp"
#include "howdah/core/script_call.hpp"
#include "tests/unit/core/transaction.hpp"

namespace howdah::core::script {
namespace {

const std::string trace_id = "4bf92f3577b34da6a3ce929d0e0e4736", span_id = "00f067aa0ba902b7";
const std::string traced = "/*traceparent='00-" + trace_id + "-" + span_id + "-01'*/";

struct tracing final : observer {
    using observer::on;
    void comment(const query_start_event& e, statement_comment& out) override {
        asked += std::string{e.statement} + ';';
        if (with_trace) out.trace({trace_id, span_id});
        else out.tag("application", "shop");
    }
    void on(const query_start_event& e) override { started = std::string{e.trace_id} + '-' + std::string{e.span_id}; }
    void on(const query_end_event& e) override { ended = std::string{e.trace_id} + '-' + std::string{e.span_id}; }

    bool with_trace = true;
    std::string asked, started, ended;
};

struct commented : ::testing::Test {
    std::shared_ptr<tracing> watcher = std::make_shared<tracing>();

    engine_options options(statement_mode mode = statement_mode::prepare) const {
        engine_options o;
        o.watcher = watcher;
        o.statements = mode;
        o.facts = std::make_shared<shared_facts>();
        return o;
    }
};

bool has(const std::string& sent, const std::string& text) { return sent.find(text + '\0') != std::string::npos; }

TEST_F(commented, trace_travels_by_the_unnamed_statement_each_time) {
    line l{options()};
    for (int i = 0; i < 2; ++i) {
        call<> c{"delete from t"};
        l.submit(c.op);
        const auto sent = l.send();
        EXPECT_EQ(tags(sent), "PDBES");
        EXPECT_TRUE(has(sent, std::string(1, '\0') + "delete from t" + traced))
            << "no name, and the comment behind the text";
        ASSERT_TRUE(l.hear(first_use("DELETE 1") + ready()));
        EXPECT_FALSE(c.op.failure());
        EXPECT_EQ(l.engine.statements().size(), 0u) << "nothing of it is kept";
        EXPECT_EQ(watcher->started, trace_id + '-' + span_id);
        EXPECT_EQ(watcher->ended, watcher->started);
    }
}

// The second use asks for the columns again in the same trip, and needs no trip in front of it.
TEST_F(commented, what_a_traced_use_has_found_out_saves_the_next_one_a_trip) {
    line l{options()};
    call<untyped_rows> first{"select n from t"};
    l.submit(first.op);
    EXPECT_EQ(l.send_tags(), "PDS");
    const auto described = message('1') + parameter_types({}) + row_description({{"n", oids::int4}});
    ASSERT_TRUE(l.hear(described + ready()));
    EXPECT_EQ(l.send_tags(), "PDBES");
    const auto rows = message('2') + data_row({"\0\0\0\1"sv}) + complete("SELECT 1") + ready();
    ASSERT_TRUE(l.hear(described + rows));
    EXPECT_FALSE(first.op.failure());
    call<untyped_rows> second{"select n from t"};
    l.submit(second.op);
    const auto sent = l.send();
    EXPECT_EQ(tags(sent), "PDBES");
    EXPECT_TRUE(has(sent, "select n from t" + traced));
    ASSERT_TRUE(l.hear(described + rows));
    EXPECT_FALSE(second.op.failure());
    EXPECT_EQ(second.sink.take()[0][0].as<std::int32_t>(), 1);
}

TEST_F(commented, what_is_the_same_for_all_calls_is_prepared_with_the_statement) {
    watcher->with_trace = false;
    line l{options()};
    call<> first{"delete from t"};
    l.submit(first.op);
    const auto sent = l.send();
    EXPECT_NE(sent.find("howdah_"), std::string::npos) << "it has a name";
    EXPECT_TRUE(has(sent, "delete from t/*application='shop'*/"));
    ASSERT_TRUE(l.hear(first_use("DELETE 1") + ready()));
    call<> second{"delete from t"};
    l.submit(second.op);
    EXPECT_EQ(l.send_tags(), "BES");
    ASSERT_TRUE(l.hear(later_use("DELETE 1") + ready()));
    EXPECT_FALSE(second.op.failure());
    EXPECT_EQ(watcher->ended, "-");
}

TEST_F(commented, call_without_a_trace_uses_and_makes_the_prepared_statement_beside_those_with_one) {
    line l{options()};
    for (const bool with_trace : {false, true, false}) {
        watcher->with_trace = with_trace;
        call<> c{"delete from t"};
        l.submit(c.op);
        const auto sent = l.send();
        EXPECT_EQ(has(sent, traced.substr(traced.size() - 4)), with_trace);
        ASSERT_TRUE(l.hear((tags(sent) == "BES" ? later_use("DELETE 1") : first_use("DELETE 1")) + ready()));
        EXPECT_FALSE(c.op.failure());
    }
    EXPECT_EQ(l.engine.statements().size(), 1u);
}

TEST_F(commented, text_with_a_comment_of_its_own_is_left_as_it_is) {
    line l{options()};
    for (const auto* text : {"delete from t /* mine */", "delete from t -- mine", "delete /*+ hint */ from t"}) {
        call<> c{text};
        l.submit(c.op);
        EXPECT_TRUE(has(l.send(), text));
        ASSERT_TRUE(l.hear(first_use("DELETE 1") + ready()));
    }
    call<> c{"delete from t where s = '/* no comment */'"};
    l.submit(c.op);
    EXPECT_TRUE(has(l.send(), "delete from t where s = '/* no comment */'" + traced));
}

TEST_F(commented, simple_statements_and_scripts_have_it_too_and_the_library_s_own_have_not) {
    line l{options(statement_mode::simple)};
    call<> c{"delete from t"};
    l.submit(c.op);
    EXPECT_TRUE(has(l.send(), "delete from t" + traced));
    ASSERT_TRUE(l.hear(complete("DELETE 1") + ready()));
    script_call several{statement_text{unsafe_sql{"select 1; select 2"}}};
    l.submit(several);
    EXPECT_TRUE(has(l.send(), "select 1; select 2" + traced));
    ASSERT_TRUE(l.hear(complete("SELECT 1") + complete("SELECT 1") + ready()));
    EXPECT_FALSE(several.failure());

    line named{options()};
    const auto lease = begin_for_real(named);
    end_call commit{lease, end_call::how::commit};
    named.submit(commit);
    EXPECT_TRUE(has(named.send(), "commit"));
}

TEST_F(commented, pipeline_is_asked_about_once_and_all_its_statements_have_it) {
    line l{options()};
    pipeline steps;
    (void)steps.execute("delete from t");
    (void)steps.execute("delete from u");
    pipeline_call c{steps};
    l.submit(c);
    const auto sent = l.send();
    EXPECT_TRUE(has(sent, "delete from t" + traced));
    EXPECT_TRUE(has(sent, "delete from u" + traced));
    EXPECT_EQ(watcher->asked, "delete from t;");
    ASSERT_TRUE(l.hear(first_use("DELETE 1") + first_use("DELETE 1") + ready()));
    EXPECT_FALSE(c.failure());
}

}  // namespace
}  // namespace howdah::core::script
