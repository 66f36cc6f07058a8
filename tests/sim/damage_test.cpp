// What becomes of cassettes that are not as this program wrote them.
#include <gtest/gtest.h>
#include <zstd.h>

#include <functional>
#include <string>
#include <utility>

#include "howdah/sim/cassette.hpp"
#include "recordings.hpp"
#include "temporary_folder.hpp"

namespace howdah::sim {
namespace {

/// What is said of `break_it`'s work by whoever reads the whole cassette.
class damage : public testing::Test {
protected:
    void SetUp() override {
        cassette_writer tape{dir_.path()};
        row_writer rows{tape};
        for (int i = 0; i < 10'000; ++i) rows.add({text_value("row number " + std::to_string(i))});
        auto given = selected({});
        given.results[0].rows = rows.finish();
        large_ = dir_.path() / ("data/" + given.results[0].rows.file + ".zst");
        tape.add(tape.begin_session(), key_, given);
        tape.describe(key_.statement, {.parameters = {oids::int4}});
        tape.save();
        interaction_ = dir_.path() / ("interactions/" + key_.name() + ".json");
        manifest_ = dir_.path() / "cassette.json";
    }

    void read_all(cassette_limits limits = {}) const {
        const cassette tape{dir_.path(), limits};
        const auto found = tape.find(key_);
        if (!found) throw error{error{cassette_errc::missing, "the interaction"}};
        row_reader rows{tape, found->use(0)->results.at(0).rows};
        for (recorded_row row; rows.next(row);) {}
        tape.facts(key_.statement);
        tape.order();
    }

    void expect(cassette_errc what, std::string_view words, cassette_limits limits = {}) const {
        try {
            read_all(limits);
            ADD_FAILURE() << "nothing was said, instead of: " << words;
        } catch (const error& e) {
            EXPECT_EQ(e.code(), what) << e.what();
            EXPECT_NE(std::string_view{e.what()}.find(words), std::string_view::npos) << e.what();
        }
    }

    temporary_folder dir_;
    const interaction_key key_ = key_of("select $1", {"1"});
    std::filesystem::path interaction_, manifest_, large_;
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error{"not there: " + std::string{from}};
    return text.replace(at, from.size(), to);
}

TEST_F(damage, none) { EXPECT_NO_THROW(read_all()); }

TEST_F(damage, folder_or_manifest_is_missing) {
    std::filesystem::remove(manifest_);
    expect(cassette_errc::missing, "cassette.json: it is not there");
    std::filesystem::remove_all(dir_.path());
    expect(cassette_errc::missing, "howdah record");
}

TEST_F(damage, truncated_interaction_is_refused) {
    const auto whole = content_of(interaction_);
    for (std::size_t size = 0; size < whole.size(); size += 5) {
        put(interaction_, whole.substr(0, size));
        try {
            read_all();
            ADD_FAILURE() << "cut at " << size;
        } catch (const error& e) {
            EXPECT_TRUE(e.code() == cassette_errc::damaged || e.code() == cassette_errc::edited) << size << e.what();
        }
    }
}

TEST_F(damage, truncated_large_result_is_refused) {
    const auto whole = content_of(large_);
    for (std::size_t size = 0; size < whole.size(); size += 997) {
        put(large_, whole.substr(0, size));
        expect(cassette_errc::damaged, "cut off");
    }
    std::filesystem::remove(large_);
    expect(cassette_errc::damaged, "it is missing");
}

TEST_F(damage, edited_file_is_noticed) {
    put(interaction_, replaced(content_of(interaction_), "SELECT", "select"));
    expect(cassette_errc::edited, "verify --seal");
}

TEST_F(damage, marks_of_a_merge_are_named) {
    auto text = content_of(manifest_);
    put(manifest_, replaced(text, " \"format\"", "\n<<<<<<< HEAD\n \"format\""));
    expect(cassette_errc::damaged, "a merge left its marks");
}

TEST_F(damage, future_format_is_named) {
    put(manifest_, replaced(content_of(manifest_), "\"format\": 1", "\"format\": 2"));
    expect(cassette_errc::future_format, "format 2 is newer");
    put(manifest_, replaced(content_of(manifest_), "\"format\": 2", "\"format\": 99999999999999999999999"));
    expect(cassette_errc::damaged, "format is no whole number");
}

TEST_F(damage, manifest_with_a_misspelt_rule_is_refused) {
    for (const auto& [rule, words] : {std::pair{R"("match": [{"by": "anything"}],)", "match[0] is by none of"},
                                      {R"("match": [{"by": "any", "positon": 1}],)", "unknown member \"positon\""},
                                      {R"("match": [{"by": "regex", "pattern": "("}],)", "the pattern \"(\" is none"},
                                      {R"("match": [{"by": "regex"}],)", "needs a pattern"},
                                      {R"("normalize": [{"as": "now"}],)", "is as none of fixed_time"},
                                      {R"("colour": "blue",)", "unknown member"}}) {
        const auto whole = content_of(manifest_);
        put(manifest_, replaced(whole, "\"parameters\"", std::string{rule} + "\"parameters\""));
        expect(cassette_errc::damaged, words);
        put(manifest_, whole);
    }
    put(manifest_, replaced(content_of(manifest_), "\"policy\": {}",
                            R"("policy": {"columns": [{"as": "full", "column": "a.b"}]})"));
    expect(cassette_errc::damaged, "names a table");
}

TEST_F(damage, deep_nesting_is_refused_before_it_costs_anything) {
    put(manifest_, std::string(5'000'000, '['));
    expect(cassette_errc::too_large, "nested too deeply");
}

TEST_F(damage, large_files_are_refused_unread) {
    cassette_limits limits;
    limits.file_bytes = 100;
    put(manifest_, std::string(101, ' '));
    expect(cassette_errc::too_large, "more than 100 bytes", limits);
}

TEST_F(damage, links_and_pipes_are_not_followed) {
    std::filesystem::remove(interaction_);
    std::filesystem::create_symlink("/etc/passwd", interaction_);
    expect(cassette_errc::damaged, "it is a link");
    std::filesystem::remove(interaction_);
    std::filesystem::create_directory(interaction_);
    expect(cassette_errc::damaged, "no regular file");
}

TEST_F(damage, interaction_under_another_name_is_refused) {
    const auto other = key_of("select $1", {"2"});
    std::filesystem::rename(interaction_, dir_.path() / ("interactions/" + other.name() + ".json"));
    const cassette tape{dir_.path()};
    EXPECT_THROW(tape.find(other), error);
    EXPECT_EQ(tape.load("../cassette"), nullptr) << "no name leads out of the folder";
}

TEST_F(damage, compressed_bomb_is_stopped_at_its_declared_size) {
    // 1 GiB of nothing in 33 KB.
    const auto size = std::filesystem::file_size(large_);
    std::string bomb(ZSTD_compressBound(64 << 20), '\0');
    const std::string zeros(64 << 20, '\0');
    bomb.resize(ZSTD_compress(bomb.data(), bomb.size(), zeros.data(), zeros.size(), 3));
    std::string sixteen;
    for (int i = 0; i < 16; ++i) sixteen += bomb;
    put(large_, sixteen);
    EXPECT_LT(sixteen.size(), size * 10);
    expect(cassette_errc::too_large, "more than its interaction says");
    cassette_limits limits;
    limits.result_bytes = 1'000;
    expect(cassette_errc::too_large, "over the limit of 1000", limits);
    limits = {};
    limits.row_bytes = 5;
    put(large_, content_of(large_));
    expect(cassette_errc::too_large, "", limits);
}

TEST_F(damage, foreign_lines_in_order_and_timings_are_named) {
    put(dir_.path() / "order", "session\n../../etc/passwd\n");
    expect(cassette_errc::damaged, "order: line 2");
    put(dir_.path() / "order", "");
    put(dir_.path() / "timings", key_.name() + "\t99999999999\t1\n");
    expect(cassette_errc::damaged, "timings: line 1");
}

}  // namespace
}  // namespace howdah::sim
