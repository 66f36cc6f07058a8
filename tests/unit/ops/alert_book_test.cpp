#include "howdah/ops/alert_book.hpp"

#include <gtest/gtest.h>

namespace howdah::ops {
namespace {

using namespace std::chrono_literals;

struct alert_book_test : ::testing::Test {
    static constexpr std::array<alert_rule, alert_kinds> rules() {
        std::array<alert_rule, alert_kinds> out{};
        out.fill({.occurrences = 3, .within = 10s, .held = 5s, .clear_after = 20s});
        return out;
    }
    /// What is told at a second.
    std::vector<alert> at(std::chrono::seconds second) { return book.look(start + second); }
    void saw(std::chrono::seconds second, std::string_view subject = "db1") {
        book.saw(alert_kind::authentication_failing, subject, "refused", start + second);
    }
    void is(std::chrono::seconds second, bool so) {
        book.is(alert_kind::node_down, "db1", so, "frozen", start + second);
    }

    alert_book::time_point start{1'000s};
    alert_book book{rules(), 60s, 4};
};

TEST_F(alert_book_test, occurrences_are_an_alert_once_there_are_enough_in_time) {
    saw(0s);
    saw(1s);
    EXPECT_TRUE(at(1s).empty());
    saw(2s);
    const auto told = at(2s);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].state, alert_state::raised);
    EXPECT_EQ(told[0].kind, alert_kind::authentication_failing);
    EXPECT_EQ(told[0].subject, "db1");
    EXPECT_EQ(told[0].words, "refused");
    EXPECT_EQ(told[0].occurrences, 3u);
    saw(3s);
    EXPECT_TRUE(at(3s).empty()) << "it is raised once";
    EXPECT_EQ(book.raised().at(0).occurrences, 4u);
}

TEST_F(alert_book_test, occurrences_that_are_far_apart_are_none) {
    for (int i = 0; i < 10; ++i) {
        saw(std::chrono::seconds{i * 11});
        EXPECT_TRUE(at(std::chrono::seconds{i * 11}).empty());
    }
}

TEST_F(alert_book_test, goes_on_as_still_and_is_cleared_when_it_has_been_quiet) {
    for (const auto second : {0s, 1s, 2s}) saw(second);
    EXPECT_EQ(at(2s).size(), 1u);
    for (int second = 3; second < 62; second += 10) {
        saw(std::chrono::seconds{second});
        EXPECT_TRUE(at(std::chrono::seconds{second}).empty());
    }
    ASSERT_EQ(at(62s).size(), 1u);
    saw(63s);
    EXPECT_EQ(at(64s).size(), 0u);
    const auto told = at(83s);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].state, alert_state::cleared);
    EXPECT_TRUE(book.raised().empty());
}

TEST_F(alert_book_test, what_lasts_is_an_alert_when_it_has_been_so_for_long) {
    is(0s, true);
    EXPECT_TRUE(at(4s).empty());
    is(4s, true);
    EXPECT_EQ(at(5s).size(), 1u) << "since its beginning, not since it was said last";
    EXPECT_TRUE(at(1'000s).at(0).state == alert_state::still) << "it does not end by itself";
}

TEST_F(alert_book_test, flapping_is_no_alert_and_does_not_clear_one) {
    for (int second = 0; second < 100; second += 4) {
        is(std::chrono::seconds{second}, true);
        is(std::chrono::seconds{second + 2}, false);
        EXPECT_TRUE(at(std::chrono::seconds{second + 2}).empty());
    }
    is(200s, true);
    EXPECT_EQ(at(205s).at(0).state, alert_state::raised);
    is(206s, false);
    is(220s, true);
    is(221s, false);
    EXPECT_TRUE(at(240s).empty());
    EXPECT_EQ(at(241s).at(0).state, alert_state::cleared);
}

TEST_F(alert_book_test, is_bounded_and_counts_what_finds_no_room) {
    for (int i = 0; i < 1'000; ++i) saw(0s, std::to_string(i));
    EXPECT_EQ(book.dropped(), 996u);
    book.look(start + 20s);
    saw(20s, "new");
    EXPECT_EQ(book.dropped(), 996u) << "what was no alert in time makes room";
    saw(20s, std::string(1'000'000, 'x'));
    EXPECT_EQ(book.dropped(), 996u);
}

TEST_F(alert_book_test, an_end_without_a_beginning_is_nothing) {
    is(0s, false);
    EXPECT_TRUE(at(100s).empty());
}

}  // namespace
}  // namespace howdah::ops
