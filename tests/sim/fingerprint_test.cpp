#include "howdah/sim/fingerprint.hpp"

#include <gtest/gtest.h>
#include <pg_query.h>

#include <string>
#include <thread>
#include <vector>

namespace howdah::sim {
namespace {

using testing_list = std::vector<std::string>;

TEST(fingerprint, literals_become_numbered_placeholders_behind_the_parameters) {
    const auto read =
        read_statement("SELECT Name, \"Mail\" FROM users WHERE id = 42 AND mail = $1 -- secret\n AND x = 'it''s';");
    EXPECT_EQ(read.text, "select name, \"Mail\" from users where id = $2 and mail = $1 and x = $3");
    EXPECT_EQ(read.literals, (testing_list{"42", "'it''s'"}));
    EXPECT_EQ(read.placeholders, 1u);
    EXPECT_FALSE(read.fallback);
    EXPECT_FALSE(read.secret);
}

TEST(fingerprint, is_the_parsers_own) {
    for (const auto* sql :
         {"select 1", "select * from t where id in (1, 2, 3)",
          "insert into t values ($1, 'x', null), (default, 2.5, true)", "update t set a = a + 1 where b = any($1)",
          "begin; select 1; commit", "select x'1f', b'1', u&'\\0041', e'\\n'",
          "select interval '1 day', date '2026-01-01', numeric(10, 2) '1'", "select 'a'\n  'b'",
          "declare c cursor for select 1"}) {
        const auto own = ::pg_query_fingerprint(sql);
        ASSERT_EQ(own.error, nullptr) << sql;
        EXPECT_EQ(read_statement(sql).fingerprint, own.fingerprint_str) << sql;
        ::pg_query_free_fingerprint_result(own);
    }
}

TEST(fingerprint, depends_on_the_normalised_text_alone) {
    for (const auto& [a, b] : {std::pair{"select 1", "SELECT  2 ;"},
                               {"copy t from '/a'", "copy t from '/b'"},
                               {"do 'begin end'", "do $$ begin end $$"},
                               {"limit 1", "limit 2"}}) {
        EXPECT_EQ(read_statement(a).text, read_statement(b).text);
        EXPECT_EQ(read_statement(a).fingerprint, read_statement(b).fingerprint);
    }
}

TEST(fingerprint, statement_that_the_parser_does_not_know_gets_a_marked_one) {
    const auto newer = read_statement("select * from json_table(jsonb '[]', '$[*]' columns (id int path '$.id'))");
    EXPECT_TRUE(newer.fallback);
    EXPECT_TRUE(newer.fingerprint.starts_with("fallback-")) << newer.fingerprint;
    EXPECT_EQ(newer.fingerprint.size(), 25u);
    EXPECT_EQ(newer.fingerprint,
              read_statement("SELECT * FROM json_table(jsonb '{}', '$' columns (id int path '$'))").fingerprint);
    EXPECT_NE(newer.fingerprint,
              read_statement("select * from json_table(jsonb '[]', '$[*]' columns (no int path '$.id'))").fingerprint);
    for (const auto* wrong : {"selec 1", "select 'unterminated", "select \"", "/*", "select $$", "select $99999"})
        EXPECT_TRUE(read_statement(wrong).fallback) << wrong;
}

TEST(fingerprint, passwords_are_noticed) {
    for (const auto* secret :
         {"alter role app password 'x'", "CREATE USER a LOGIN PASSWORD 'x'",
          "select 1; alter user a encrypted password 'x'", "create user mapping for a server s options (password 'x')",
          "create subscription s connection 'host=a' publication p", "do $$ begin alter role a password 'x'; end $$",
          "select dblink_connect('host=a password=x')", "select dblink('postgresql://a:b@host/db', 'select 1')",
          "alter system set primary_conninfo = 'x'", "select 'SCRAM-SHA-256$4096:x'"})
        EXPECT_TRUE(read_statement(secret).secret) << secret;
    for (const auto* plain :
         {"select 'password'", "update t set password_changed = '2026-01-01'", "create table password (a int)",
          "select 'http://example.org/a@b'", "comment on table t is 'the password is elsewhere'"})
        EXPECT_FALSE(read_statement(plain).secret && !read_statement(plain).literals.empty()) << plain;
}

TEST(fingerprint, statement_of_megabytes_is_read) {
    std::string sql = "insert into t values ";
    while (sql.size() < 2'000'000) sql += "(1, 'some text that makes it longer'), ";
    sql += "(2, '')";
    const auto read = read_statement(sql);
    EXPECT_GT(read.literals.size(), 10'000u);
    EXPECT_EQ(read_statement("select '" + std::string(20'000'000, 'x') + "'").fingerprint,
              read_statement("select ''").fingerprint);
    std::string deep(100'000, '(');
    EXPECT_TRUE(read_statement("select " + deep).fallback);
    std::string sum = "select 1";
    for (int i = 0; i < 20'000; ++i) sum += " + 1";
    EXPECT_EQ(read_statement(sum).literals.size(), 20'001u);
}

TEST(fingerprint, threads_share_a_reader) {
    statement_reader reader;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&reader, i] {
            for (int n = 0; n < 200; ++n) {
                const auto sql = "select " + std::string(static_cast<std::size_t>(n % 7 + 1), 'a') +
                                 " where b = " + std::to_string(i);
                EXPECT_EQ(reader.read(sql).fingerprint, read_statement(sql).fingerprint);
            }
        });
    for (auto& t : threads) t.join();
}

}  // namespace
}  // namespace howdah::sim
