#include "howdah/pool/backoff.hpp"

#include "tests/unit/pool/shell.hpp"

namespace howdah::pooling::test {
namespace {

constexpr auto now = clock::time_point{} + 1h;

std::chrono::duration<double, std::milli> pause(const backoff& b, demand d = demand::caller) {
    return b.until(d) - now;
}

TEST(backoff, begins_at_once) {
    const backoff b{[] { return 0.5; }};
    EXPECT_LT(b.until(demand::caller), now);
    EXPECT_LT(b.until(demand::background), now);
}

TEST(backoff, doubles_with_each_failure_up_to_the_longest) {
    backoff b{[] { return 1.0; }};
    const pool_options options{.first_backoff = 10ms, .longest_backoff = 500ms};
    for (const double expected : {10, 20, 40, 80, 160, 320, 500, 500}) {
        b.failed(refused_connection(), options, now);
        EXPECT_DOUBLE_EQ(pause(b).count(), expected);
        EXPECT_DOUBLE_EQ(pause(b, demand::background).count(), expected);
    }
    EXPECT_EQ(b.failures(), 8u);
}

TEST(backoff, does_not_overflow) {
    backoff b{[] { return 1.0; }};
    const pool_options options{.first_backoff = 1h, .longest_backoff = 24h};
    for (int i = 0; i < 100; ++i) b.failed(refused_connection(), options, now);
    EXPECT_EQ(b.until(demand::caller), now + 24h);
}

TEST(backoff, draws_from_nothing_to_all_of_the_pause) {
    static double draw = 0;
    backoff b{[] { return draw; }};
    const pool_options options{.first_backoff = 100ms, .longest_backoff = 100ms};
    for (const double d : {0.0, 0.25, 0.75}) {
        draw = d;
        b.failed(refused_connection(), options, now);
        EXPECT_DOUBLE_EQ(pause(b).count(), 100 * d);
    }
}

TEST(backoff, is_long_in_the_background_for_what_can_not_pass_by_itself) {
    backoff b{[] { return 1.0; }};
    b.failed(server_says(invalid_password), {.first_backoff = 10ms, .longest_backoff = 500ms}, now);
    EXPECT_DOUBLE_EQ(pause(b).count(), 10);
    EXPECT_DOUBLE_EQ(pause(b, demand::background).count(), 10'000);
}

TEST(backoff, ends_with_a_success) {
    backoff b{[] { return 1.0; }};
    b.failed(refused_connection(), {}, now);
    b.succeeded();
    EXPECT_LT(b.until(demand::caller), now);
    EXPECT_EQ(b.failures(), 0u);
}

TEST(may_pass, is_said_of_servers_that_start_stop_or_are_full_and_of_networks) {
    for (const auto& state :
         {too_many_connections, cannot_connect_now, admin_shutdown, crash_shutdown, connection_failure})
        EXPECT_TRUE(may_pass(server_says(state)));
    EXPECT_TRUE(may_pass(refused_connection()));
    EXPECT_TRUE(may_pass(error{errc::connect_failed, "x"}));
    EXPECT_TRUE(may_pass(error{errc::timed_out, "x"}));
}

TEST(may_pass, is_not_said_of_wrong_passwords_databases_certificates_and_hooks) {
    for (const auto& state :
         {invalid_password, invalid_authorization_specification, invalid_catalog_name, insufficient_privilege})
        EXPECT_FALSE(may_pass(server_says(state)));
    EXPECT_FALSE(may_pass(error{errc::certificate_rejected, "x"}));
    EXPECT_FALSE(may_pass(error{errc::hook_failed, "x"}));
}

}  // namespace
}  // namespace howdah::pooling::test
