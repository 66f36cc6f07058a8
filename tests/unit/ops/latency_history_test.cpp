#include "howdah/ops/latency_history.hpp"

#include <gtest/gtest.h>

#include "howdah/base/error.hpp"

namespace howdah {
namespace {

using namespace std::chrono_literals;
using clock = latency_history::clock;

constexpr clock::time_point start{1'000s};

TEST(latency_history, percentiles_are_at_most_a_quarter_too_high_and_never_too_low) {
    latency_history h{1s, 3};
    for (int i = 1; i <= 1'000; ++i) h.add(std::chrono::microseconds{i * 100}, false, start);
    const auto last = h.list(start).back();
    EXPECT_EQ(last.calls, 1'000u);
    for (const auto& [is, should] : {std::pair{last.p50, 50'000us}, {last.p90, 90'000us}, {last.p99, 99'000us}}) {
        EXPECT_GE(is, should);
        EXPECT_LE(is, should * 5 / 4);
    }
}

TEST(latency_history, each_slot_has_its_own_calls_and_old_ones_are_forgotten) {
    latency_history h{1s, 3};
    h.add(1ms, true, start);
    h.add(2ms, false, start + 2s);
    const auto all = h.list(start + 2s);
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].calls, 1u);
    EXPECT_EQ(all[0].failures, 1u);
    EXPECT_EQ(all[1].calls, 0u);
    EXPECT_EQ(all[1].p99, 0us);
    EXPECT_EQ(all[2].calls, 1u);
    EXPECT_EQ(h.list(start + 3s)[1].calls, 1u);
    for (const auto& slot : h.list(start + 60s)) EXPECT_EQ(slot.calls, 0u);
}

TEST(latency_history, takes_times_that_no_call_should_take) {
    latency_history h{1s, 1};
    for (const auto t : {std::chrono::microseconds{-5}, std::chrono::microseconds{0}, std::chrono::microseconds{3},
                         std::chrono::microseconds::max()})
        h.add(t, false, start);
    const auto last = h.list(start).back();
    EXPECT_EQ(last.calls, 4u);
    EXPECT_EQ(last.p50, 0us);
    EXPECT_GT(last.p99, 4h);
}

TEST(latency_history, without_slots_or_time_is_refused) {
    EXPECT_THROW(latency_history(0s, 1), error);
    EXPECT_THROW(latency_history(1s, 0), error);
}

}  // namespace
}  // namespace howdah
