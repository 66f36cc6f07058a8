#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "howdah/testing/descriptor.hpp"
#include "tests/tools/command.hpp"

namespace howdah::tools {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

testing::outcome query(std::vector<std::string> words) {
    words.insert(words.begin(), {"query", app()});
    return howdah_command(std::move(words));
}

std::string json(const std::string& sql) {
    const auto said = query({sql, "--format", "json"});
    EXPECT_EQ(said.exit_status, 0) << said.errors;
    EXPECT_EQ(said.errors, "");
    return said.output;
}

// Values as JSON.

TEST(query_json, is_one_line_with_an_array_of_objects_in_the_order_of_the_select) {
    EXPECT_EQ(json("select i as z, 'n' || i as a from generate_series(1, 2) i"),
              "[{\"z\":1,\"a\":\"n1\"},{\"z\":2,\"a\":\"n2\"}]\n");
    EXPECT_EQ(json("select 1 as a where false"), "[]\n");
}

TEST(query_json, has_numbers_for_integers_and_floats) {
    EXPECT_EQ(json("select 1::int2 a, (-2)::int4 b, 9223372036854775807::int8 c, 0.1::float8 d, 1e300::float8 e, "
                   "1.5::float4 f"),
              "[{\"a\":1,\"b\":-2,\"c\":9223372036854775807,\"d\":0.1,\"e\":1e+300,\"f\":1.5}]\n");
}

TEST(query_json, has_strings_for_what_json_has_no_number_for) {
    EXPECT_EQ(
        json("select 'NaN'::float8 a, 'Infinity'::float8 b, '-Infinity'::float4 c, 'NaN'::numeric d, 1.50::numeric e"),
        "[{\"a\":\"NaN\",\"b\":\"Infinity\",\"c\":\"-Infinity\",\"d\":\"NaN\",\"e\":\"1.50\"}]\n");
}

TEST(query_json, has_null_true_and_false) {
    EXPECT_EQ(json("select null as a, true as b, false as c"), "[{\"a\":null,\"b\":true,\"c\":false}]\n");
}

TEST(query_json, escapes_quotes_newlines_and_control_characters) {
    EXPECT_EQ(json(R"(select E'a"b\\c\nd\x01é😀' as "x""y")"), "[{\"x\\\"y\":\"a\\\"b\\\\c\\u000ad\\u0001é😀\"}]\n");
}

TEST(query_json, embeds_json_without_the_white_space_around_its_tokens) {
    EXPECT_EQ(json(R"(select E'{ "a" :\n [1,  "x \\" y"] }'::json a, '{"b": null, "a":"s  "}'::jsonb b)"),
              "[{\"a\":{\"a\":[1,\"x \\\" y\"]},\"b\":{\"a\":\"s  \",\"b\":null}}]\n");
}

TEST(query_json, nests_arrays_and_keeps_their_nulls) {
    EXPECT_EQ(json("select array[[1,null],[3,4]] a, '{}'::int[] b, array['a,\"b', null, 'NULL', ''] c, "
                   "'[0:1]={t,f}'::bool[] d"),
              "[{\"a\":[[1,null],[3,4]],\"b\":[],\"c\":[\"a,\\\"b\",null,\"NULL\",\"\"],\"d\":[true,false]}]\n");
    EXPECT_EQ(
        json(
            "select array['{\"a\": 1}'::jsonb] a, array['NaN'::float8, 1] b, array[1.0] c, '(2,2),(1,1);(4,4),(3,3)' d,"
            " '{(2,2),(1,1);(4,4),(3,3)}'::box[] e, '1 2'::int2vector f"),
        "[{\"a\":[{\"a\":1}],\"b\":[\"NaN\",1],\"c\":[\"1.0\"],\"d\":\"(2,2),(1,1);(4,4),(3,3)\","
        "\"e\":[\"(2,2),(1,1)\",\"(4,4),(3,3)\"],\"f\":[1,2]}]\n");
}

TEST(query_json, has_postgresqls_text_for_all_else) {
    EXPECT_EQ(json(R"(select '\x00ff'::bytea a, '2026-01-02 03:04:05.6'::timestamp b, 'infinity'::date c,)"
                   R"( '1 day 2 hours'::interval d, '10.0.0.1'::inet e, '[1,5)'::int4range f, row(1, 'x') g)"),
              R"([{"a":"\\x00ff","b":"2026-01-02 03:04:05.6","c":"infinity","d":"1 day 02:00:00",)"
              R"j("e":"10.0.0.1","f":"[1,5)","g":"(1,x)"}])j"
              "\n");
}

class own_types : public ::testing::Test {
protected:
    static testing::outcome as_owner(const std::string& sql) { return query({sql}); }
    void SetUp() override {
        as_owner("drop schema if exists tools_test cascade");
        for (const auto* sql :
             {"create schema tools_test", "create type tools_test.mood as enum ('sad', 'so \"so\"')",
              "create domain tools_test.small as int check (value < 10)", "create domain tools_test.pair as int[]"})
            ASSERT_EQ(as_owner(sql).exit_status, 0);
    }
    void TearDown() override { as_owner("drop schema tools_test cascade"); }
};

TEST_F(own_types, are_found_out_in_the_catalog_for_arrays_of_them) {
    EXPECT_EQ(
        json("select 'sad'::tools_test.mood a, array['sad', 'so \"so\"']::tools_test.mood[] b, 3::tools_test.small c,"
             " array[1, 2]::tools_test.small[] d, array['{1,2}']::tools_test.pair[] e, '{3}'::tools_test.pair f"),
        "[{\"a\":\"sad\",\"b\":[\"sad\",\"so \\\"so\\\"\"],\"c\":3,\"d\":[1,2],\"e\":[[1,2]],\"f\":[3]}]\n");
}

TEST(query_ndjson, is_an_object_a_line) {
    const auto said = query({"select i, E'\\n' as t from generate_series(1, 2) i", "--format=ndjson"});
    EXPECT_EQ(said.output, "{\"i\":1,\"t\":\"\\u000a\"}\n{\"i\":2,\"t\":\"\\u000a\"}\n");
}

TEST(query_csv, quotes_what_rfc_4180_wants_quoted_and_tells_null_from_empty) {
    const auto said =
        query({R"(select 1 as id, E'a"b,c\nd' as "x,y", null as n, '' as e, ' s ' as s)", "--format", "csv"});
    EXPECT_EQ(said.output, "id,\"x,y\",n,e,s\r\n1,\"a\"\"b,c\nd\",,\"\", s \r\n");
}

// The table.

TEST(query_table, is_the_default_and_aligns_numbers_to_the_right) {
    EXPECT_EQ(query({"select i, repeat('x', i) as name from (values (1), (10)) v(i)"}).output, "  i | name\n"
                                                                                               "----+------------\n"
                                                                                               "  1 | x\n"
                                                                                               " 10 | xxxxxxxxxx\n"
                                                                                               "(2 rows)\n");
}

TEST(query_table, escapes_what_would_steer_the_terminal) {
    const auto said = query({R"(select E'a\x1b[31m\nb\u202e' as "t\x07", null as n)"}).output;
    EXPECT_THAT(said, AllOf(HasSubstr(R"(a\x1b[31m\nb\u202e)"), HasSubstr("NULL"), HasSubstr("(1 row)"),
                            Not(HasSubstr("\x1b"))));
}

TEST(query_table, counts_wide_and_combining_characters_as_the_terminal_does) {
    EXPECT_EQ(query({"select '日本' a, 1 b union all select U&'e\\0301', 2 order by 2"}).output, " a    | b\n"
                                                                                                 "------+---\n"
                                                                                                 " 日本 | 1\n"
                                                                                                 " e\u0301    | 2\n"
                                                                                                 "(2 rows)\n");
}

TEST(query_table, cuts_the_widest_columns_to_fit) {
    const auto said = howdah_command({"query", app(), "select 1 as id, repeat('x', 100) as a, repeat('y', 100) as b"},
                                     {{"COLUMNS", "40"}});
    EXPECT_THAT(said.output, HasSubstr("  1 | xxxxxxxxxxxxxx… | yyyyyyyyyyyyyy…\n"));
}

TEST(query_table, shows_a_value_a_line_where_columns_would_say_nothing) {
    const auto said =
        howdah_command({"query", app(), "select repeat('x', 30) as a, repeat('y', 30) as bc"}, {{"COLUMNS", "20"}});
    EXPECT_EQ(said.output,
              "-- row 1\n a  | " + std::string(30, 'x') + "\n bc | " + std::string(30, 'y') + "\n(1 row)\n");
}

TEST(query_table, says_what_a_statement_without_rows_has_done) {
    EXPECT_EQ(query({"set application_name = 'x'"}).output, "SET\n");
}

// Parameters.

TEST(query_parameters, are_text_of_whatever_type_the_statement_wants) {
    const auto said = query({"select $1::int + 1 a, $2::date b, $3::int[] c, $4::jsonb d, $5 e", "41", "2026-02-03",
                             "{1,2}", "{\"k\": [1]}", "it's", "--format", "json"});
    EXPECT_EQ(said.output, "[{\"a\":42,\"b\":\"2026-02-03\",\"c\":[1,2],\"d\":{\"k\":[1]},\"e\":\"it's\"}]\n")
        << said.errors;
}

TEST(query_parameters, are_taken_as_they_are_typed) {
    for (const std::string word : {"", "{}", "[1,2]", "[]", "a,b", "-1", "query", "sandbox", "\x01", "++", "é"}) {
        const auto said = query({"--format", "csv", "select '<' || $1 || '>' as a", word});
        EXPECT_THAT(said.output, HasSubstr("<" + word + ">")) << word << said.errors;
    }
}

TEST(query_parameters, may_begin_with_a_hyphen_behind_two_of_them) {
    const auto said = query({"--format", "json", "select $1::float8 a, $2 b", "--", "-Infinity", "--format"});
    EXPECT_EQ(said.output, "[{\"a\":\"-Infinity\",\"b\":\"--format\"}]\n") << said.errors;
}

TEST(query_parameters, of_another_number_are_bad_usage) {
    EXPECT_EQ(query({"select $1::int"}).exit_status, 2);
    EXPECT_EQ(query({"select 1", "surplus"}).exit_status, 2);
}

// What goes wrong.

TEST(query_failures, of_a_statement_are_told_with_sqlstate_and_place) {
    const auto said = query({"select nothing_here"});
    EXPECT_EQ(said.exit_status, 1);
    EXPECT_EQ(said.output, "");
    EXPECT_THAT(said.errors, AllOf(StartsWith("howdah: "), HasSubstr("42703"), HasSubstr("nothing_here"),
                                   HasSubstr("at character 8")));
}

TEST(query_failures, come_with_the_servers_detail) {
    const auto said = query({"do $$ begin raise exception 'no' using detail = 'because', hint = 'do'; end $$"});
    EXPECT_THAT(said.errors, AllOf(HasSubstr("P0001"), HasSubstr("detail: because"), HasSubstr("hint: do")));
}

TEST(query_failures, of_time_are_told_and_end_the_statement_on_the_server) {
    const auto said = query({"select pg_sleep(50)", "--timeout", "200ms"});
    EXPECT_EQ(said.exit_status, 1);
    EXPECT_THAT(said.errors, HasSubstr("timed out after"));
    EXPECT_EQ(said.output, "");
}

TEST(query_failures, are_several_statements_and_statements_that_need_another_verb) {
    for (const auto* sql : {"select 1; select 2", "copy (select 1) to stdout", "begin"}) {
        const auto said = query({sql});
        EXPECT_EQ(said.exit_status, 1) << sql;
        EXPECT_THAT(said.errors, HasSubstr("was not sent")) << sql;
    }
}

TEST(query_notices, go_to_the_standard_error) {
    const auto said = query({"do $$ begin raise notice 'look %', chr(27); end $$"});
    EXPECT_EQ(said.exit_status, 0);
    EXPECT_EQ(said.errors, "NOTICE: look \\x1b\n");
}

TEST(query_usage, is_checked_before_anything_is_connected_to) {
    const auto dsn = std::string{"host=127.0.0.1 port=1"};
    for (const std::vector<std::string>& words : {std::vector<std::string>{"query"},
                                                  {"query", dsn},
                                                  {"query", dsn, "select 1", "--format", "xml"},
                                                  {"query", dsn, "select 1", "--timeout", "5"},
                                                  {"query", dsn, "select 1", "--timeout", "-5s"},
                                                  {"query", dsn, "select 1", "--unknown"},
                                                  {"query", "host", "select 1"},
                                                  {"query", "postgresql://h/?sslmode=maybe", "select 1"},
                                                  {"nothing"}}) {
        const auto said = howdah_command(words);
        EXPECT_EQ(said.exit_status, 2) << ::testing::PrintToString(words) << said.errors;
        EXPECT_NE(said.errors, "");
        EXPECT_THAT(said.errors, Not(HasSubstr("\x01")));
    }
}

TEST(query_output, that_can_not_be_written_is_a_failure) {
    const auto full = testing::open_file("/dev/full", O_WRONLY), said = testing::nameless_file();
    testing::process command{
        {.arguments = {HOWDAH_COMMAND, "query", app(), "select 1"}, .output = full.number(), .errors = said.number()}};
    ASSERT_TRUE(command.wait(testing::from_now(std::chrono::seconds{60})));
    EXPECT_EQ(command.exit_status(), 1);
    EXPECT_THAT(testing::read_all(said), HasSubstr("could not be written"));
}

TEST(query_usage, has_help_with_examples) {
    const auto said = howdah_command({"query", "--help"});
    EXPECT_EQ(said.exit_status, 0);
    EXPECT_THAT(said.output, AllOf(HasSubstr("DSN"), HasSubstr("--timeout"), HasSubstr("Examples:")));
}

// What is not shown.

constexpr const char* people =
    "select 7 as id, 'ada@example.org'::text as email, null::text as phone, '\\xdeadbeef'::bytea as photo";

TEST(query_mask, hides_columns_by_name_and_type_in_every_format) {
    const std::vector<std::string> masks{"--mask", "email=partial",   "--mask", "phone",
                                         "--mask", "type:bytea=null", "--mask", "type:int4=full"};
    const auto masked = [&](const std::string& format) {
        std::vector<std::string> words{people, "--format", format};
        words.insert(words.end(), masks.begin(), masks.end());
        const auto said = query(words);
        EXPECT_EQ(said.exit_status, 0) << said.errors;
        EXPECT_EQ(said.errors, "");
        return said.output;
    };
    EXPECT_EQ(masked("json"), "[{\"id\":\"***\",\"email\":\"a***g\",\"phone\":null,\"photo\":null}]\n");
    EXPECT_EQ(masked("csv"), "id,email,phone,photo\r\n***,a***g,,\r\n");
    EXPECT_THAT(masked("table"), AllOf(HasSubstr("a***g"), Not(HasSubstr("ada")), Not(HasSubstr("beef"))));
}

TEST(query_mask, hash_is_the_same_where_the_key_is) {
    const auto hashed = [&](const std::string& key) {
        const auto said = howdah_command(
            {"query", app(), people, "--format", "csv", "--mask", "email=hash", "--mask-key-env", "MASK_KEY"},
            {{"MASK_KEY", key}});
        EXPECT_EQ(said.exit_status, 0) << said.errors;
        return said.output;
    };
    EXPECT_EQ(hashed("one"), hashed("one"));
    EXPECT_NE(hashed("one"), hashed("two"));
    EXPECT_THAT(hashed("one"), Not(HasSubstr("ada")));
}

// Renaming it is no way round a mask.
TEST(query_mask, finds_a_table_s_column_under_any_name) {
    const auto masked = query({"select rolname as who, rolsuper as rolname2, oid as rolname from pg_catalog.pg_roles r "
                               "where rolname = 'pg_monitor'",
                               "--format", "csv", "--mask", "pg_roles.rolname"});
    EXPECT_EQ(masked.exit_status, 0) << masked.errors;
    EXPECT_THAT(masked.output, StartsWith("who,rolname2,rolname\r\n***,f,"));
    EXPECT_THAT(masked.output, Not(HasSubstr("pg_monitor")));
    const auto by_name = query({"select rolname as who from pg_catalog.pg_roles where rolname = 'pg_monitor'",
                                "--format", "csv", "--mask", "rolname=partial"});
    EXPECT_EQ(by_name.output, "who\r\np***r\r\n");
    const auto by_schema = query({"select rolname as who from pg_catalog.pg_roles where rolname = 'pg_monitor'",
                                  "--format", "csv", "--mask", "pg_catalog.pg_roles.rolname=null"});
    EXPECT_EQ(by_schema.output, "who\r\n\r\n");
}

TEST(query_mask, the_last_rule_that_fits_decides_and_one_that_fits_nothing_is_told) {
    const auto said =
        query({people, "--format", "csv", "--mask", "type:text", "--mask", "email=none", "--mask", "emial"});
    EXPECT_EQ(said.exit_status, 0);
    EXPECT_THAT(said.output, HasSubstr("7,ada@example.org,,"));
    EXPECT_EQ(said.errors, "howdah: --mask emial fits no column\n");
}

TEST(query_mask, what_is_no_mask_is_bad_usage_and_nothing_is_sent) {
    for (const auto* mask : {"email=shown", "=full", "type:=null", ""}) {
        const auto said = query({people, "--mask", mask});
        EXPECT_EQ(said.exit_status, 2) << mask;
        EXPECT_EQ(said.output, "") << mask;
    }
    const auto said = query({people, "--mask", "email=hash", "--mask-key-env", "NO_SUCH_VARIABLE"});
    EXPECT_EQ(said.exit_status, 2) << said.errors;
    EXPECT_EQ(said.output, "");
}

}  // namespace
}  // namespace howdah::tools
