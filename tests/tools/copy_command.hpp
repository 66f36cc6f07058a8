#pragma once

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/polling.hpp"
#include "tests/tools/command.hpp"

namespace howdah::tools {

using namespace std::chrono_literals;

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

}  // namespace howdah::tools
