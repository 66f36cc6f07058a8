#include "howdah/observe/statement_commands.hpp"

#include <gtest/gtest.h>

namespace howdah {
namespace {

// "delete select with", in alphabetical order.
std::string names_in(std::string_view text) {
    std::string out;
    for (const auto& name : commands_of(text).names) (out += out.empty() ? "" : ", ") += name;
    return out;
}

TEST(statement_commands, of_a_script_are_those_of_each_statement) {
    EXPECT_EQ(names_in("select 1; ;\nDROP table t; -- delete\n"), "drop, select");
    EXPECT_EQ(commands_of("select 1; ;\ndrop table t;").statements, 2u);
    EXPECT_EQ(commands_of("select ';'").statements, 1u);
    EXPECT_EQ(commands_of(" /* nothing */ ; ").statements, 0u);
    EXPECT_EQ(names_in("((values (1)))"), "values");
    EXPECT_EQ(names_in("\"select\" 1"), "\"");
}

TEST(statement_commands, with_has_what_it_changes) {
    EXPECT_EQ(names_in("with a as (delete from t returning *) select * from a"), "delete, with");
    EXPECT_EQ(names_in("WITH a AS NOT MATERIALIZED (Update \"t\" set x = 1 returning 1) TABLE a"), "update, with");
    EXPECT_EQ(names_in("with a as (select 1), b as (merge into t using a on true when matched then delete) select 1"),
              "merge, with");
    EXPECT_EQ(names_in("with a as (select 1) insert into t table a"), "insert, with");
    EXPECT_EQ(names_in("with a as (select 1) update t set x = 1"), "update, with");
    EXPECT_EQ(names_in("with recursive a(n) as (select 1) search depth first by n set y delete from t using a"),
              "delete, with");
    EXPECT_EQ(names_in("(with a as (delete from t returning *) select 1 from a)"), "delete, with");
    EXPECT_EQ(names_in("insert into t with a as (delete from u returning *) select * from a"), "delete, insert");
}

TEST(statement_commands, with_that_only_reads_has_no_other) {
    EXPECT_EQ(names_in("with a as (select 'delete from t' as \"delete\") select * from a for no key update of a"),
              "with");
    EXPECT_EQ(names_in("with update as (select 1), delete as (select 2) select * from update, delete"), "with");
    EXPECT_EQ(names_in("select (insert, update), (delete) from t"), "select");
    EXPECT_EQ(names_in("select * from t for update"), "select");
    EXPECT_EQ(names_in("insert into t values (1) on conflict do update set x = 1"), "insert");
}

TEST(statement_commands, explain_has_what_it_runs) {
    EXPECT_EQ(names_in("explain delete from t"), "explain");
    EXPECT_EQ(names_in("explain (costs off) delete from t"), "explain");
    EXPECT_EQ(names_in("explain analyze delete from t"), "delete, explain");
    EXPECT_EQ(names_in("EXPLAIN ANALYSE VERBOSE delete from t"), "delete, explain");
    EXPECT_EQ(names_in("explain (buffers, analyze, format json) delete from t"), "delete, explain");
    EXPECT_EQ(names_in("explain (analyze true) with a as (delete from t returning 1) select 1"),
              "delete, explain, with");
    EXPECT_EQ(names_in("explain (analyze off) delete from t"), "explain");
    EXPECT_EQ(names_in("explain (analyze 0, buffers) delete from t"), "explain");
    EXPECT_EQ(names_in("explain (analyze false, analyze) delete from t"), "delete, explain");
    EXPECT_EQ(names_in("explain (select 1)"), "explain");
    EXPECT_EQ(names_in("explain analyze (select 1)"), "explain, select");
    EXPECT_EQ(names_in("explain analyze execute p"), "execute, explain");
    EXPECT_EQ(names_in("explain select 1; delete from t"), "delete, explain");
}

TEST(statement_commands, prepare_has_what_it_prepares) {
    EXPECT_EQ(names_in("prepare p (int) as delete from t where id = $1"), "delete, prepare");
    EXPECT_EQ(names_in("prepare transaction 'x'"), "prepare");
}

TEST(statement_commands, copy_says_where_its_data_goes) {
    EXPECT_EQ(names_in("copy t (a, update) from stdin"), "copy, copy from");
    EXPECT_EQ(names_in("copy t to stdout with (format csv)"), "copy, copy to");
    EXPECT_EQ(names_in("copy t from program 'curl x'"), "copy, copy from, copy program");
    EXPECT_EQ(names_in("COPY (select 1 from u) TO PROGRAM 'nc x'"), "copy, copy program, copy to, select");
    EXPECT_EQ(names_in("copy t from '/etc/passwd'"), "copy, copy file, copy from");
    EXPECT_EQ(names_in("copy t to E'/tmp/x'"), "copy, copy file, copy to");
    EXPECT_EQ(names_in("copy (insert into t values (1) returning *) to stdout"), "copy, copy to, insert");
    EXPECT_EQ(names_in("copy program from stdin"), "copy, copy from");
}

TEST(statement_commands, select_into_is_told_from_other_intos) {
    EXPECT_EQ(names_in("select * into u from t"), "select, select into");
    EXPECT_EQ(names_in("with a as (select 1) select * into temp u from a"), "select into, with");
    EXPECT_EQ(names_in("select 1 as into"), "select");
    EXPECT_EQ(names_in("insert into t select 1"), "insert");
}

TEST(statement_commands, of_code_and_definitions_is_the_keyword) {
    EXPECT_EQ(names_in("do $$ begin delete from t; end $$"), "do");
    EXPECT_EQ(names_in("call p()"), "call");
    EXPECT_EQ(names_in("create rule r as on insert to t do instead delete from u"), "create");
    EXPECT_EQ(names_in("grant insert, update on t to x"), "grant");
}

TEST(statement_commands, of_what_is_unterminated_or_endless_are_found_all_the_same) {
    EXPECT_EQ(names_in("drop table \"t"), "drop");
    EXPECT_EQ(names_in("with a as (delete from"), "delete, with");
    EXPECT_EQ(names_in(")))) delete from t"), ")");
    const std::string word(10'000'000, 'x');
    EXPECT_EQ(names_in(word), std::string(64, 'x'));
}

}  // namespace
}  // namespace howdah
