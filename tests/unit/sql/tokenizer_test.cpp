#include "howdah/sql/tokenizer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "howdah/sql/script.hpp"
#include "howdah/sql/sql.hpp"

namespace howdah::detail {
namespace {

using namespace std::string_view_literals;
using enum statement_kind;

outline of(std::string_view sql) {
    const auto o = read_outline(sql);
    EXPECT_EQ(o.flaw, flaw::none) << sql;
    return o;
}
int placeholders(std::string_view sql) { return of(sql).placeholders; }
flaw flaw_of(std::string_view sql) { return read_outline(sql).flaw; }

TEST(tokenizer, highest_placeholder_counts) {
    EXPECT_EQ(placeholders("select 1"), 0);
    EXPECT_EQ(placeholders("select $1"), 1);
    EXPECT_EQ(placeholders("select $2, $1, $2"), 2);
    EXPECT_EQ(placeholders("select $10"), 10);
    EXPECT_EQ(placeholders("select $65535"), 65'535);
    EXPECT_EQ(placeholders("select a[$1:$2]::text||$3"), 3);
}

TEST(tokenizer, placeholders_in_text_are_text) {
    for (const auto sql :
         {"select '$1'"sv, "select 'it''s $1'"sv, "select E'\\'$1'"sv, "select e'a''$1\\\\'"sv, "select \"$1\""sv,
          "select \"a\"\"$1\""sv, "select $$ $1 $$"sv, "select $tag$ $1 $$ $2 $tag$"sv, "select $_t9$'$1$_t9$"sv,
          "select 1 -- $1"sv, "select 1 -- $1\n"sv, "/* $1 /* $2 */ $3 */ select 1"sv, "select a$1 from t"sv,
          "select B'01', X'1f', N'$1', U&'$1'"sv, "select U&\"$1\""sv})
        EXPECT_EQ(placeholders(sql), 0) << sql;
}

TEST(tokenizer, placeholders_behind_text_are_seen_again) {
    for (const auto sql :
         {"select '\\', $1"sv, "select E'\\\\', $1"sv, "select \"\\\", $1"sv, "select $$'$$, $1"sv, "--\n$1"sv,
          "--\r$1"sv, "/* /* */ */ $1"sv, "/*/ */$1"sv, "select '' , $1"sv, "select e, $1"sv, "select ''''$1"sv})
        EXPECT_EQ(placeholders(sql), 1) << sql;
}

TEST(tokenizer, backslash_escapes_only_in_e_strings) {
    EXPECT_EQ(flaw_of("select E'\\'"), flaw::unterminated_string);
    EXPECT_EQ(flaw_of("select '\\'"), flaw::none);
    EXPECT_EQ(flaw_of("select fine'\\'"), flaw::none) << "the e belongs to a longer word";
}

TEST(tokenizer, a_string_with_escapes_goes_on_behind_a_line_s_end) {
    EXPECT_EQ(placeholders("select E'a'\n'\\'$1'"), 0);
    EXPECT_EQ(placeholders("select E'a' -- $1\n -- '\r \t'\\'$1', $2"), 2);
    EXPECT_EQ(flaw_of("select E'a'\n'\\'"), flaw::unterminated_string);
    EXPECT_EQ(flaw_of("select E'a' '\\'"), flaw::none) << "on one line it is another string";
    EXPECT_EQ(flaw_of("select E'a'/*\n*/'\\'"), flaw::none) << "a comment's line end is none";
    EXPECT_EQ(flaw_of("select E'a' -- no end"), flaw::none);
}

TEST(tokenizer, a_nul_is_a_flaw_wherever_it_stands) {
    for (const auto sql : {"E'\\\0'"sv, "E'a\0'"sv, "'\0'"sv, "\"\0\""sv, "$$\0$$"sv, "1 --\0"sv, "/*\0*/1"sv, "1\0"sv})
        EXPECT_EQ(flaw_of(sql), flaw::nul) << sql;
}

TEST(tokenizer, what_has_no_end_is_a_flaw) {
    const std::pair<std::string_view, flaw> flaws[] = {
        {"select 'a", flaw::unterminated_string},
        {"select 'a''", flaw::unterminated_string},
        {"select E'\\", flaw::unterminated_string},
        {"select \"a", flaw::unterminated_identifier},
        {"select /* a", flaw::unterminated_comment},
        {"/* /* */", flaw::unterminated_comment},
        {"/*/", flaw::unterminated_comment},
        {"select $$a$", flaw::unterminated_dollar_quote},
        {"select $a$ $b$", flaw::unterminated_dollar_quote},
        {"select $0", flaw::bad_placeholder},
        {"select $65536", flaw::bad_placeholder},
        {"select $4294967297", flaw::bad_placeholder},
        {"select '\0'"sv, flaw::nul},
        {"select 1\0"sv, flaw::nul},
    };
    for (const auto& [sql, expected] : flaws) EXPECT_EQ(flaw_of(sql), expected) << sql;
}

TEST(tokenizer, leading_keyword_tells_the_kind) {
    const std::pair<std::string_view, statement_kind> kinds[] = {
        {"", empty},
        {" \n-- only a comment", empty},
        {"/* x */ ;", empty},
        {"select 1", select},
        {"SELECT 1", select},
        {"SeLeCt", select},
        {"((select 1))", select},
        {"values (1)", select},
        {"table t", select},
        {"with a as (select 1) insert into t select * from a", with},
        {"/* delete */ insert into t values (1)", insert},
        {"update t set a = 1", update},
        {"delete from t", delete_from},
        {"merge into t using s on true when matched then delete", merge},
        {"show all", show},
        {"explain select 1", explain},
        {"call p()", call},
        {"do $$ begin end $$", call},
        {"copy t from stdin", copy},
        {"listen x", listen},
        {"unlisten *", listen},
        {"begin", transaction_control},
        {"start transaction", transaction_control},
        {"commit", transaction_control},
        {"end", transaction_control},
        {"rollback to s", transaction_control},
        {"abort", transaction_control},
        {"savepoint s", transaction_control},
        {"release s", transaction_control},
        {"prepare transaction 'x'", transaction_control},
        {"prepare p as select 1", other},
        {"create table t ()", other},
        {"selects", other},
        {"set a to 1", other},
    };
    for (const auto& [sql, kind] : kinds) EXPECT_EQ(of(sql).kind, kind) << sql;
}

TEST(tokenizer, semicolons_separate_statements_only_where_one_follows) {
    for (const auto sql : {"select 1;"sv, "select 1; -- end"sv, "select 1;; ;"sv, ";select 1"sv, "select ';a'"sv,
                           "select $$;a$$"sv, "select 1 /* ; */"sv})
        EXPECT_FALSE(of(sql).several_statements) << sql;
    for (const auto sql : {"select 1; select 2"sv, "select 1;'a'"sv, "a;(b)"sv, "begin;$$x$$"sv})
        EXPECT_TRUE(of(sql).several_statements) << sql;
}

TEST(tokenizer, every_prefix_of_a_statement_has_an_outline) {
    constexpr auto sql = "with /* /* */ */ a as (select E'\\'', $1, $x$ $2 $x$, \"i\"\"d\") select $3; -- end"sv;
    for (std::size_t n = 0; n <= sql.size(); ++n) {
        const std::string cut{sql.substr(0, n)};  // on the heap, so that AddressSanitizer sees a read past it
        EXPECT_LE(read_outline(cut).placeholders, 3) << cut;
    }
    EXPECT_EQ(placeholders(sql), 3);
}

TEST(tokenizer, reads_are_what_can_neither_write_nor_lock) {
    for (const auto sql : {"select 1"sv, "values (1), (2)"sv, "table t"sv, "show transaction_read_only"sv,
                           "(select 1) union select 2"sv, "with a as (select 1) select * from a"sv,
                           "select 'update t', \"delete\", $$insert into t$$ -- nextval('s')"sv,
                           "select substring(a for 3) from t"sv, "select updated, shared, into_x from t"sv})
        EXPECT_TRUE(of(sql).reads) << sql;
    static_assert(read_outline("select 1").reads && !read_outline("select 1 for update").reads);
}

TEST(tokenizer, writes_are_all_else_and_what_it_does_not_know) {
    for (const auto sql : {"insert into t values (1)"sv,
                           "update t set a = 1"sv,
                           "delete from t"sv,
                           "merge into t using s on true"sv,
                           "select a from t for update"sv,
                           "select a from t for no key update skip locked"sv,
                           "select a from t for share"sv,
                           "select a from t for key share"sv,
                           "select a into t2 from t"sv,
                           "with d as (delete from t returning a) select * from d"sv,
                           "(with d as (update t set a = 1 returning a) table d)"sv,
                           "select nextval('s')"sv,
                           "select pg_catalog.setval('s', 1)"sv,
                           "select pg_notify('a', 'b')"sv,
                           "select pg_advisory_lock(1)"sv,
                           "select PG_TRY_ADVISORY_XACT_LOCK(1)"sv,
                           "call p()"sv,
                           "do $$begin end$$"sv,
                           "copy t to stdout"sv,
                           "explain analyze delete from t"sv,
                           "explain select 1"sv,
                           "create table t()"sv,
                           ""sv,
                           "set x = 1"sv,
                           "begin"sv,
                           "listen a"sv,
                           "vacuum"sv})
        EXPECT_FALSE(of(sql).reads) << sql;
}

TEST(sql, literal_is_checked_and_hashed_by_the_compiler) {
    constexpr auto o = read_outline("select $1, '$2'");
    static_assert(o.placeholders == 1 && o.kind == select);
    static_assert(hash("") == 14695981039346656037u && hash("a") == 0xaf63dc4c8601ec8cu, "FNV-1a's own vectors");
    const howdah::sql<int> literal{"select $1"};
    const howdah::sql<int> text{unsafe_sql{"select $1"}};
    EXPECT_EQ(literal.text().hash(), text.text().hash());
    EXPECT_EQ(literal.text().text(), text.text().text());
}

TEST(sql, text_made_at_run_time_lives_as_long_as_its_copies) {
    auto made = std::make_unique<statement_text>(unsafe_sql{std::string(100, ' ') + "select 1"});
    const statement_text copy = *made;
    made.reset();
    EXPECT_TRUE(copy.text().ends_with("select 1"));
}

TEST(script, may_hold_several_statements) {
    const script s{"begin; select 1; commit"};
    EXPECT_TRUE(s.text().outline().several_statements);
}

}  // namespace
}  // namespace howdah::detail
