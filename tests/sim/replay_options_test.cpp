#include "howdah/sim/replay/replay_transport.hpp"

#include <gtest/gtest.h>

namespace howdah::sim {
namespace {

TEST(replay_options, stand_behind_the_folder) {
    const auto read = read_replay_argument("tapes/a?how=loose&repeats=error&latency=x2&faults=f.json");
    EXPECT_EQ(read.folder, "tapes/a");
    EXPECT_EQ(read.options.how, strictness::loose);
    EXPECT_EQ(read.options.repeats, repeats::error);
    EXPECT_EQ(read.options.latency, 2.0);
    EXPECT_EQ(read.faults, "f.json");
    EXPECT_EQ(read_replay_argument("tapes").options.how, strictness::strict);
    EXPECT_THROW((void)read_replay_argument("tapes?hwo=loose"), error);
    EXPECT_THROW((void)read_replay_argument("tapes?latency"), error);
}

TEST(replay_options, latency_is_a_word_or_a_factor) {
    EXPECT_EQ(read_latency("none"), 0.0);
    EXPECT_EQ(read_latency("recorded"), 1.0);
    EXPECT_EQ(read_latency("x0.5"), 0.5);
    EXPECT_EQ(read_latency("\u00d72"), 2.0);
    for (const auto* wrong : {"", "2", "x", "x-1", "xnan", "x1e9", "x2s"})
        EXPECT_EQ(read_latency(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace howdah::sim
