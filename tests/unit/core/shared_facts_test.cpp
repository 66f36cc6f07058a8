// What one connection has learnt of a statement, and what another makes of it: also when it is out of date.
#include "howdah/core/shared_facts.hpp"

#include <gtest/gtest.h>

#include "howdah/core/pipeline.hpp"
#include "howdah/core/transaction_calls.hpp"
#include "howdah/types/type_map.hpp"
#include "tests/unit/core/line.hpp"

namespace howdah::core::script {
namespace {

std::shared_ptr<const statement_facts> facts_of(std::vector<oid> parameters) {
    return make_facts(std::move(parameters), {}, std::make_shared<const type_map>());
}

TEST(shared_facts, are_found_by_their_text_until_they_are_forgotten) {
    shared_facts all;
    all.keep("select $1", facts_of({oids::int4}));
    ASSERT_NE(all.find("select $1"), nullptr);
    EXPECT_EQ(all.find("select $2"), nullptr);
    all.keep("select $1", facts_of({oids::text}));
    EXPECT_EQ(all.find("select $1")->parameters, std::vector{oids::text});
    EXPECT_EQ(all.size(), 1u);
    all.forget("select $1");
    EXPECT_EQ(all.find("select $1"), nullptr);
}

TEST(shared_facts, are_bounded_in_number_and_bytes_and_the_least_used_go) {
    shared_facts few{2};
    few.keep("a", facts_of({}));
    few.keep("b", facts_of({}));
    EXPECT_NE(few.find("a"), nullptr);
    few.keep("c", facts_of({}));
    EXPECT_NE(few.find("a"), nullptr);
    EXPECT_EQ(few.find("b"), nullptr);

    shared_facts small{100, 10'000};
    for (int i = 0; i < 50; ++i) small.keep(std::to_string(i) + std::string(1'000, 'x'), facts_of({}));
    EXPECT_LT(small.size(), 10u);
    EXPECT_GT(small.size(), 1u);
}

/// Two connections to one database.
class connections_with_shared_facts : public ::testing::Test {
protected:
    std::shared_ptr<shared_facts> facts = std::make_shared<shared_facts>();
    line first{options()}, second{options()};

    engine_options options() const {
        engine_options o;
        o.facts = facts;
        return o;
    }
    static std::string description(oid column) { return row_description({{"n", column}}); }
    /// The first connection runs the query, and knows it then: $1 and the column are int4.
    void learn() {
        call<untyped_rows, std::int32_t> c{text, 1};
        first.submit(c.op);
        (void)first.send();
        ASSERT_TRUE(first.hear(message('1') + parameter_types({oids::int4}) + description(oids::int4) + ready()));
        (void)first.send();
        ASSERT_TRUE(first.hear(message('2') + complete("SELECT 0") + ready()));
        ASSERT_FALSE(c.op.failure());
    }
    static constexpr const char* text = "select n from t where n = $1";
};

TEST_F(connections_with_shared_facts, ask_in_one_trip_what_took_the_first_two) {
    learn();
    call<untyped_rows, std::int32_t> c{text, 1};
    second.submit(c.op);
    EXPECT_EQ(second.send_tags(), "PDBES");
    ASSERT_TRUE(second.hear(message('1') + parameter_types({oids::int4}) + description(oids::int4) + message('2') +
                            data_row({"\0\0\0\7"sv}) + complete("SELECT 1") + ready()));
    ASSERT_TRUE(c.op.done());
    ASSERT_FALSE(c.op.failure()) << c.op.failure()->what();
    EXPECT_EQ(c.sink.take()[0][0].as<int>(), 7);
    call<untyped_rows, std::int32_t> again{text, 1};
    second.submit(again.op);
    EXPECT_EQ(second.send_tags(), "BES");
}

TEST_F(connections_with_shared_facts, read_rows_by_what_the_server_says_now) {
    learn();
    call<untyped_rows, std::int32_t> c{text, 1};
    second.submit(c.op);
    (void)second.send();
    ASSERT_TRUE(second.hear(message('1') + parameter_types({oids::int4}) +
                            row_description({{"n", oids::int8}, {"added", oids::int4}}) + message('2') +
                            data_row({"\0\0\0\0\0\0\0\7"sv, "\0\0\0\5"sv}) + complete("SELECT 1") + ready()));
    const auto rows = c.sink.take();
    EXPECT_EQ(rows[0][0].as<std::int64_t>(), 7);
    EXPECT_EQ(rows[0][1].as<int>(), 5) << "the one format that was asked for is every column's";
}

TEST_F(connections_with_shared_facts, begin_again_where_the_server_refuses_them) {
    learn();
    call<untyped_rows, std::int32_t> c{text, 1};
    second.submit(c.op);
    (void)second.send();
    ASSERT_TRUE(second.hear(refusal("42883") + ready()));  // t.n is text now, and text = integer does not exist
    EXPECT_FALSE(c.op.done());
    EXPECT_EQ(facts->find(text), nullptr);
    EXPECT_EQ(second.send_tags(), "CPDS");
    ASSERT_TRUE(
        second.hear(message('3') + message('1') + parameter_types({oids::text}) + description(oids::text) + ready()));
    EXPECT_EQ(second.send_tags(), "BES");
    ASSERT_TRUE(second.hear(message('2') + data_row({"seven"}) + complete("SELECT 1") + ready()));
    ASSERT_FALSE(c.op.failure()) << c.op.failure()->what();
    EXPECT_EQ(c.sink.take()[0][0].as<std::string>(), "seven");
    EXPECT_EQ(facts->find(text)->parameters, std::vector{oids::text});
}

TEST_F(connections_with_shared_facts, begin_again_once) {
    learn();
    call<untyped_rows, std::int32_t> c{text, 1};
    second.submit(c.op);
    (void)second.send();
    ASSERT_TRUE(second.hear(refusal("42P01") + ready()));
    (void)second.send();
    ASSERT_TRUE(second.hear(message('3') + refusal("42P01") + ready()));
    ASSERT_TRUE(c.op.done());
    EXPECT_EQ(c.op.failure()->state(), sqlstate{"42P01"});
    EXPECT_EQ(c.op.failure()->fate(), fate::rejected);
}

// From BindComplete on it may have run: a unique violation is nobody's stale fact, nor is what a function raises.
TEST_F(connections_with_shared_facts, do_not_run_again_what_has_run) {
    learn();
    for (const auto state : {"22012", "23505", "42P01"}) {
        line other{options()};
        call<untyped_rows, std::int32_t> c{text, 1};
        other.submit(c.op);
        (void)other.send();
        ASSERT_TRUE(other.hear(message('1') + parameter_types({oids::int4}) + description(oids::int4) + message('2') +
                               refusal(state) + ready()));
        EXPECT_TRUE(c.op.done()) << state;
        EXPECT_EQ(c.op.failure()->state(), sqlstate{state});
    }
}

TEST_F(connections_with_shared_facts, do_not_run_again_what_was_cancelled_or_broke_off) {
    learn();
    for (const auto state : {"57014", "40P01", "53200"}) {
        line other{options()};
        call<untyped_rows, std::int32_t> c{text, 1};
        other.submit(c.op);
        (void)other.send();
        ASSERT_TRUE(other.hear(refusal(state) + ready()));
        EXPECT_TRUE(c.op.done()) << state;
        EXPECT_EQ(c.op.failure()->state(), sqlstate{state});
    }
}

TEST_F(connections_with_shared_facts, ask_anew_where_a_value_does_not_fit_what_another_has_learnt) {
    learn();
    constexpr std::int64_t large = std::int64_t{1} << 40;  // t.n is int8 now
    call<untyped_rows, std::int64_t> c{text, large};
    second.submit(c.op);
    ASSERT_FALSE(c.op.done());
    EXPECT_EQ(second.send_tags(), "CPDS");
    ASSERT_TRUE(
        second.hear(message('3') + message('1') + parameter_types({oids::int8}) + description(oids::int8) + ready()));
    EXPECT_EQ(second.send_tags(), "BES");
    ASSERT_TRUE(second.hear(message('2') + complete("SELECT 0") + ready()));
    EXPECT_FALSE(c.op.failure());
}

// Nothing can be tried again there.
TEST_F(connections_with_shared_facts, do_not_use_them_in_a_transaction) {
    learn();
    lease_id lease = 0;
    lease_call begin{"begin", lease};
    second.submit(begin);
    call<untyped_rows, std::int32_t> c{text, 1};
    c.op.lease = lease;
    second.submit(c.op);
    EXPECT_EQ(second.send_tags(), "PBEPDS");
}

// It takes its parameters and rows as at any first use, so that nothing of it can be out of date.
TEST_F(connections_with_shared_facts, that_are_stale_do_not_mislead_typed_rows) {
    learn();
    call<one_row<std::string>, std::int32_t> c{text, 1};
    second.submit(c.op);
    (void)second.send();
    ASSERT_TRUE(second.hear(message('1') + parameter_types({oids::int4}) + description(oids::text) + message('2') +
                            data_row({"seven"}) + complete("SELECT 1") + ready()));
    ASSERT_FALSE(c.op.failure()) << c.op.failure()->what();
    EXPECT_EQ(c.sink.take(), "seven");
}

}  // namespace
}  // namespace howdah::core::script
