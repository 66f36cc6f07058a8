#include "howdah/sim/replay/drift_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace howdah::sim {
namespace {

using testing::HasSubstr;

drift_report with_all_kinds() {
    drift_report r;
    r.cassette = "tapes";
    r.requests = 4;
    r.answered = 3;
    r.unmatched.push_back(
        {.statement = "select $1 < 2", .parameters = "$1 = '7'", .why = "recorded: a\n  b", .times = 2});
    r.unused.push_back({.statement = "select 2", .parameters = "", .file = "f-1", .recorded = 3, .used = 1});
    r.out_of_order.push_back({.statement = "select 3", .parameters = "", .before = "select 4"});
    return r;
}

TEST(drift_report, loose_looks_at_what_is_unmatched_only) {
    drift_report r;
    EXPECT_FALSE(drifted(r, strictness::strict));
    r.unused.emplace_back();
    EXPECT_TRUE(drifted(r, strictness::strict));
    EXPECT_FALSE(drifted(r, strictness::loose));
    r.unmatched.emplace_back();
    EXPECT_TRUE(drifted(r, strictness::loose));
}

TEST(drift_report, as_text_has_a_line_for_each) {
    const auto text = to_text(with_all_kinds());
    EXPECT_THAT(text, HasSubstr("replay of tapes: 4 requests, 3 answered"));
    EXPECT_THAT(text, HasSubstr("unmatched: select $1 < 2  [$1 = '7']  (2 times)\n      recorded: a\n        b\n"));
    EXPECT_THAT(text, HasSubstr("unused: select 2  (f-1, used 1 of 3)"));
    EXPECT_THAT(text, HasSubstr("out of order: select 3\n      recorded before: select 4"));
}

TEST(drift_report, as_json_is_one_object) {
    const auto json = boost::json::parse(to_json(with_all_kinds())).as_object();
    EXPECT_EQ(json.at("requests").as_int64(), 4);
    EXPECT_EQ(json.at("unmatched").as_array().front().as_object().at("times").as_int64(), 2);
    EXPECT_EQ(json.at("unused").as_array().front().as_object().at("file").as_string(), "f-1");
    EXPECT_EQ(json.at("out_of_order").as_array().size(), 1U);
}

TEST(drift_report, as_junit_fails_what_is_drift) {
    const auto strict = to_junit(with_all_kinds(), strictness::strict);
    EXPECT_THAT(strict, HasSubstr("tests=\"3\" failures=\"3\""));
    EXPECT_THAT(strict, HasSubstr("name=\"select $1 &lt; 2  [$1 = '7']\""));
    EXPECT_THAT(strict, HasSubstr("recorded: a&#10;  b</failure>"));
    EXPECT_THAT(to_junit(with_all_kinds(), strictness::loose), HasSubstr("tests=\"3\" failures=\"1\""));
    EXPECT_THAT(to_junit({}, strictness::strict), HasSubstr("tests=\"1\" failures=\"0\""));
}

}  // namespace
}  // namespace howdah::sim
