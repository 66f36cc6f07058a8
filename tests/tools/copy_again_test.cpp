// howdah copy that is killed, interrupted or has no room: what is stored, and where the next run goes on.
#include <csignal>

#include "howdah/testing/server.hpp"
#include "tests/tools/copy_command.hpp"

namespace howdah::tools {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

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

}  // namespace
}  // namespace howdah::tools
