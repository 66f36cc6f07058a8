#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/server.hpp"
#include "tests/tools/command.hpp"

namespace howdah::tools {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A folder of its own and a table of its own on the run's server.
class copy_command : public ::testing::Test {
protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() / ("howdah-copy-" + std::to_string(::getpid()));
        std::filesystem::create_directories(folder_);
        sql("drop schema if exists copy_test cascade");
        sql("create schema copy_test");
        sql("create table copy_test.book (id int primary key, title text not null, price numeric(6,2))");
    }
    void TearDown() override {
        sql("drop schema if exists copy_test cascade");
        std::filesystem::remove_all(folder_);
    }

    static std::string sql(const std::string& statement) {
        const auto said = howdah_command({"query", app(), statement, "--format", "csv"});
        EXPECT_EQ(said.exit_status, 0) << said.errors;
        return said.output;
    }
    static std::string stored() { return sql("select count(*) as n from copy_test.book"); }
    static std::string count(int n) { return "n\r\n" + std::to_string(n) + "\r\n"; }
    /// What the table's rows are, in one number.
    static std::string sum() {
        return sql("select count(*) n, md5(string_agg(b::text, '|' order by id)) s from copy_test.book b");
    }

    std::string path(const std::string& name) const { return folder_ / name; }
    std::string file(const std::string& name, const std::string& content) const {
        std::ofstream{path(name)} << content;
        return path(name);
    }
    static std::string content(const std::string& path) {
        std::ifstream in{path};
        return {std::istreambuf_iterator{in}, {}};
    }

    static testing::outcome in(const std::string& file, std::vector<std::string> words = {}) {
        words.insert(words.begin(), {"copy", "in", app(), "copy_test.Book", file});
        return howdah_command(std::move(words));
    }
    static testing::outcome out(const std::string& what, const std::string& file, std::vector<std::string> words = {}) {
        words.insert(words.begin(), {"copy", "out", app(), what, file});
        return howdah_command(std::move(words));
    }
    static std::string rows(int first, int last) {
        std::string out;
        for (int i = first; i <= last; ++i)
            out += std::to_string(i) + ",\"title\n\"\"" + std::to_string(i) + "\"\"\",1.50\n";
        return out;
    }
    /// A copy in of a table that is wide, from a pipe that stays open.
    struct running {
        testing::descriptor write_end, said = testing::nameless_file();
        testing::process command;
    };
    static running start(std::vector<std::string> words, const std::string& input) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error{"no pipe"};
        const testing::descriptor read_end{ends[0]};
        running r;
        r.write_end = testing::descriptor{ends[1]};
        words.insert(words.begin(), HOWDAH_COMMAND);
        r.command = testing::process{
            {.arguments = words, .input = read_end.number(), .output = r.said.number(), .errors = r.said.number()}};
        testing::write_all(r.write_end, input);
        return r;
    }
    static void wait_until(const std::string& condition) {
        EXPECT_TRUE(testing::poll_until(testing::from_now(30s), [&] {
            return sql("select (" + condition + ") as t") == "t\r\nt\r\n";
        })) << condition;
    }

private:
    std::filesystem::path folder_;
};

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

// Going on.

TEST_F(copy_command, goes_on_behind_what_is_stored_once_the_line_is_corrected) {
    const auto state = path("state");
    const std::vector<std::string> how{"--chunk", "300", "--state", state};
    EXPECT_EQ(in(file("a.csv", rows(1, 1000) + "x,a,1\n" + rows(1002, 2000)), how).exit_status, 1);
    EXPECT_EQ(stored(), count(900));
    const auto said = in(file("a.csv", rows(1, 2000)), how);
    EXPECT_EQ(said.exit_status, 0) << said.errors;
    EXPECT_EQ(stored(), count(2000));
    EXPECT_EQ(in(path("a.csv"), how).exit_status, 0) << "all of it is stored: nothing is to be done";
    EXPECT_EQ(stored(), count(2000));
}

TEST_F(copy_command, refuses_a_state_of_another_file_or_another_copy) {
    const auto state = path("state");
    ASSERT_EQ(in(file("a.csv", rows(1, 10)), {"--chunk", "3", "--state", state}).exit_status, 0);
    auto said = in(file("b.csv", rows(11, 30)), {"--chunk", "3", "--state", state});
    EXPECT_EQ(said.exit_status, 1);
    EXPECT_THAT(said.errors, HasSubstr("is not the file of the state"));
    said = in(path("a.csv"), {"--chunk", "3", "--state", state, "--columns", "id,title,price"});
    EXPECT_EQ(said.exit_status, 1);
    EXPECT_THAT(said.errors, HasSubstr("is the state of another copy"));
    said = in(path("a.csv"), {"--chunk", "3", "--state", file("junk", "{\"a\":1}")});
    EXPECT_EQ(said.exit_status, 1);
    EXPECT_THAT(said.errors, HasSubstr("is no state of a copy"));
    EXPECT_EQ(stored(), count(10));
}

// Killed at one place after another: in front of COMMIT, behind it, with and without the state that says so.
TEST_F(copy_command, killed_anywhere_and_run_again_stores_each_row_once) {
    const auto csv = file("a.csv", rows(1, 3000)), state = path("state");
    const std::vector<std::string> words{HOWDAH_COMMAND, "copy", "in",      app(), "copy_test.book", csv,
                                         "--chunk",      "100",  "--state", state};
    int killed = 0;
    for (int run = 0; run < 200; ++run) {
        testing::process command{{.arguments = words}};
        // A time that is too short or too long for something makes this find less, and fail no more.
        if (command.wait(testing::deadline::clock::now() + std::chrono::microseconds{8'000 + 731 * (run % 40)})) {
            EXPECT_EQ(command.exit_status(), 0);
            break;
        }
        command.kill();
        ++killed;
    }
    const auto said = in(csv, {"--chunk", "100", "--state", state});
    EXPECT_EQ(said.exit_status, 0) << said.errors;
    EXPECT_EQ(stored(), count(3000)) << "killed " << killed << " times";
    EXPECT_GT(killed, 0);
}

// A trigger at commit ends the connection: the answer to COMMIT never comes.
TEST_F(copy_command, whose_commit_was_lost_asks_the_server_and_stores_each_row_once) {
    testing::server own;
    const auto query = [&](const std::string& statement) {
        return howdah_command({"query", own.superuser_dsn(), statement, "--format", "csv"}).output;
    };
    query("create table book (id int primary key, title text, price numeric)");
    const auto csv = file("a.csv", rows(1, 10)), state = path("state");
    const std::vector<std::string> words{"copy",    "in", own.superuser_dsn(), "book", csv,
                                         "--chunk", "5",  "--state",           state};
    // The second chunk's backend dies at COMMIT, in front of it.
    query("create function die() returns trigger language plpgsql as $$ begin "
          "if new.id = 6 then perform pg_terminate_backend(pg_backend_pid()); end if; return null; end $$");
    query("create constraint trigger dies after insert on book deferrable initially deferred for each row execute "
          "function die()");
    EXPECT_EQ(howdah_command(words).exit_status, 1);
    EXPECT_THAT(content(state), AllOf(HasSubstr("\"transaction\""), HasSubstr("\"stored_rows\": \"5\"")));
    EXPECT_EQ(query("select count(*) as n from book"), count(5));
    query("drop trigger dies on book");
    EXPECT_EQ(howdah_command(words).exit_status, 0);
    EXPECT_EQ(query("select count(*) as n from book"), count(10));
}

TEST_F(copy_command, that_died_between_its_commit_and_its_state_stores_each_row_once) {
    testing::server own;
    const auto query = [&](const std::string& statement) {
        return howdah_command({"query", own.superuser_dsn(), statement, "--format", "csv"}).output;
    };
    query("create table book (id int primary key, title text, price numeric)");
    query("create function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$");
    query("create constraint trigger refuses after insert on book deferrable initially deferred for each row "
          "when (new.id = 6) execute function refuse()");
    const auto csv = file("a.csv", rows(1, 10)), state = path("state");
    const std::vector<std::string> words{"copy",    "in", own.superuser_dsn(), "book", csv,
                                         "--chunk", "5",  "--state",           state};
    EXPECT_EQ(howdah_command(words).exit_status, 1);
    auto promised = content(state);  // with the transaction that COMMIT was refused to
    query("drop trigger refuses on book");
    EXPECT_EQ(howdah_command(words).exit_status, 0);
    EXPECT_EQ(query("select count(*) as n from book"), count(10));

    auto transaction = query("select xmin as n from book where id = 6").substr(3);
    transaction.resize(transaction.find('\r'));
    const auto at = promised.find("\"transaction\": \"");
    ASSERT_NE(at, std::string::npos);
    const auto number = at + std::string_view{"\"transaction\": \""}.size();
    promised.replace(number, promised.find('"', number) - number, transaction);
    std::ofstream{state} << promised;
    EXPECT_EQ(howdah_command(words).exit_status, 0);
    EXPECT_EQ(query("select count(*) as n from book"), count(10));
    EXPECT_THAT(content(state), AllOf(HasSubstr("\"stored_rows\": \"10\""), Not(HasSubstr("transaction"))));
}

// Being stopped.

TEST_F(copy_command, interrupted_while_it_waits_for_data_stores_nothing) {
    auto r = start({"copy", "in", app(), "copy_test.book", "-"}, rows(1, 3000));
    wait_until(
        "select count(*) > 0 from pg_stat_activity where query like 'copy %copy_test%' and pid <> pg_backend_pid()");
    r.command.signal(SIGINT);
    ASSERT_TRUE(r.command.wait(testing::from_now(30s)));
    EXPECT_EQ(r.command.exit_status(), 1);
    EXPECT_EQ(testing::read_all(r.said), "howdah: interrupted\n  nothing was stored\n");
    EXPECT_EQ(stored(), count(0));
    wait_until(
        "select count(*) = 0 from pg_stat_activity where query like 'copy %copy_test%' and pid <> pg_backend_pid()");
}

TEST_F(copy_command, interrupted_while_the_server_works_leaves_no_file) {
    auto r = start({"copy", "out", app(), "select pg_sleep(60) as copy_test_sleep", path("o.csv")}, "");
    wait_until(
        "select count(*) > 0 from pg_stat_activity where query like 'copy (select pg_sleep%copy_test_sleep%' and "
        "pid <> pg_backend_pid()");
    r.command.signal(SIGTERM);
    ASSERT_TRUE(r.command.wait(testing::from_now(30s)));
    EXPECT_EQ(r.command.exit_status(), 1);
    EXPECT_EQ(testing::read_all(r.said), "howdah: interrupted\n");
    EXPECT_FALSE(std::filesystem::exists(path("o.csv")));
    EXPECT_FALSE(std::filesystem::exists(path("o.csv.part")));
    wait_until(
        "select count(*) = 0 from pg_stat_activity where state = 'active' and query like 'copy (select pg_sleep%' "
        "and pid <> pg_backend_pid()");
}

TEST_F(copy_command, waits_at_a_pipe_that_nobody_reads_until_it_is_interrupted) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const testing::descriptor read_end{ends[0]}, write_end{ends[1]};
    testing::process command{
        {.arguments = {HOWDAH_COMMAND, "copy", "out", app(), "select * from generate_series(1, 1000000)", "-"},
         .output = write_end.number()}};
    char first = 0;
    ASSERT_EQ(::read(read_end.number(), &first, 1), 1);
    command.signal(SIGINT);
    ASSERT_TRUE(command.wait(testing::from_now(30s)));
    EXPECT_EQ(command.exit_status(), 1);
}

TEST_F(copy_command, whose_output_is_closed_fails) {
    testing::process command;
    const auto said = testing::nameless_file();
    {
        int ends[2];
        ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
        const testing::descriptor read_end{ends[0]}, write_end{ends[1]};
        command = testing::process{
            {.arguments = {HOWDAH_COMMAND, "copy", "out", app(), "select * from generate_series(1, 1000000)", "-"},
             .output = write_end.number(),
             .errors = said.number()}};
    }
    ASSERT_TRUE(command.wait(testing::from_now(30s)));
    EXPECT_EQ(command.exit_status(), 1);
    EXPECT_THAT(testing::read_all(said), HasSubstr("the output was closed"));
}

// Files.

TEST_F(copy_command, on_a_full_disk_fails_and_leaves_what_was_there) {
    EXPECT_THAT(out("select 1", "/dev/full").errors, HasSubstr("/dev/full could not be written: No space left"));
    const auto old = file("old.csv", "old\n");
    // A limit on the size of files is the full disk of whoever can't mount one.
    const auto said = testing::run({.arguments = {"/bin/sh", "-c",
                                                  "ulimit -f 100; exec \"$0\" copy out \"$1\" 'select * from "
                                                  "generate_series(1, 1000000)' \"$2\"",
                                                  HOWDAH_COMMAND, app(), old}},
                                   {}, 60s);
    EXPECT_EQ(said.exit_status, 1);
    EXPECT_THAT(said.errors, HasSubstr("could not be written: File too large"));
    EXPECT_EQ(content(old), "old\n");
    EXPECT_FALSE(std::filesystem::exists(old + ".part"));
}

TEST_F(copy_command, of_a_file_that_can_not_be_read_or_written_says_which) {
    EXPECT_THAT(in(path("nothing")).errors, HasSubstr("nothing can't be read: No such file"));
    EXPECT_EQ(in(path("nothing")).exit_status, 1);
    EXPECT_EQ(in(path(".")).exit_status, 1);
    EXPECT_THAT(out("select 1", path("no/folder")).errors, HasSubstr("can't be written: No such file"));
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

}  // namespace
}  // namespace howdah::tools
