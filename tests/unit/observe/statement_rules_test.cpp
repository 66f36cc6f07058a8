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

TEST(statement_rules, where_something_is_denied_code_that_nobody_sees_is_too) {
    statement_rules some, none, all;
    EXPECT_FALSE(lets(some.deny({"drop"}), "do $$begin drop table t; end$$"));
    EXPECT_TRUE(lets(none.deny_scripts(), "do $$begin drop table t; end$$"));
    EXPECT_TRUE(lets(all.allow({"do"}).deny({"drop"}), "do $$begin drop table t; end$$"));
}

TEST(statement_rules, allowing_copy_is_neither_a_program_nor_a_file_of_the_server) {
    statement_rules rules;
    rules.allow({"copy"});
    EXPECT_TRUE(lets(rules, "copy t from stdin"));
    EXPECT_TRUE(lets(rules, "copy t to stdout"));
    EXPECT_FALSE(lets(rules, "copy t from program 'curl x'"));
    EXPECT_FALSE(lets(rules, "copy t to '/etc/passwd'"));
    EXPECT_FALSE(lets(rules, "copy (delete from t returning *) to stdout"));
}

TEST(statement_rules, who_may_only_read_changes_nothing_by_any_other_way) {
    statement_rules rules;
    rules.deny_writes();
    EXPECT_TRUE(lets(rules, "with a as (select 1) select * from a for update"));
    EXPECT_TRUE(lets(rules, "explain delete from t"));
    EXPECT_TRUE(lets(rules, "copy t to stdout"));
    EXPECT_FALSE(lets(rules, "with a as (delete from t returning *) select * from a"));
    EXPECT_FALSE(lets(rules, "explain (costs off, analyze) update t set a = 1"));
    EXPECT_FALSE(lets(rules, "select * into copy_of_t from t"));
    EXPECT_FALSE(lets(rules, "copy t from stdin"));
    EXPECT_FALSE(lets(rules, "call clean_up()"));
    EXPECT_FALSE(lets(rules, "prepare p as delete from t"));
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
