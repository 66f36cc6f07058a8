#include "howdah/sim/replay/session_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace howdah::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using wire::transaction_status;

session_state berlin() { return session_state{{{"TimeZone", "Europe/Berlin"}, {"client_encoding", "UTF8"}}}; }

TEST(session_state, an_error_fails_the_transaction_until_it_is_rolled_back) {
    auto s = berlin();
    s.fail();
    EXPECT_EQ(s.status(), transaction_status::idle);
    s.apply(effect_of("begin"));
    EXPECT_EQ(s.status(), transaction_status::in_transaction);
    s.fail();
    EXPECT_EQ(s.status(), transaction_status::failed);
    s.apply(effect_of("rollback"));
    EXPECT_EQ(s.status(), transaction_status::idle);
}

TEST(session_state, rolling_back_to_a_savepoint_mends_a_failed_transaction) {
    auto s = berlin();
    s.apply(effect_of("begin"));
    s.apply(effect_of("savepoint a"));
    s.fail();
    s.apply(effect_of("rollback to a"));
    EXPECT_EQ(s.status(), transaction_status::in_transaction);
}

TEST(session_state, a_rollback_takes_back_what_was_set) {
    auto s = berlin();
    s.apply(effect_of("begin"));
    s.apply(effect_of("set timezone to 'UTC'"));
    EXPECT_THAT(s.take_changes(), ElementsAre("TimeZone"));
    EXPECT_EQ(s.parameters().at("timezone"), "UTC");
    s.apply(effect_of("rollback"));
    EXPECT_THAT(s.take_changes(), ElementsAre("TimeZone"));
    EXPECT_EQ(s.parameters().at("TimeZone"), "Europe/Berlin");
}

TEST(session_state, a_commit_keeps_what_was_set_but_for_set_local) {
    auto s = berlin();
    s.apply(effect_of("begin"));
    s.apply(effect_of("set timezone to 'UTC'"));
    s.apply(effect_of("commit"));
    EXPECT_EQ(s.parameters().at("TimeZone"), "UTC");
    s.apply(effect_of("begin"));
    s.apply(effect_of("set local timezone to 'Asia/Tokyo'"));
    EXPECT_EQ(s.parameters().at("TimeZone"), "Asia/Tokyo");
    s.apply(effect_of("commit"));
    EXPECT_EQ(s.parameters().at("TimeZone"), "UTC");
}

TEST(session_state, only_reported_parameters_are_known) {
    auto s = berlin();
    s.apply(effect_of("set work_mem = '1GB'"));
    EXPECT_THAT(s.take_changes(), IsEmpty());
    s.apply(effect_of("set TIMEZONE = 'UTC'"));
    s.apply(effect_of("reset all"));
    EXPECT_EQ(s.parameters().at("TimeZone"), "Europe/Berlin");
}

TEST(session_state, and_chain_begins_another_transaction) {
    auto s = berlin();
    s.apply(effect_of("begin"));
    s.apply(effect_of("commit and chain"));
    EXPECT_EQ(s.status(), transaction_status::in_transaction);
}

}  // namespace
}  // namespace howdah::sim
