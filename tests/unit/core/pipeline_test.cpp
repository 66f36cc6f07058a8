#include "howdah/core/pipeline.hpp"

#include <gtest/gtest.h>

#include "tests/unit/core/line.hpp"

namespace howdah::core::script {
namespace {

template <class F>
std::error_code thrown_by(F&& f) {
    try {
        f();
    } catch (const error& e) {
        return e.code();
    }
    return {};
}

std::error_code failure_of(const pipeline& p, std::size_t i) {
    return p.failure(i) != nullptr ? p.failure(i)->code() : std::error_code{};
}

struct three_steps {
    pipeline p;
    pipeline_step<one_row<int>> one = p.fetch_one<int>("select 1");
    pipeline_step<no_rows> two = p.execute("delete from t where id = $1", 7);
    pipeline_step<no_rows> three = p.execute("delete from u");
    pipeline_call call{p};
};

TEST(pipeline, steps_share_one_exchange_and_each_has_its_answer) {
    line l;
    three_steps s;
    l.submit(s.call);
    EXPECT_EQ(l.send_tags(), "PDBEPDBEPDBES");
    ASSERT_TRUE(
        l.hear(first_number("\0\0\0\1"sv) + first_use("DELETE 2", {oids::int4}) + first_use("DELETE 3") + ready()));
    ASSERT_TRUE(s.call.done());
    ASSERT_FALSE(s.call.failure());
    EXPECT_EQ(s.p.take(s.one), 1);
    EXPECT_EQ(s.p.take(s.two).rows_affected, 2u);
    EXPECT_EQ(s.p.take(s.three).rows_affected, 3u);
    EXPECT_EQ(thrown_by([&] { (void)s.p.take(s.one); }), errc::pipeline_aborted) << "an answer is taken once";
}

TEST(pipeline, steps_behind_a_failed_one_are_aborted) {
    line l;
    three_steps s;
    l.submit(s.call);
    (void)l.send();
    ASSERT_TRUE(l.hear(first_number("\0\0\0\1"sv) + refusal("23505") + ready()));
    ASSERT_TRUE(s.call.done());
    EXPECT_EQ(s.call.failure()->state(), sqlstate{"23505"});
    EXPECT_EQ(s.p.failure(1)->state(), sqlstate{"23505"});
    EXPECT_EQ(failure_of(s.p, 2), errc::pipeline_aborted);
    EXPECT_TRUE(l.engine.idle());
}

TEST(pipeline, wrong_step_keeps_the_whole_from_being_sent) {
    line l;
    pipeline p;
    (void)p.execute("delete from t");
    (void)p.execute(unsafe_sql{"begin"});
    pipeline_call c{p};
    l.submit(c);
    ASSERT_TRUE(c.done());
    EXPECT_EQ(code(c), errc::wrong_statement_kind);
    EXPECT_EQ(l.send(), "");
}

TEST(pipeline, empty_one_is_done_at_once) {
    line l;
    pipeline p;
    pipeline_call c{p};
    l.submit(c);
    EXPECT_TRUE(c.done());
    EXPECT_FALSE(c.failure());
    EXPECT_EQ(l.send(), "");
}

TEST(pipeline, exchange_that_ends_before_the_last_step_s_answer_is_no_success) {
    line l;
    three_steps s;
    l.submit(s.call);
    (void)l.send();
    ASSERT_FALSE(l.hear(first_number("\0\0\0\1"sv) + ready()));
    EXPECT_EQ(code(s.call), errc::protocol_violation);
    EXPECT_EQ(failure_of(s.p, 1), errc::protocol_violation);
    EXPECT_EQ(failure_of(s.p, 2), errc::pipeline_aborted);
}

TEST(pipeline, more_answers_than_steps_close_the_connection) {
    line l;
    three_steps s;
    l.submit(s.call);
    (void)l.send();
    EXPECT_FALSE(l.hear(first_number("\0\0\0\1"sv) + first_use("DELETE 2", {oids::int4}) + first_use("DELETE 3") +
                        complete("DELETE 4")));
    EXPECT_EQ(fate_of(s.call), fate::unknown);
}

TEST(pipeline, uninvited_copy_in_closes_for_statements_were_sent_behind_it) {
    line l;
    three_steps s;
    l.submit(s.call);
    (void)l.send();
    EXPECT_FALSE(l.hear(message('1') + parameter_types({}) + message('n') + message('2') + message('G', "\0\0\0"sv)));
}

TEST(pipeline, cut_before_each_byte_it_ends_as_unknown) {
    const auto server =
        first_number("\0\0\0\1"sv) + first_use("DELETE 2", {oids::int4}) + first_use("DELETE 3") + ready();
    for (std::size_t n = 0; n <= server.size(); ++n) {
        line l;
        three_steps s;
        l.submit(s.call);
        (void)l.send();
        ASSERT_TRUE(l.hear(std::string_view{server}.substr(0, n)));
        l.lose();
        ASSERT_TRUE(s.call.done()) << n;
        EXPECT_EQ(fate_of(s.call), n < server.size() ? std::optional{fate::unknown} : std::nullopt) << n;
    }
}

}  // namespace
}  // namespace howdah::core::script
