#include "howdah/sim/replay/statement_effect.hpp"

#include <gtest/gtest.h>

namespace howdah::sim {
namespace {

using kind = statement_effect::kind;

TEST(statement_effect, leading_words_say_what_a_statement_does_to_its_session) {
    EXPECT_EQ(effect_of("select 1").what, kind::none);
    EXPECT_EQ(effect_of("BEGIN isolation level serializable").what, kind::begin);
    EXPECT_EQ(effect_of("/* x */ start transaction").what, kind::begin);
    EXPECT_EQ(effect_of("commit").what, kind::commit);
    EXPECT_EQ(effect_of("end;").what, kind::commit);
    EXPECT_EQ(effect_of("rollback").what, kind::rollback);
    EXPECT_EQ(effect_of("abort work").what, kind::rollback);
    EXPECT_EQ(effect_of("commit prepared 'x'").what, kind::none);
    EXPECT_EQ(effect_of("prepare transaction 'x'").what, kind::prepare_transaction);
    EXPECT_EQ(effect_of("prepare s as select 1").what, kind::none);
    EXPECT_EQ(effect_of("discard all").what, kind::discard);
    EXPECT_EQ(effect_of(" ; -- nothing").what, kind::empty);
    EXPECT_EQ(effect_of("begin; select 1").what, kind::several);
}

TEST(statement_effect, names_are_read_as_the_server_reads_them) {
    EXPECT_EQ(effect_of("rollback to savepoint A").name, "a");
    EXPECT_EQ(effect_of("rollback work to \"A b\"").name, "A b");
    EXPECT_EQ(effect_of("release savepoint s1").name, "s1");
    EXPECT_EQ(effect_of("deallocate all").name, "");
    EXPECT_EQ(effect_of("deallocate prepare Q").name, "q");
}

TEST(statement_effect, set_gives_its_parameter_and_value) {
    const auto zone = effect_of("set time zone 'Europe/Berlin'");
    EXPECT_EQ(zone.name, "timezone");
    EXPECT_EQ(zone.value, "Europe/Berlin");
    EXPECT_EQ(effect_of("set local DateStyle to iso, dmy").value, "iso, dmy");
    EXPECT_EQ(effect_of("set local DateStyle to iso, dmy").what, kind::set_local);
    EXPECT_EQ(effect_of("set session my.setting = 'it''s'").name, "my.setting");
    EXPECT_EQ(effect_of("set session my.setting = 'it''s'").value, "it's");
    EXPECT_EQ(effect_of("set transaction isolation level serializable").what, kind::set_local);
}

TEST(statement_effect, what_leaves_a_failed_transaction_is_known_of_scripts_too) {
    EXPECT_TRUE(effect_of("rollback; select 1").leaves_failed);
    EXPECT_FALSE(effect_of("select 1; rollback").leaves_failed);
    EXPECT_FALSE(effect_of("savepoint a").leaves_failed);
    EXPECT_TRUE(effect_of("rollback and chain").chains);
    EXPECT_FALSE(effect_of("commit and no chain").chains);
}

}  // namespace
}  // namespace howdah::sim
