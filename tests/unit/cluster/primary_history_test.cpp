#include "howdah/cluster/primary_history.hpp"

#include <gtest/gtest.h>

namespace howdah::clustering {
namespace {

using namespace std::chrono_literals;

constexpr clock::time_point begin{1h};

TEST(primary_history, lag_is_the_age_of_the_first_thing_that_is_not_replayed) {
    primary_history h;
    for (int i = 0; i <= 10; ++i) h.add(lsn{static_cast<std::uint64_t>(100 * i)}, begin + i * 1s);
    EXPECT_EQ(h.lag(lsn{1000}, begin + 20s), 0s);
    EXPECT_EQ(h.lag(lsn{999}, begin + 20s), 10s);
    EXPECT_EQ(h.lag(lsn{500}, begin + 10s), 4s);
    EXPECT_EQ(h.lag(lsn{0}, begin + 10s), 9s);
}

TEST(primary_history, what_came_after_the_replica_was_asked_is_not_held_against_it) {
    primary_history h;
    h.add(lsn{100}, begin);
    h.add(lsn{200}, begin + 5s);
    EXPECT_EQ(h.lag(lsn{100}, begin + 4s), 0s);
}

TEST(primary_history, an_idle_primary_is_no_lag) {
    primary_history h;
    h.add(lsn{100}, begin);
    h.add(lsn{100}, begin + 1h);
    EXPECT_EQ(h.lag(lsn{100}, begin + 2h), 0s);
    EXPECT_TRUE(primary_history{}.empty());
}

TEST(primary_history, long_lags_are_told_roughly_and_short_ones_exactly_however_long_it_runs) {
    primary_history h;
    constexpr int hours = 3 * 3600;
    for (int i = 0; i <= hours; ++i) h.add(lsn{static_cast<std::uint64_t>(i + 1)}, begin + i * 1s);
    const auto now = begin + hours * 1s;
    EXPECT_EQ(h.last(), lsn{hours + 1});
    const auto lag_behind = [&](int seconds) {  // of a replica that has replayed what there was so long ago
        return std::chrono::duration<double>{h.lag(lsn{static_cast<std::uint64_t>(hours - seconds + 1)}, now)}.count();
    };
    for (const int seconds : {1, 2, 5}) EXPECT_EQ(lag_behind(seconds), seconds - 1) << seconds;
    for (const int seconds : {30, 300, 3000, hours}) {
        EXPECT_LE(lag_behind(seconds), seconds) << seconds;
        EXPECT_GE(lag_behind(seconds), seconds * 0.8) << seconds;
    }
}

}  // namespace
}  // namespace howdah::clustering
