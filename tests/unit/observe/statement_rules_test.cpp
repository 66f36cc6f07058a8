#include "howdah/observe/statement_rules.hpp"

#include <gtest/gtest.h>

#include "howdah/base/error.hpp"

namespace howdah {
namespace {

bool lets(statement_rules& rules, std::string_view statement) {
    const auto objects = rules.objection({.statement = statement});
    if (!objects) return true;
    EXPECT_EQ(objects->code(), errc::refused_by_observer);
    return false;
}

TEST(statement_rules, denied_keywords_are_refused_wherever_a_statement_begins) {
    statement_rules rules;
    rules.deny_ddl().deny({"COPY"});
    EXPECT_TRUE(lets(rules, "select 'drop table t'"));
    EXPECT_TRUE(lets(rules, "select * from \"drop\""));
    EXPECT_FALSE(lets(rules, "DROP TABLE t"));
    EXPECT_FALSE(lets(rules, " /* harmless */ -- really\n dRoP table t"));
    EXPECT_FALSE(lets(rules, "select 1; drop table t"));
    EXPECT_FALSE(lets(rules, ";;drop table t"));
    EXPECT_FALSE(lets(rules, "copy t from stdin"));
    EXPECT_FALSE(lets(rules, "truncate t"));
    EXPECT_TRUE(lets(rules, "begin"));
}

TEST(statement_rules, where_some_are_allowed_all_others_are_refused) {
    statement_rules rules;
    rules.allow({"select", "values"});
    EXPECT_TRUE(lets(rules, "select 1"));
    EXPECT_TRUE(lets(rules, "((values (1)))"));
    EXPECT_FALSE(lets(rules, "insert into t values (1)"));
    EXPECT_FALSE(lets(rules, "\"select\""));
    EXPECT_FALSE(lets(rules, "1"));
    EXPECT_TRUE(lets(rules, "commit"));
}

TEST(statement_rules, scripts_are_several_statements) {
    statement_rules rules;
    rules.deny_scripts();
    EXPECT_TRUE(lets(rules, "select 1;"));
    EXPECT_TRUE(lets(rules, "select ';';  -- ;"));
    EXPECT_FALSE(lets(rules, "select 1; select 2"));
}

}  // namespace
}  // namespace howdah
