#include "howdah/observe/audit/audit_trail.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "howdah/observe/audit/verify.hpp"

namespace howdah {
namespace {

namespace fs = std::filesystem;

struct audit : ::testing::Test {
    fs::path folder = fs::temp_directory_path() / ("howdah_audit_" + std::to_string(::getpid()));
    audit_options options;

    audit() {
        fs::create_directories(folder);
        options.path = (folder / "trail").string();
        options.application = "shop";
    }
    ~audit() override { fs::remove_all(folder); }

    void write_a_trail(int statements = 3) {
        audit_trail trail{options};
        for (int i = 0; i < statements; ++i) run(trail, "update users set name = 'secret' where id = $1");
    }
    static std::optional<error> run(audit_trail& trail, std::string_view statement) {
        auto refused = trail.objection({.statement = statement, .parameters = R"(["***"])", .host = "db:5432"});
        const query_end_event end{.statement = statement, .host = "db:5432", .failure = refused ? &*refused : nullptr};
        observe::tell(&trail, end);
        return refused;
    }
    std::string content() const {
        std::ifstream file{options.path, std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    void rewrite(const std::string& text) const { std::ofstream{options.path, std::ios::binary} << text; }
    audit_verdict verdict() const { return verify_audit_trail({options.path}, options.key); }
};

TEST_F(audit, trail_says_who_did_what_where_when_and_with_what_result) {
    options.session = [] { return std::vector<std::pair<std::string, std::string>>{{"user", "ada\n"}}; };
    write_a_trail(1);
    const auto text = content();
    EXPECT_NE(
        text.find(
            R"("event":"query_start","application":"shop","session_user":"ada\n","statement":"update users set name = ? where id = $1")"),
        std::string::npos)
        << text;
    EXPECT_NE(text.find(R"("parameters":["***"],"host":"db:5432")"), std::string::npos) << text;
    EXPECT_NE(text.find(R"("event":"query_end")"), std::string::npos) << text;
    EXPECT_EQ(text.find("secret"), std::string::npos) << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4) << "opened, started, ended, closed";
    const auto v = verdict();
    EXPECT_FALSE(v.flaw) << v.flaw->what;
    EXPECT_EQ(v.lines, 4u);
    EXPECT_TRUE(v.closed);
    struct stat about{};
    ASSERT_EQ(::stat(options.path.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600u);
}

// Each byte of it, one at a time: changed, and the file cut in front of it.
TEST_F(audit, every_changed_byte_and_every_cut_is_found_with_its_line) {
    write_a_trail();
    const auto text = content();
    ASSERT_FALSE(verdict().flaw);
    std::uint64_t line = 1;
    const auto verdict_of = [](const std::string& changed) {
        std::istringstream file{changed};
        audit_reader reader;
        (void)reader.read("trail", file);
        return reader.verdict();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto changed = text;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        const auto v = verdict_of(changed);
        ASSERT_TRUE(v.flaw) << "byte " << i;
        ASSERT_EQ(v.flaw->line, line) << "byte " << i << ": " << v.flaw->what;
        if (i != 0 && text[i - 1] != '\n') {
            const auto cut = verdict_of(text.substr(0, i));
            ASSERT_TRUE(cut.flaw) << "byte " << i;
            ASSERT_EQ(cut.flaw->line, line);
        }
        if (text[i] == '\n') ++line;
    }
}

TEST_F(audit, lines_that_are_taken_out_moved_or_put_in_twice_are_found) {
    write_a_trail();
    std::vector<std::string> lines;
    std::string text = content();
    for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
        lines.push_back(text.substr(at, end + 1 - at));
    ASSERT_EQ(lines.size(), 8u);
    const auto flaw_of = [&](std::vector<std::string> of) {
        std::string all;
        for (const auto& l : of) all += l;
        rewrite(all);
        const auto v = verdict();
        return v.flaw ? v.flaw->line : 0;
    };
    auto without = lines, swapped = lines, twice = lines;
    without.erase(without.begin() + 3);
    std::swap(swapped[2], swapped[3]);
    twice.insert(twice.begin() + 5, lines[4]);
    EXPECT_EQ(flaw_of(lines), 0u);
    EXPECT_EQ(flaw_of(without), 4u);
    EXPECT_EQ(flaw_of(swapped), 3u);
    EXPECT_EQ(flaw_of(twice), 6u);
    // What ends at a line's end can only be seen by what is missing: the last line, and what was known of the end.
    EXPECT_EQ(flaw_of({lines.begin(), lines.end() - 1}), 0u);
    EXPECT_FALSE(verdict().closed);
    EXPECT_EQ(verdict().last.number, 7u);
}

TEST_F(audit, without_its_key_nobody_makes_the_hashes_anew) {
    options.key = secret_string{"key"};
    write_a_trail();
    EXPECT_FALSE(verdict().flaw);
    EXPECT_EQ(verify_audit_trail({options.path}).flaw->line, 1u);
    EXPECT_EQ(verify_audit_trail({options.path}, secret_string{"other"}).flaw->line, 1u);
}

TEST_F(audit, trail_goes_on_where_it_was_and_is_written_by_one_at_a_time) {
    write_a_trail(1);
    {
        audit_trail trail{options};
        EXPECT_THROW(audit_trail{options}, error) << "its chain would fork";
        run(trail, "select 1");
    }
    const auto v = verdict();
    EXPECT_FALSE(v.flaw);
    EXPECT_EQ(v.lines, 8u);
}

TEST_F(audit, half_a_line_of_a_crash_stays_to_be_found_and_the_trail_goes_on) {
    write_a_trail(1);
    rewrite(content() + "{\"n\":5,\"prev");
    write_a_trail(1);
    EXPECT_NE(content().find("\"torn_bytes\":12"), std::string::npos);
    EXPECT_EQ(verdict().flaw->line, 5u);
}

TEST_F(audit, file_that_was_changed_is_not_continued) {
    write_a_trail(1);
    auto text = content();
    text[text.size() - 10] ^= 1;
    rewrite(text);
    EXPECT_THROW(audit_trail{options}, error);
}

TEST_F(audit, rotation_keeps_one_chain_over_its_files) {
    options.rotate_at = 2'000;
    write_a_trail(20);
    std::vector<std::string> files;
    for (int n = 1; fs::exists(options.path + '.' + std::to_string(n)); ++n)
        files.push_back(options.path + '.' + std::to_string(n));
    EXPECT_GE(files.size(), 3u);
    files.push_back(options.path);
    const auto v = verify_audit_trail(files);
    EXPECT_FALSE(v.flaw) << v.flaw->what;
    EXPECT_EQ(v.lines, 42u);
    files.erase(files.begin() + 1);
    const auto missing = verify_audit_trail(files);
    ASSERT_TRUE(missing.flaw) << "a whole file is missing";
    EXPECT_EQ(missing.flaw->file, files[1]);
    EXPECT_EQ(missing.flaw->line, 1u);
    EXPECT_GT(verify_audit_trail({options.path}).first, 1u) << "its beginning is elsewhere";
}

TEST_F(audit, many_threads_write_one_chain) {
    {
        audit_trail trail{options};
        std::vector<std::thread> all;
        for (int t = 0; t < 4; ++t)
            all.emplace_back([&] {
                for (int i = 0; i < 100; ++i) run(trail, "select 1");
            });
        for (auto& t : all) t.join();
    }
    EXPECT_FALSE(verdict().flaw);
    EXPECT_EQ(verdict().lines, 802u);
}

// The kernel refuses to let the file grow, as it does on a full disk.
struct small_disk {
    explicit small_disk(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before);
        const rlimit now{bytes, before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &now);
    }
    ~small_disk() { ::setrlimit(RLIMIT_FSIZE, &before); }
    small_disk(const small_disk&) = delete;
    small_disk& operator=(const small_disk&) = delete;
    rlimit before{};
};

TEST_F(audit, full_disk_refuses_statements_until_there_is_room_but_never_a_rollback) {
    std::vector<std::string> said;
    options.on_failure = [&](const error& e) { said.emplace_back(e.what()); };
    {
        audit_trail trail{options};
        {
            const small_disk full{fs::file_size(options.path) + 10};
            const auto refused = run(trail, "select 1");
            ASSERT_TRUE(refused);
            EXPECT_EQ(refused->code(), errc::refused_by_observer);
            EXPECT_EQ(refused->fate(), fate::not_sent);
            EXPECT_FALSE(run(trail, "rollback"));
        }
        EXPECT_FALSE(run(trail, "select 2"));
        EXPECT_EQ(trail.missing(), 4u);
    }
    EXPECT_EQ(said.size(), 4u);
    EXPECT_FALSE(verdict().flaw) << "half a line was taken back";
    EXPECT_NE(content().find("\"missing\":4"), std::string::npos);
}

TEST_F(audit, full_disk_may_also_be_only_told_of) {
    options.on_full = audit_failure::carry_on;
    int said = 0;
    options.on_failure = [&](const error&) { ++said; };
    audit_trail trail{options};
    const small_disk full{fs::file_size(options.path)};
    EXPECT_FALSE(run(trail, "select 1"));
    EXPECT_EQ(said, 2);
}

TEST_F(audit, file_that_cannot_be_opened_is_an_error_at_once) {
    options.path = (folder / "nowhere" / "trail").string();
    EXPECT_THROW(audit_trail{options}, error);
    EXPECT_THROW(audit_trail{audit_options{}}, error);
    EXPECT_THROW(verify_audit_trail({options.path}), error);
}

}  // namespace
}  // namespace howdah
