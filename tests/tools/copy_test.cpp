// howdah copy: the way in and out, what the server refuses, and its words.
#include "tests/tools/copy_command.hpp"

namespace howdah::tools {
namespace {

using namespace std::string_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// The way in and out.

TEST_F(copy_command, moves_csv_with_header_in_and_out) {
    const auto given = file("a.csv", "id,title,price\n1,one,1.00\n2,\"two\nlines\",\n");
    const auto said = in(given, {"--header"});
    EXPECT_EQ(said.exit_status, 0) << said.errors;
    EXPECT_EQ(said.output, "");
    EXPECT_THAT(said.errors, HasSubstr("2 rows stored"));
    EXPECT_EQ(out("copy_test.book", path("b.csv"), {"--header"}).exit_status, 0);
    EXPECT_EQ(content(path("b.csv")), content(given));
    EXPECT_FALSE(std::filesystem::exists(path("b.csv.part")));
}

TEST_F(copy_command, takes_columns_delimiter_and_null_as_they_are_told) {
    const auto given = file("a.txt", "one|1|-\ntwo|2|3.5\n");
    const auto said =
        in(given, {"--format", "text", "--columns", "title, ID,price", "--delimiter", "|", "--null", "-", "--quiet"});
    EXPECT_EQ(said.exit_status, 0) << said.errors;
    EXPECT_EQ(said.errors, "");
    EXPECT_EQ(
        out("select price, title from copy_test.book order by id -- a comment", "-", {"--delimiter", "\\t"}).output,
        "\tone\n3.50\ttwo\n");
}

TEST_F(copy_command, moves_binary_data) {
    ASSERT_EQ(in(file("a.csv", rows(1, 1000))).exit_status, 0);
    const auto before = sum();
    ASSERT_EQ(out("copy_test.book", path("b"), {"--format", "binary"}).exit_status, 0);
    for (const std::vector<std::string>& how : {std::vector<std::string>{}, {"--chunk", "7"}}) {
        sql("truncate copy_test.book");
        auto words = how;
        words.insert(words.end(), {"--format", "binary"});
        const auto said = in(path("b"), words);
        EXPECT_EQ(said.exit_status, 0) << said.errors;
        EXPECT_EQ(sum(), before);
    }
}

TEST_F(copy_command, in_chunks_stores_what_one_copy_stores) {
    const auto csv = file("a.csv", "id,title,price\n" + rows(1, 100) + "101,\"\\.\",\n102,a\\.\"b\"\"\n\",1");
    ASSERT_EQ(in(csv, {"--header"}).exit_status, 0);
    const auto csv_sum = sum();
    ASSERT_EQ(out("copy_test.book", path("a.txt"), {"--format", "text"}).exit_status, 0);
    for (const auto* chunk : {"1", "3", "50", "1000"}) {
        sql("truncate copy_test.book");
        const auto said = in(csv, {"--header", "--chunk", chunk});
        EXPECT_EQ(said.exit_status, 0) << said.errors;
        EXPECT_EQ(sum(), csv_sum) << chunk;
        sql("truncate copy_test.book");
        EXPECT_EQ(in(path("a.txt"), {"--format", "text", "--chunk", chunk}).exit_status, 0);
        EXPECT_EQ(sum(), csv_sum) << chunk;
    }
    EXPECT_EQ(sql("select count(distinct xmin::text) as n from copy_test.book"), count(1));
}

// What the server refuses.

TEST_F(copy_command, tells_line_and_column_of_what_is_refused_and_stores_nothing) {
    const struct {
        std::string middle;
        std::vector<std::string> words;
        std::string said;
    } cases[] = {
        {"5000,a,b,c\n", {}, "line 2002"},
        {"5000\n", {}, "missing data for column \"title\""},
        {"5000,\"a,1\n", {}, "missing data for column \"price\""},
        {"5000,a,12345.67\n", {}, "line 2002, column price"},
        {"5000,a\0b,1\n"s, {}, "line 2002"},
        {"5000,a\xff,1\n", {}, "line 2002"},
        {"x,a,1\n", {}, "line 2002, column id: \"x\""},
        {"", {"--columns", "id,title,nothing"}, "column \"nothing\""},
        {"", {"--encoding", "klingon"}, "valid encoding name"},
    };
    for (const auto& c : cases) {
        const auto said = in(file("a.csv", "0,first,\n" + rows(1, 1000) + c.middle + rows(1001, 4000)), c.words);
        EXPECT_EQ(said.exit_status, 1) << c.said;
        EXPECT_THAT(said.errors, AllOf(HasSubstr(c.said), HasSubstr("nothing was stored"))) << c.said;
        EXPECT_EQ(stored(), count(0)) << c.said;
    }
}

TEST_F(copy_command, tells_of_a_table_that_is_not_there) {
    for (const std::string direction : {"in", "out"}) {
        const auto said = howdah_command({"copy", direction, app(), "copy_test.nothing", file("a.csv", "1\n")});
        EXPECT_EQ(said.exit_status, 1);
        EXPECT_THAT(said.errors, HasSubstr("42P01")) << direction;
        EXPECT_EQ(content(path("a.csv")), "1\n") << "what was there stays";
    }
}

TEST_F(copy_command, of_chunks_tells_the_files_line_and_keeps_the_chunks_in_front) {
    const auto said = in(file("a.csv", "id,title,price\n" + rows(1, 1000) + "x,a,1\n"), {"--header", "--chunk", "300"});
    EXPECT_EQ(said.exit_status, 1);
    EXPECT_THAT(said.errors, AllOf(HasSubstr("is line 2002 of "), HasSubstr("900 rows, of whole chunks, are stored")));
    EXPECT_EQ(stored(), count(900));
}

TEST_F(copy_command, whose_table_vanishes_between_chunks_fails) {
    auto r = start({"copy", "in", app(), "copy_test.book", "-", "--chunk", "2"}, rows(1, 2));
    wait_until("select count(*) = 2 from copy_test.book");
    sql("alter table copy_test.book rename to moved");
    testing::write_all(r.write_end, rows(3, 9));
    r.write_end = {};
    ASSERT_TRUE(r.command.wait(testing::from_now(30s)));
    EXPECT_EQ(r.command.exit_status(), 1);
    EXPECT_THAT(testing::read_all(r.said), AllOf(HasSubstr("42P01"), HasSubstr("2 rows, of whole chunks, are stored")));
    EXPECT_EQ(sql("select count(*) as n from copy_test.moved"), count(2));
}

// Words.

TEST_F(copy_command, of_bad_usage_connects_to_nothing) {
    const auto dsn = "host=127.0.0.1 port=1"s, given = file("a.csv", "1\n");
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"copy"},
          {"copy", "in", dsn, "book"},
          {"copy", "sideways", dsn, "book", given},
          {"copy", "in", dsn, "book; drop table x", given},
          {"copy", "in", dsn, "select 1", given},
          {"copy", "in", dsn, "book", given, "--format", "xml"},
          {"copy", "in", dsn, "book", given, "--columns", "a,,b"},
          {"copy", "in", dsn, "book", given, "--delimiter", "ab"},
          {"copy", "in", dsn, "book", given, "--chunk", "0"},
          {"copy", "in", dsn, "book", given, "--state", path("s")},
          {"copy", "in", dsn, "book", "/dev/null", "--state", path("s"), "--chunk", "1"},
          {"copy", "in", dsn, "book", given, "--timeout", "5"},
          {"copy", "in", dsn, "book", given, "--format", "binary", "--header"},
          {"copy", "out", dsn, "select 1; select 2", path("o")},
          {"copy", "out", dsn, "select 1", path("o"), "--columns", "a"},
          {"copy", "out", dsn, "book", path("o"), "--chunk", "1"}}) {
        const auto said = howdah_command(words);
        EXPECT_EQ(said.exit_status, 2) << ::testing::PrintToString(words) << said.errors;
        EXPECT_THAT(said.errors, Not(HasSubstr("\x01")));
    }
}

TEST_F(copy_command, has_help_with_examples_and_completion) {
    for (const std::string direction : {"in", "out"})
        EXPECT_THAT(howdah_command({"copy", direction, "--help"}).output,
                    AllOf(HasSubstr("--format"), HasSubstr("Examples:")));
    EXPECT_THAT(howdah_command({"completion", "bash"}).output,
                AllOf(HasSubstr("'howdah copy in'"), HasSubstr("'howdah copy out --format') COMPREPLY=($(compgen -W "
                                                               "'binary csv text'")));
}

// What is not shown.

TEST_F(copy_command, masks_what_it_writes_whatever_stands_in_it) {
    sql("insert into copy_test.book values (1, E'one\\ttab\\nand \\\\ \"quotes\", commas', 1.00), (2, 'two', null), "
        "(3, E'\\\\N', 3.50), (4, '', 4)");
    const auto masked = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"--mask", "copy_test.book.price=full", "--quiet"});
        const auto said = out("copy_test.book", "-", words);
        EXPECT_EQ(said.exit_status, 0) << said.errors;
        EXPECT_EQ(said.errors, "");
        return said.output;
    };
    EXPECT_EQ(masked({"--header"}),
              "id,title,price\n1,\"one\ttab\nand \\ \"\"quotes\"\", commas\",***\n2,two,\n3,\\N,***\n4,\"\",***\n");
    EXPECT_EQ(masked({"--format", "text"}),
              "1\tone\\ttab\\nand \\\\ \"quotes\", commas\t***\n2\ttwo\t\\N\n3\t\\\\N\t***\n4\t\t***\n");
    EXPECT_EQ(masked({"--columns", "price,id", "--delimiter", ";", "--null", "-"}), "***;1\n-;2\n***;3\n***;4\n");
}

// Without a mask that hides anything it writes what the server would.
TEST_F(copy_command, masked_rows_are_written_as_the_server_writes_rows) {
    sql("insert into copy_test.book select i, string_agg(chr(1 + (i * 7 + j) % 300), ''), i from generate_series(1, "
        "500) i, "
        "generate_series(1, 20) j group by i");
    for (const std::vector<std::string>& layout : {std::vector<std::string>{"--header"},
                                                   {"--format", "text"},
                                                   {"--format", "text", "--delimiter", "|", "--null", "none"},
                                                   {"--quote", "'", "--escape", "\\", "--null", "12"}}) {
        const auto query = "select title, id, nullif(id, 12) n, nullif(title, '') t from copy_test.book order by id";
        const auto plain = out(query, "-", layout);
        auto words = layout;
        words.insert(words.end(), {"--mask", "title=none"});
        const auto masked = out(query, "-", words);
        EXPECT_EQ(masked.exit_status, 0) << masked.errors;
        EXPECT_EQ(masked.output, plain.output) << ::testing::PrintToString(layout);
    }
}

TEST_F(copy_command, masks_no_binary_data) {
    const auto said = out("copy_test.book", "-", {"--format", "binary", "--mask", "title"});
    EXPECT_EQ(said.exit_status, 2);
    EXPECT_EQ(said.output, "");
}

}  // namespace
}  // namespace howdah::tools
