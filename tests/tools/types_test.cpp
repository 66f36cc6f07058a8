#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "howdah/testing/server.hpp"
#include "tests/tools/command.hpp"

namespace howdah::tools {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

testing::outcome round_trip(const std::string& cases, std::vector<std::string> more = {}) {
    const auto file = std::filesystem::path{::testing::TempDir()} / ("cases-" + std::to_string(::getpid()) + ".tsv");
    std::ofstream{file} << cases;
    more.insert(more.begin(), {"types", "roundtrip", app(), file.string()});
    auto said = howdah_command(std::move(more));
    std::filesystem::remove(file);
    return said;
}

TEST(types_roundtrip, prints_a_line_a_value_and_counts) {
    const auto said = round_trip("# a comment\n\nint4[]\t{1,NULL}\nnumeric\t1e-16383\n");
    EXPECT_EQ(said.output, "ok\tint4[]\t{1,NULL}\nok\tnumeric\t1e-16383\n2 passed, 0 failed\n") << said.errors;
    EXPECT_EQ(said.exit_status, 0);
}

TEST(types_roundtrip, says_what_has_no_binary_form_or_does_not_exist) {
    const auto said = round_trip("aclitem\tpostgres=r/postgres\nno_such_type\tx\nint4\tx\nint4\t5\n", {"--quiet"});
    EXPECT_THAT(said.output, StartsWith("UNSUPPORTED\taclitem\t"));
    EXPECT_THAT(said.output, HasSubstr("UNSUPPORTED\tno_such_type\t"));
    EXPECT_THAT(said.output, HasSubstr("UNSUPPORTED\tint4\tx\t"));
    EXPECT_THAT(said.output, EndsWith("1 passed, 3 failed\n")) << "the connection is usable after each error";
    EXPECT_EQ(said.exit_status, 1);
}

TEST(types_roundtrip, leaves_out_what_only_newer_servers_have) {
    const auto said = round_trip("int4\t5\tsince=99\nint4\t6\tsince=9\n");
    EXPECT_EQ(said.output, "ok\tint4\t6\n1 passed, 0 failed, 1 skipped\n");
}

TEST(types_roundtrip, refuses_a_line_without_a_tab) {
    const auto said = round_trip("int4 5\n");
    EXPECT_EQ(said.exit_status, 1);
    EXPECT_THAT(said.errors, HasSubstr("not type<TAB>literal: int4 5"));
}

/// The sum in docs/conformance/types.md of the values that pass on a server of that version.
int documented_sum(int version) {
    std::ifstream page{HOWDAH_SOURCE_FOLDER "/docs/conformance/types.md"};
    constexpr int first_column = 12;
    for (std::string line; std::getline(page, line);) {
        std::istringstream cells{line};
        std::string cell;
        if (!line.starts_with("| **all** |")) continue;
        for (int column = first_column - 2; column <= version; ++column) std::getline(cells, cell, '|');
        return std::stoi(cell);
    }
    return -1;
}

/// "683 passed, 0 failed, 2 skipped"
int passed(const testing::outcome& said) {
    EXPECT_EQ(said.exit_status, 0) << said.output << said.errors;
    return std::stoi(said.output);
}

TEST(types_roundtrip, passes_for_every_type_with_its_hard_values) {
    testing::server own{};
    own.execute_sql("create extension hstore; create extension citext; create extension ltree");
    const auto run = [&](const char* file) {
        return passed(howdah_command({"types", "roundtrip", own.superuser_dsn(),
                                      std::string{HOWDAH_SOURCE_FOLDER "/tests/types/"} + file, "--quiet"}));
    };
    EXPECT_EQ(run("roundtrip_cases.tsv") + run("roundtrip_extension_cases.tsv"), documented_sum(own.version()))
        << "docs/generate writes docs/conformance/types.md anew";
}

}  // namespace
}  // namespace howdah::tools
