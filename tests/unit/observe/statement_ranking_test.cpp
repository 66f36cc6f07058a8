#include "howdah/observe/statement_ranking.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "howdah/base/error.hpp"
#include "tests/effort.hpp"

namespace howdah {
namespace {

using namespace std::chrono_literals;

TEST(statement_ranking, sums_what_differs_in_literals_only_and_puts_the_costliest_first) {
    statement_ranking r;
    r.add("select 1 from t", 1s, 1, false);
    r.add("select 2 from t", 2s, 2, true);
    r.add("delete from t", 5s, 0, false);
    const auto list = r.list();
    ASSERT_EQ(list.size(), 2u);
    EXPECT_EQ(list[0].statement, "delete from t");
    EXPECT_EQ(list[1].statement, "select ? from t");
    EXPECT_EQ(list[1].calls, 2u);
    EXPECT_EQ(list[1].failures, 1u);
    EXPECT_EQ(list[1].rows, 3u);
    EXPECT_EQ(list[1].seconds, 3.0);
}

TEST(statement_ranking, a_million_statements_take_no_more_room_than_its_places_and_none_is_lost) {
    constexpr std::uint64_t distinct = test::effort(1'000'000U, 100'000U);
    statement_ranking r{10};
    std::string statement;
    for (std::uint64_t i = 0; i < distinct; ++i) {
        statement.assign("select a").append(std::to_string(i));  // a name, which stays
        r.add(statement, 1us, 1, false);
        if (i % 1'000 == 0) r.add("select the_costly_one", 1s, 1, false);
    }
    const auto list = r.list();
    ASSERT_EQ(list.size(), 11u);
    EXPECT_EQ(list.front().statement, "select the_costly_one");
    EXPECT_EQ(list.front().calls, distinct / 1'000);
    EXPECT_EQ(list.back().fingerprint, "other");
    const auto calls = std::accumulate(list.begin(), list.end(), std::uint64_t{0},
                                       [](std::uint64_t sum, const statement_cost& c) { return sum + c.calls; });
    EXPECT_EQ(calls, distinct + distinct / 1'000);
}

TEST(statement_ranking, long_statements_are_cut) {
    statement_ranking r{10, 20};
    r.add("select " + std::string(1'000'000, 'x'), 1us, 0, false);
    EXPECT_LT(r.list().front().statement.size(), 60u);
}

TEST(statement_ranking, of_nothing_is_refused) { EXPECT_THROW(statement_ranking{0}, error); }

}  // namespace
}  // namespace howdah
