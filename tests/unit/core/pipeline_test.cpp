#include "howdah/core/pipeline.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

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

// Parts.

struct two_parts {
    pipeline p;
    pipeline_step<no_rows> a = p.execute("delete from a"), b = p.execute("delete from b");
    pipeline_step<no_rows> c = (p.sync(), p.execute("delete from c"));
    pipeline_call call{p};
};

TEST(pipeline, sync_makes_each_part_an_exchange_of_its_own) {
    line l;
    two_parts s;
    s.p.sync();  // at the end it changes nothing
    l.submit(s.call);
    EXPECT_EQ(l.send_tags(), "PDBEPDBESPDBES");
    ASSERT_TRUE(l.hear(first_use("DELETE 1") + first_use("DELETE 2") + ready() + first_use("DELETE 3") + ready()));
    ASSERT_TRUE(s.call.done());
    ASSERT_FALSE(s.call.failure());
    EXPECT_EQ(s.p.take(s.b).rows_affected, 2u);
    EXPECT_EQ(s.p.take(s.c).rows_affected, 3u);
    EXPECT_TRUE(l.engine.idle());
}

TEST(pipeline, part_that_fails_leaves_the_others_be) {
    line l;
    two_parts s;
    l.submit(s.call);
    (void)l.send();
    ASSERT_TRUE(l.hear(first_use("DELETE 1") + refusal("23505") + ready() + first_use("DELETE 3") + ready()));
    ASSERT_TRUE(s.call.done());
    EXPECT_EQ(s.call.failure()->state(), sqlstate{"23505"});
    EXPECT_EQ(failure_of(s.p, 0), errc::pipeline_aborted);
    EXPECT_EQ(s.p.failure(1)->state(), sqlstate{"23505"});
    EXPECT_EQ(s.p.take(s.c).rows_affected, 3u);
}

// More than may be on its way at once.

class long_pipeline : public ::testing::Test {
protected:
    static constexpr std::size_t room = 400;
    static constexpr int steps = 40;

    static engine_options narrow() {
        engine_options o;
        o.session.pipeline_bytes = room;
        return o;
    }
    void SetUp() override {
        for (int i = 0; i < steps; ++i) p.execute("delete from t where id = $1", i);
    }
    line l{narrow()};
    pipeline p;
};

TEST_F(long_pipeline, is_sent_as_it_is_answered_and_stays_one_transaction) {
    pipeline_call c{p};
    l.submit(c);
    int loads = 0, syncs = 0;
    while (!c.done() && ++loads < 100) {
        const auto sent = l.send();
        EXPECT_LT(sent.size(), room + 200) << "a step more than there is room for, at most";
        syncs += static_cast<int>(std::ranges::count(tags(sent), 'S'));
        std::string server;
        for (const char tag : tags(sent)) {
            if (tag == 'P') server += message('1') + parameter_types({oids::int4}) + message('n');
            if (tag == 'E') server += later_use("DELETE 1");
            if (tag == 'S') server += ready();
        }
        ASSERT_TRUE(l.hear(server));
    }
    ASSERT_TRUE(c.done());
    EXPECT_FALSE(c.failure());
    EXPECT_GT(loads, 3);
    EXPECT_EQ(syncs, 1);
    EXPECT_TRUE(l.engine.idle());
}

TEST_F(long_pipeline, lets_nothing_of_others_between_its_loads) {
    pipeline_call c{p};
    call<> other{"delete from u"};
    l.submit(c);
    l.submit(other.op);
    EXPECT_EQ(l.send().find("delete from u"), std::string::npos);
    EXPECT_FALSE(other.op.done());
}

// Its Sync alone would commit a half.
TEST_F(long_pipeline, given_up_between_its_loads_is_made_to_fail) {
    auto c = std::make_unique<pipeline_call>(p);
    l.submit(*c);
    (void)l.send();
    c.reset();
    const auto rest = l.send();
    EXPECT_EQ(tags(rest), "ES");
    EXPECT_NE(rest.find("howdah_nobody"), std::string::npos);
}

TEST_F(long_pipeline, out_of_time_between_its_loads_says_so_and_has_done_nothing) {
    pipeline_call c{p};
    c.options.timeout = 1s;
    l.submit(c);
    (void)l.send();
    ASSERT_TRUE(l.later(1s));
    EXPECT_EQ(l.send_tags(), "ES");
    l.engine.cancel_begun();
    ASSERT_TRUE(l.hear(refusal("57014") + ready()));
    EXPECT_EQ(code(c), errc::timed_out);
    EXPECT_EQ(failure_of(p, 0), errc::pipeline_aborted);
    EXPECT_EQ(failure_of(p, steps - 1), errc::pipeline_aborted);
}

TEST_F(long_pipeline, that_the_server_rejects_is_not_sent_any_further) {
    pipeline_call c{p};
    l.submit(c);
    (void)l.send();
    ASSERT_TRUE(l.hear(refusal("42P01")));
    EXPECT_EQ(l.send_tags(), "S");
    ASSERT_TRUE(l.hear(ready()));
    ASSERT_TRUE(c.done());
    EXPECT_EQ(p.failure(0)->state(), sqlstate{"42P01"});
    EXPECT_EQ(failure_of(p, steps - 1), errc::pipeline_aborted);
    EXPECT_TRUE(l.engine.idle());
}

// A cancel that was meant for the one in front.
TEST(pipeline, hit_by_a_late_cancel_is_sent_again_as_a_whole) {
    line l;
    call<> gone{"delete from v"};
    three_steps s;
    l.submit(gone.op);
    l.submit(s.call);
    (void)l.send();
    l.engine.cancel(gone.op);
    l.engine.cancel_begun();
    ASSERT_TRUE(l.hear(first_use("DELETE 0") + ready() + first_number("\0\0\0\1"sv) + refusal("57014") + ready()));
    EXPECT_FALSE(s.call.done());
    l.engine.cancel_ended();
    EXPECT_EQ(l.send_tags(), "S");
    ASSERT_TRUE(l.hear(ready()));
    EXPECT_EQ(l.send_tags(), "BEPDBEPDBES") << "the server knows the first already";
    ASSERT_TRUE(l.hear(message('2') + data_row({"\0\0\0\1"sv}) + complete("SELECT 1") +
                       first_use("DELETE 2", {oids::int4}) + first_use("DELETE 3") + ready()));
    ASSERT_TRUE(s.call.done());
    ASSERT_FALSE(s.call.failure());
    EXPECT_EQ(s.p.take(s.three).rows_affected, 3u);
}

TEST_F(long_pipeline, hit_by_a_late_cancel_between_its_loads_is_sent_again) {
    call<> gone{"delete from u"};
    pipeline_call c{p};
    l.submit(gone.op);
    l.submit(c);
    (void)l.send();
    l.engine.cancel(gone.op);
    l.engine.cancel_begun();
    l.engine.cancel_ended();
    ASSERT_TRUE(l.hear(first_use("DELETE 0") + ready() + refusal("57014")));
    EXPECT_EQ(l.send_tags(), "SS") << "the part's, and the fence";
    ASSERT_TRUE(l.hear(ready() + ready()));
    EXPECT_FALSE(c.done());
    EXPECT_FALSE(l.send_tags().empty());
}

TEST(pipeline, of_several_parts_waits_until_nothing_is_in_flight_in_front_of_it) {
    line l;
    call<> other{"delete from v"};
    pipeline p;
    (void)p.execute("delete from t");
    p.sync();
    (void)p.execute("delete from u");
    pipeline_call c{p};
    l.submit(other.op);
    l.submit(c);
    EXPECT_EQ(l.send_tags(), "PDBES");
    ASSERT_TRUE(l.hear(first_use("DELETE 0") + ready()));
    EXPECT_EQ(l.send_tags(), "PDBESPDBES");
}

TEST(pipeline, cancelled_behind_a_failed_part_says_what_it_knows_of_each_step) {
    line l;
    pipeline p;
    (void)p.execute("delete from t");
    p.sync();
    (void)p.execute("delete from u");
    pipeline_call c{p};
    l.submit(c);
    (void)l.send();
    ASSERT_TRUE(l.hear(refusal("42P01") + ready()));
    l.engine.cancel(c);
    EXPECT_EQ(p.failure(0)->state(), sqlstate{"42P01"});
    ASSERT_NE(p.failure(1), nullptr);
    EXPECT_EQ(p.failure(1)->fate(), fate::unknown) << "it was sent";
}

TEST_F(long_pipeline, fence_of_another_s_cancel_waits_for_its_end) {
    call<> gone{"delete from u"};
    pipeline_call c{p};
    l.submit(gone.op);
    l.submit(c);
    (void)l.send();
    l.engine.cancel(gone.op);
    l.engine.cancel_begun();
    l.engine.cancel_ended();
    EXPECT_EQ(l.send(), "") << "a Sync now would end the pipeline's part";
    ASSERT_TRUE(l.hear(refusal("57014") + ready() + refusal("42P01")));
    EXPECT_EQ(l.send_tags(), "SS") << "the part's, and the fence";
    ASSERT_TRUE(l.hear(ready() + ready()));
    EXPECT_TRUE(l.engine.idle());
}

}  // namespace
}  // namespace howdah::core::script
