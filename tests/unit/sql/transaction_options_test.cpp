#include "howdah/sql/transaction_options.hpp"

#include <gtest/gtest.h>

namespace howdah {
namespace {

using namespace std::chrono_literals;

TEST(transaction_options, begin_says_only_what_is_set) {
    EXPECT_EQ(begin_statement({}), "begin");
    EXPECT_EQ(begin_statement({.isolation = isolation_level::read_uncommitted}),
              "begin isolation level read uncommitted");
    EXPECT_EQ(begin_statement({.isolation = isolation_level::read_committed}), "begin isolation level read committed");
    EXPECT_EQ(begin_statement({.isolation = isolation_level::repeatable_read}),
              "begin isolation level repeatable read");
    EXPECT_EQ(begin_statement({.access = access_mode::read_write}), "begin read write");
    EXPECT_EQ(begin_statement({.defer = deferrable::no}), "begin not deferrable");
    EXPECT_EQ(
        begin_statement(
            {.isolation = isolation_level::serializable, .access = access_mode::read_only, .defer = deferrable::yes}),
        "begin isolation level serializable read only deferrable");
}

TEST(transaction_options, backoff_doubles_up_to_its_ceiling) {
    const transaction_options o{.first_backoff = 10ms, .longest_backoff = 1'000ms};
    EXPECT_EQ(backoff(o, 2, 0.999999), 9ms);
    EXPECT_EQ(backoff(o, 3, 0.999999), 19ms);
    EXPECT_EQ(backoff(o, 4, 0.5), 20ms);
    EXPECT_EQ(backoff(o, 100, 0.999999), 999ms);
    EXPECT_EQ(backoff(o, 0xffffffffu, 0.999999), 999ms);
    for (const std::uint32_t next : {0u, 1u, 2u, 30u}) EXPECT_EQ(backoff(o, next, 0.0), 0ms);
}

TEST(transaction_options, backoff_is_never_negative_nor_over_its_ceiling) {
    for (const auto first : {0ms, 1ms, 3'600'000ms}) {
        const transaction_options o{.first_backoff = first, .longest_backoff = 3'600'000ms};
        for (std::uint32_t next = 0; next < 100; ++next) {
            EXPECT_GE(backoff(o, next, 0.9), 0ms) << next;
            EXPECT_LE(backoff(o, next, 0.9), 3'600'000ms) << next;
        }
    }
}

TEST(transaction_options, options_that_make_no_sense_are_refused) {
    for (const auto& o : {transaction_options{.max_attempts = 0}, transaction_options{.first_backoff = -1ms},
                          transaction_options{.first_backoff = 2s, .longest_backoff = 1s}})
        EXPECT_THROW(o.validate(), error);
    EXPECT_NO_THROW(transaction_options{}.validate());
}

TEST(transaction_options, only_a_rejected_conflict_may_run_again) {
    const auto said = [](const char* code, fate f) {
        server_message m;
        m.code = sqlstate{code};
        return error{m, f};
    };
    EXPECT_TRUE(may_run_again(said("40001", fate::rejected)));
    EXPECT_TRUE(may_run_again(said("40P01", fate::rejected)));
    EXPECT_FALSE(may_run_again(said("40001", fate::unknown)));
    EXPECT_FALSE(may_run_again(said("40003", fate::rejected)));
    EXPECT_FALSE(may_run_again(said("23505", fate::rejected)));
    EXPECT_FALSE(may_run_again(error{errc::connection_closed, "lost", fate::rejected}));
}

}  // namespace
}  // namespace howdah
