// What `howdah cassette` does with folders.
#include "howdah/sim/upkeep.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/sim/request_keys.hpp"
#include "recordings.hpp"
#include "temporary_folder.hpp"

namespace howdah::sim {
namespace {

struct recorded {
    std::string_view sql;
    std::vector<std::string_view> values;  // of its uses
};

void record(const std::filesystem::path& folder, const std::vector<recorded>& all) {
    cassette_writer tape{folder};
    const auto session = tape.begin_session();
    for (const auto& one : all) {
        tape.describe(key_of(one.sql).statement, {});
        for (const auto value : one.values) tape.add(session, key_of(one.sql), selected({value}));
    }
    tape.save();
}

std::string file_of_key(std::string_view sql) { return "interactions/" + key_of(sql).name() + ".json"; }

TEST(upkeep, verify_names_every_file_that_is_not_sound) {
    const temporary_folder dir;
    record(dir.path(), {{"select a", {"1"}}, {"select b", {"1"}}, {"select c", {"1"}}});
    EXPECT_TRUE(verify(dir.path()).empty());
    auto text = content_of(dir.path() / file_of_key("select a"));
    put(dir.path() / file_of_key("select a"), text.replace(text.find("SELECT 1"), 8, "SELECT 2"));
    std::filesystem::remove(dir.path() / file_of_key("select b"));
    put(dir.path() / "interactions/notes.txt", "");
    put(dir.path() / "data/x.zst", "");
    std::vector<std::string> files;
    for (const auto& one : verify(dir.path())) files.push_back(one.file);
    std::ranges::sort(files);
    std::vector<std::string> expected{"data/x.zst", file_of_key("select a"), file_of_key("select b"),
                                      "interactions/notes.txt"};
    std::ranges::sort(expected);
    EXPECT_EQ(files, expected);
}

TEST(upkeep, seal_takes_an_edit_for_meant_but_nothing_that_is_no_interaction) {
    const temporary_folder dir;
    record(dir.path(), {{"select a", {"1"}}});
    const auto file = dir.path() / file_of_key("select a");
    const auto whole = content_of(file);
    auto text = whole;
    put(file, text.replace(text.find("\"1\""), 3, "\"edited\""));
    EXPECT_THROW(cassette{dir.path()}.find(key_of("select a")), error);
    EXPECT_EQ(seal(dir.path()), std::vector<std::string>{file_of_key("select a")});
    EXPECT_EQ(only_value(*cassette{dir.path()}.find(key_of("select a"))->use(0)), "edited");
    EXPECT_TRUE(verify(dir.path()).empty());
    text = whole;
    put(file, text.replace(text.find("\"status\""), 8, "\"Status\""));
    EXPECT_THROW(seal(dir.path()), error);
}

TEST(upkeep, diff_shows_keys_and_the_first_use_that_differs) {
    const temporary_folder first, second;
    record(first.path(), {{"select a", {"1", "2"}}, {"select b", {"1"}}, {"select same", {"1"}}});
    record(second.path(), {{"select a", {"1", "3"}}, {"select c", {"1"}}, {"select same", {"1"}}});
    const cassette a{first.path()}, b{second.path()};
    EXPECT_TRUE(diff(a, a).empty());
    auto found = diff(a, b);
    std::ranges::sort(found, {}, &cassette_difference::statement);
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0].what, cassette_difference::kind::answers);
    ASSERT_EQ(found[0].lines.size(), 2u);
    EXPECT_EQ(found[0].lines[0].substr(0, 8), "use 2: -");
    EXPECT_NE(found[0].lines[1].find("[\"3\"]"), std::string::npos) << found[0].lines[1];
    EXPECT_EQ(found[1].what, cassette_difference::kind::only_in_first);
    EXPECT_EQ(found[2].what, cassette_difference::kind::only_in_second);
}

TEST(upkeep, prune_removes_what_the_last_recording_did_not_meet) {
    const temporary_folder dir;
    record(dir.path(), {{"select a", {"1"}}, {"select b", {"1"}}});
    record(dir.path(), {{"select a", {"1"}}});
    put(dir.path() / "data/unused.zst", "");
    EXPECT_EQ(cassette{dir.path()}.size(), 2u);
    EXPECT_EQ(prune(dir.path()).size(), 3u) << "the interaction, the statement's facts, the unused data";
    const cassette tape{dir.path()};
    EXPECT_TRUE(tape.find(key_of("select a")));
    EXPECT_TRUE(tape.facts(key_of("select a").statement));
    EXPECT_FALSE(tape.find(key_of("select b")));
    EXPECT_FALSE(tape.facts(key_of("select b").statement));
    EXPECT_TRUE(prune(dir.path()).empty());
}

TEST(upkeep, merge_adds_what_is_missing_and_decides_nothing_by_itself) {
    const temporary_folder ours, theirs;
    record(ours.path(), {{"select a", {"1"}}, {"select longer", {"1"}}, {"select other", {"ours"}}});
    record(theirs.path(), {{"select b", {"1"}}, {"select longer", {"1", "2"}}, {"select other", {"theirs"}}});
    const cassette from{theirs.path()};
    auto done = merge(ours.path(), from, preference::neither);
    EXPECT_EQ(done.added, 1u);
    EXPECT_EQ(done.replaced, 1u);
    EXPECT_EQ(done.conflicts, std::vector<std::string>{key_of("select other").name()});
    EXPECT_TRUE(verify(ours.path()).empty());
    EXPECT_EQ(cassette{ours.path()}.find(key_of("select longer"))->use_count(), 2u);
    EXPECT_EQ(only_value(*cassette{ours.path()}.find(key_of("select other"))->use(0)), "ours");
    EXPECT_TRUE(cassette{ours.path()}.facts(key_of("select b").statement));
    done = merge(ours.path(), from, preference::theirs);
    EXPECT_EQ(done.replaced, 1u);
    EXPECT_TRUE(done.conflicts.empty());
    EXPECT_EQ(only_value(*cassette{ours.path()}.find(key_of("select other"))->use(0)), "theirs");
    EXPECT_EQ(cassette{ours.path()}.order().size(), 2u) << "their session behind ours, once";
}

TEST(upkeep, redact_hides_what_was_recorded_and_requests_are_still_found) {
    const temporary_folder dir;
    const auto sql = "select mail from users where name = 'Ada Lovelace' and id = $1";
    {
        cassette_writer tape{dir.path()};
        auto given = selected({"ada@example.org"});
        given.results[0].columns->at(0).name = "mail";
        row_writer rows{tape};
        for (int i = 0; i < 3'000; ++i) rows.add({text_value("ada@example.org number " + std::to_string(i))});
        auto large = given;
        large.results[0].rows = rows.finish();
        const auto session = tape.begin_session();
        const auto key = key_of(sql, {"4711"});
        tape.describe(key.statement, {.parameters = {oids::int4}});
        for (int i = 0; i < 3; ++i) tape.add(session, key, given);
        tape.add(session, key, large);
        tape.add(session, key_of("select 1"), selected({"open"}));
        tape.save();
    }
    const cassette_policy policy{
        .parameters = {{.as = masking::full, .type = "int4"}, {.as = masking::full, .position = 2}},
        .columns = {{.as = masking::full, .column = "mail"}}};
    EXPECT_THROW(redact(dir.path(), policy, {}), error) << "without a key";
    const secret_string key{"the key"};
    EXPECT_EQ(redact(dir.path(), policy, key), 1u);
    EXPECT_TRUE(verify(dir.path()).empty());

    const cassette tape{dir.path()};
    request_keys keys{tape.about(), key};
    const std::vector<field> parameters{sent("4711", oids::int4)};
    const auto asked = keys.of(keys.of(sql), parameters);
    const auto found = tape.find(asked);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->use_count(), 4u);
    EXPECT_EQ(only_value(*found->use(2)), "***");
    EXPECT_TRUE(tape.facts(asked.statement));
    EXPECT_EQ(tape.order().at(0).at(0), asked.name());
    for (const auto& each : std::filesystem::recursive_directory_iterator{dir.path()}) {
        if (!each.is_regular_file()) continue;
        for (const auto* secret : {"Ada Lovelace", "ada@example", "4711"})
            EXPECT_EQ(content_of(each.path()).find(secret), std::string::npos) << each.path();
    }
    recorded_row row;
    for (row_reader rows{tape, found->use(3)->results[0].rows}; rows.next(row);) ASSERT_EQ(row[0].data, "***");
}

}  // namespace
}  // namespace howdah::sim
