#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "howdah/observe/audit/audit_trail.hpp"
#include "tests/tools/command.hpp"

namespace howdah::tools {
namespace {

using ::testing::HasSubstr;

struct audit_command : ::testing::Test {
    std::string path =
        (std::filesystem::temp_directory_path() / ("howdah_audit_command_" + std::to_string(::getpid()))).string();
    audit_options options;

    audit_command() { options.path = path; }
    ~audit_command() override { std::filesystem::remove(path); }

    void write_a_trail() const {
        audit_trail trail{options};
        (void)trail.objection({.statement = "select 1"});
    }
    std::string content() const {
        std::ifstream file{path};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
};

TEST_F(audit_command, names_the_line_of_a_changed_byte) {
    write_a_trail();
    const auto sound = howdah_command({"audit", "verify", path});
    EXPECT_EQ(sound.exit_status, 0) << sound.errors;
    EXPECT_THAT(sound.output, HasSubstr("3 lines are sound, numbers 1 to 3"));
    auto text = content();
    text[text.find("select")] ^= 1;
    std::ofstream{path} << text;
    const auto changed = howdah_command({"audit", "verify", path});
    EXPECT_EQ(changed.exit_status, 1);
    EXPECT_THAT(changed.errors, HasSubstr(path + ":2: the line was changed"));
}

TEST_F(audit_command, knows_a_cut_end_by_the_hash_that_was_last) {
    write_a_trail();
    const auto said = howdah_command({"audit", "verify", path}).output;
    const auto line = said.find('\n') + 1;
    const auto last = said.substr(line, said.find('\n', line) - line);
    EXPECT_EQ(howdah_command({"audit", "verify", "--last", last, path}).exit_status, 0);
    const auto text = content();
    std::ofstream{path} << text.substr(0, text.rfind('\n', text.size() - 2) + 1);
    EXPECT_THAT(howdah_command({"audit", "verify", path}).output, HasSubstr("It was not closed"));
    const auto cut = howdah_command({"audit", "verify", "--last", last, path});
    EXPECT_EQ(cut.exit_status, 1);
    EXPECT_THAT(cut.errors, HasSubstr("cut off"));
}

TEST_F(audit_command, takes_the_key_from_the_environment_only) {
    options.key = secret_string{"zebra"};
    write_a_trail();
    EXPECT_EQ(howdah_command({"audit", "verify", path}).exit_status, 1);
    EXPECT_EQ(howdah_command({"audit", "verify", "--key-env", "AUDIT_KEY", path}, {{"AUDIT_KEY", "zebra"}}).exit_status,
              0);
    EXPECT_EQ(howdah_command({"audit", "verify", "--key-env", "NO_SUCH_KEY", path}).exit_status, 2);
    EXPECT_EQ(howdah_command({"audit", "verify", path + ".nowhere"}).exit_status, 1);
}

}  // namespace
}  // namespace howdah::tools
