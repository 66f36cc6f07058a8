#include "howdah/cluster/session_token.hpp"

#include <gtest/gtest.h>

#include "howdah/base/error.hpp"
#include "howdah/core/wal_position.hpp"

namespace howdah::clustering {
namespace {

const session_point point{.system = 7'123'456'789'012'345'678U, .past = {.at = lsn{0x16'b374'd848}, .timeline = 3}};

TEST(session_token, crosses_processes_that_share_the_key) {
    const session_tokens here{secret_string{"0123456789abcdef"}}, there{secret_string{"0123456789abcdef"}};
    const auto token = here.make(point);
    EXPECT_EQ(there.read(token), point);
    EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
}

TEST(session_token, of_another_key_or_changed_in_any_letter_is_refused) {
    const session_tokens tokens{secret_string{"0123456789abcdef"}};
    const auto token = tokens.make(point);
    EXPECT_FALSE(session_tokens{secret_string{"0123456789abcdeg"}}.read(token));
    EXPECT_FALSE(session_tokens::with_random_key().read(token));
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_NE(tokens.read(changed), point) << i;
        EXPECT_FALSE(tokens.read(token.substr(0, i)));
    }
}

TEST(session_token, key_under_16_bytes_is_refused) {
    EXPECT_THROW(session_tokens{secret_string{"0123456789abcde"}}, error);
}

TEST(session_point, later_is_the_further_position_and_the_later_timeline_before_that) {
    const session_point early{.system = 1, .past = {.at = lsn{10}, .timeline = 1}};
    const session_point late{.system = 1, .past = {.at = lsn{20}, .timeline = 1}};
    const session_point after_failover{.system = 1, .past = {.at = lsn{5}, .timeline = 2}};
    EXPECT_EQ(later(early, late), late);
    EXPECT_EQ(later(late, early), late);
    EXPECT_EQ(later(late, after_failover), after_failover);
    EXPECT_EQ(later(after_failover, late), after_failover);
}

TEST(wal_position, a_page_header_that_nobody_has_written_is_left_out) {
    constexpr std::uint64_t block = 8192, segment = 16 << 20;
    const auto at = [&](std::uint64_t p) { return core::without_page_header(lsn{p}, block, segment).position; };
    EXPECT_EQ(at(5 * block + 24), 5 * block);
    EXPECT_EQ(at(3 * segment + 40), 3 * segment);
    EXPECT_EQ(at(5 * block + 40), 5 * block + 40) << "only a segment's first page has the long header";
    EXPECT_EQ(at(5 * block + 32), 5 * block + 32);
    EXPECT_EQ(at(5 * block), 5 * block);
}

TEST(wal_position, is_what_is_flushed_unless_commits_do_not_wait_for_that) {
    core::wal_position_row row{.flushed = lsn{100},
                               .inserted = lsn{200},
                               .synchronous_commit = "on",
                               .block_size = 8192,
                               .segment_size = 16 << 20,
                               .file = "0000001A0000000000000001"};
    EXPECT_EQ(core::read_wal_position(row, "on"), (wal_position{.at = lsn{100}, .timeline = 26}));
    EXPECT_EQ(core::read_wal_position(row, "local").at, lsn{100});
    EXPECT_EQ(core::read_wal_position(row, "off").at, lsn{200});
    row.file = "0000001A";
    EXPECT_THROW(core::read_wal_position(row, "on"), error);
}

}  // namespace
}  // namespace howdah::clustering
