// The commands `howdah fingerprint` and `howdah cassette`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "recordings.hpp"
#include "temporary_folder.hpp"
#include "tests/tools/command.hpp"

namespace howdah::sim {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using tools::howdah_command;

TEST(fingerprint_command, prints_a_line_a_statement_and_marks_what_it_can_not_read) {
    const auto said = howdah_command({"fingerprint", "SELECT 1; select 'secret' ; -- no more", "selec 1"});
    EXPECT_EQ(said.exit_status, 0) << said.errors;
    EXPECT_THAT(said.output, HasSubstr("50fde20626009aba\tselect $1\n50fde20626009aba\tselect $1\nfallback-"));
    EXPECT_THAT(said.output, Not(HasSubstr("secret")));
    const auto piped =
        testing::run({.arguments = {HOWDAH_COMMAND, "fingerprint", "--json"}},
                     "create rule r as on insert to t do (select 1; select 2);\nselect 2", std::chrono::seconds{60});
    EXPECT_EQ(piped.exit_status, 0) << piped.errors;
    EXPECT_EQ(std::ranges::count(piped.output, '\n'), 2) << piped.output;
    EXPECT_THAT(piped.output,
                HasSubstr(R"("fingerprint":"50fde20626009aba","statement":"select $1","literals":1,"fallback":false)"));
}

TEST(cassette_command, lists_shows_compares_and_verifies) {
    const temporary_folder dir;
    const auto folder = (dir.path() / "a").string(), other = (dir.path() / "b").string();
    for (const auto& each : {folder, other}) {
        cassette_writer tape{each};
        tape.add(tape.begin_session(), key_of("select name from book where id = $1", {"7"}),
                 selected({each == folder ? "Ada" : "Eve"}));
        tape.save();
    }
    const auto name = key_of("select name from book where id = $1", {"7"}).name();
    EXPECT_EQ(howdah_command({"cassette", "ls", folder}).output,
              name + "\t1\tselect name from book where id = $1\t$1='7'\n");
    EXPECT_THAT(howdah_command({"cassette", "show", folder, name.substr(0, 6)}).output,
                HasSubstr("    value text\n    'Ada'\n    SELECT 1\n"));
    EXPECT_EQ(howdah_command({"cassette", "show", folder, "none"}).exit_status, 1);
    EXPECT_EQ(howdah_command({"cassette", "verify", folder}).output, "1 interactions are sound\n");
    EXPECT_EQ(howdah_command({"cassette", "diff", folder, folder}).exit_status, 0);
    const auto differs = howdah_command({"cassette", "diff", folder, other});
    EXPECT_EQ(differs.exit_status, 1);
    EXPECT_THAT(differs.output, HasSubstr("answers differ"));
    const auto merged = howdah_command({"cassette", "merge", folder, other});
    EXPECT_EQ(merged.exit_status, 1);
    EXPECT_THAT(merged.errors, HasSubstr("--prefer ours or theirs decides"));
    EXPECT_EQ(howdah_command({"cassette", "merge", folder, other, "--prefer", "theirs"}).exit_status, 0);
    EXPECT_EQ(howdah_command({"cassette", "diff", folder, other}).exit_status, 0);
    EXPECT_EQ(howdah_command({"cassette", "prune", folder}).output, "0 files removed\n");

    const auto without_key = howdah_command({"cassette", "redact", folder, "--column", "value"});
    EXPECT_EQ(without_key.exit_status, 1);
    EXPECT_THAT(without_key.errors, HasSubstr("HOWDAH_CASSETTE_KEY"));
    EXPECT_EQ(howdah_command({"cassette", "redact", folder, "--column", "value", "--parameter", "all"},
                             {{"HOWDAH_CASSETTE_KEY", "k"}})
                  .output,
              "1 interactions changed\n");
    EXPECT_THAT(howdah_command({"cassette", "ls", folder}).output, HasSubstr("$1=masked "));
    EXPECT_EQ(howdah_command({"cassette", "redact", folder, "--column", "value=blue"}).exit_status, 2);

    put(dir.path() / "a/interactions/x", "");
    const auto damaged = howdah_command({"cassette", "verify", folder});
    EXPECT_EQ(damaged.exit_status, 1);
    EXPECT_EQ(damaged.errors, "interactions/x: it is no file of a cassette\n");
    const auto missing = howdah_command({"cassette", "ls", (dir.path() / "none").string()});
    EXPECT_EQ(missing.exit_status, 1);
    EXPECT_THAT(missing.errors, HasSubstr("cassette.json: it is not there"));
}

}  // namespace
}  // namespace howdah::sim
