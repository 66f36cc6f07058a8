#include "howdah/sim/replay/fault_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace howdah::sim {
namespace {

using testing::HasSubstr;

fault_rules rules(std::string_view json) { return fault_rules{fault_rules::parse(json)}; }

std::string problem_of(std::string_view json) {
    try {
        (void)fault_rules::parse(json);
    } catch (const error& e) {
        return e.what();
    }
    return "none";
}

TEST(fault_rules, a_rule_fires_on_the_nth_statement_that_fits) {
    auto r = rules(R"({"faults": [{"matches": "^update", "on": 2, "error": {"code": "40001", "message": "again"}}]})");
    EXPECT_FALSE(r.next("update t set a = 1", ""));
    EXPECT_FALSE(r.next("select 1", ""));
    const auto second = r.next("UPDATE t set a = 2", "");
    ASSERT_TRUE(second);
    EXPECT_EQ(second->error->code.text(), "40001");
    EXPECT_EQ(second->error->message, "again");
    EXPECT_FALSE(r.next("update t set a = 3", ""));
}

TEST(fault_rules, without_a_number_it_fires_each_time) {
    auto r = rules(R"({"faults": [{"fingerprint": "50fde20626009aba", "delay_ms": 20}]})");
    EXPECT_EQ(r.next("select 1", "50fde20626009aba")->delay, std::chrono::milliseconds{20});
    EXPECT_EQ(r.next("select 1", "50fde20626009aba")->delay, std::chrono::milliseconds{20});
    EXPECT_FALSE(r.next("select 1", "another"));
}

TEST(fault_rules, a_list_names_several_and_the_first_rule_decides) {
    auto r = rules(R"({"faults": [{"on": [1, 3], "cut_after": 0}, {"cut_after": 17}]})");
    EXPECT_EQ(r.next("select 1", "")->cut_after, 0U);
    EXPECT_EQ(r.next("select 1", "")->cut_after, 17U);
    EXPECT_EQ(r.next("select 1", "")->cut_after, 0U);
}

TEST(fault_rules, what_can_not_be_read_is_named) {
    EXPECT_THAT(problem_of("["), HasSubstr("no JSON"));
    EXPECT_THAT(problem_of("[]"), HasSubstr(R"({"faults": [...]})"));
    EXPECT_THAT(problem_of(R"({"faults": [{"on": 1}]})"), HasSubstr("rule 1: does nothing"));
    EXPECT_THAT(problem_of(R"({"faults": [{"delay_ms": 1}, {"on": 0, "delay_ms": 1}]})"), HasSubstr("rule 2: \"on\""));
    EXPECT_THAT(problem_of(R"({"faults": [{"error": {"code": "4000"}}]})"), HasSubstr("five characters"));
    EXPECT_THAT(problem_of(R"({"faults": [{"matches": "(", "delay_ms": 1}]})"), HasSubstr("regular expression"));
    EXPECT_THAT(problem_of(R"({"faults": [{"dealy_ms": 1}]})"), HasSubstr("\"dealy_ms\", which means nothing"));
}

}  // namespace
}  // namespace howdah::sim
