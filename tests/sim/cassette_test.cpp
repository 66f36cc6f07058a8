#include "howdah/sim/cassette.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "howdah/base/generated/sqlstates.hpp"
#include "recordings.hpp"
#include "temporary_folder.hpp"

namespace howdah::sim {
namespace {

using kind = canonical_value::kind;

/// One of everything that an answer can hold.
answer full_answer() {
    recorded_result rows;
    rows.columns = {recorded_column{.name = "id", .type = oids::int4, .type_size = 4, .table = 16'384, .attribute = 1},
                    recorded_column{.name = "a \"name\"\n", .type = oids::varchar, .type_modifier = 12}};
    rows.rows.here = {{text_value("1"), text_value("\"quoted\"\nand \\ more \u2028")},
                      {{}, {kind::binary, std::string{"\x00\xff", 2}}},
                      {text_value("2"), text_value("\xe4 is no UTF-8")}};
    rows.rows.count = 3;
    rows.how = recorded_result::ending::suspended;
    recorded_result copy;
    copy.copy = recorded_copy{.where = recorded_copy::direction::in,
                              .format = format::binary,
                              .columns = {format::binary, format::text},
                              .data = {.here = {{text_value("1\tx\n")}}, .count = 1},
                              .how = recorded_copy::ending::failed};
    recorded_result empty;
    empty.how = recorded_result::ending::empty;
    recorded_result done;
    done.tag = "INSERT 0 1";
    answer out;
    out.results = {rows, copy, empty, done};
    server_message said;
    said.severity = "ERROR";
    said.code = unique_violation;
    said.message = "duplicate key";
    said.detail = "Key (id)=(1) already exists.";
    said.position = 7;
    said.routine = "_bt_check_unique";
    out.error = said;
    out.where = refused_at::bind;
    said.severity = "NOTICE";
    out.notices = {said, said};
    out.notifications = {{"orders", "a\nb"}};
    out.parameters = {{"TimeZone", "Europe/Berlin"}, {"application_name", ""}};
    out.status = wire::transaction_status::failed;
    return out;
}

std::map<std::string, std::string> files_of(const std::filesystem::path& folder) {
    std::map<std::string, std::string> out;
    for (const auto& each : std::filesystem::recursive_directory_iterator{folder})
        if (each.is_regular_file())
            out[std::filesystem::relative(each.path(), folder).string()] = content_of(each.path());
    return out;
}

TEST(cassette, what_was_recorded_is_read_again) {
    const temporary_folder dir;
    const auto key = key_of("select id, name from t where id = $1 and x = 'a'", {"7"});
    auto given = full_answer();
    given.duration = std::chrono::microseconds{1'234};
    const statement_facts facts{.parameters = {oids::int4}, .columns = full_answer().results[0].columns};
    {
        cassette_writer tape{dir.path()};
        tape.set_server("15.14", {{"DateStyle", "ISO, MDY"}, {"application_name", "x"}});
        tape.describe(key.statement, facts);
        tape.add(tape.begin_session(), key, given);
        tape.save();
    }
    const cassette tape{dir.path()};
    EXPECT_EQ(tape.about().server_version, "15.14");
    EXPECT_EQ(tape.about().parameters, (std::map<std::string, std::string>{{"DateStyle", "ISO, MDY"}}));
    ASSERT_EQ(tape.names(), std::vector<std::string>{key.name()});
    const auto found = tape.find(key);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->key, key);
    ASSERT_EQ(found->uses.size(), 1u);
    EXPECT_TRUE(same_answer(found->uses[0].given, given));
    EXPECT_EQ(found->uses[0].given.results, given.results);
    EXPECT_EQ(found->uses[0].given.notifications, given.notifications);
    EXPECT_EQ(found->uses[0].given.parameters, given.parameters);
    EXPECT_EQ(found->uses[0].given.error->detail, given.error->detail);
    EXPECT_EQ(found->uses[0].given.duration, given.duration);
    EXPECT_EQ(*tape.facts(key.statement), facts);
    EXPECT_EQ(tape.order(), std::vector<session_order>{{key.name()}});
}

TEST(cassette, another_parameter_literal_or_text_is_another_key) {
    const temporary_folder dir;
    const auto key = key_of("select $1, 'a'", {"1"});
    {
        cassette_writer tape{dir.path()};
        tape.add(tape.begin_session(), key, selected({"x"}));
        tape.save();
    }
    const cassette tape{dir.path()};
    EXPECT_TRUE(tape.find(key_of("SELECT $1, 'a';", {"1"})));
    EXPECT_FALSE(tape.find(key_of("select $1, 'b'", {"1"})));
    EXPECT_FALSE(tape.find(key_of("select $1, 'a'", {"2"})));
    EXPECT_FALSE(tape.find(key_of("select $1, 'a' ", {"1", "1"})));
    EXPECT_FALSE(tape.find(key_of("select $1, 'a' as x", {"1"})));
    EXPECT_FALSE(tape.facts(key.statement));
}

TEST(cassette, uses_of_a_key_stay_in_order_and_equal_ones_are_counted) {
    const temporary_folder dir;
    const auto key = key_of("select n");
    {
        cassette_writer tape{dir.path()};
        const auto session = tape.begin_session();
        for (const auto* value : {"1", "2", "2", "2", "1"}) tape.add(session, key, selected({value}));
        tape.save();
    }
    const auto found = cassette{dir.path()}.find(key);
    ASSERT_EQ(found->uses.size(), 3u);
    EXPECT_EQ(found->use_count(), 5u);
    std::string all;
    for (std::uint64_t n = 0; found->use(n) != nullptr; ++n) all += only_value(*found->use(n));
    EXPECT_EQ(all, "12221");
}

TEST(cassette, two_recordings_of_the_same_are_the_same_bytes) {
    const temporary_folder first, second;
    for (const auto* dir : {&first, &second}) {
        cassette_writer tape{dir->path()};
        tape.set_server("15.14", {{"TimeZone", "UTC"}});
        const auto session = tape.begin_session();
        auto given = full_answer();
        given.duration = std::chrono::microseconds{dir == &first ? 1 : 2};
        tape.add(session, key_of("select 1"), given);
        tape.checkpoint();
        for (int i = 0; i < 50; ++i)
            tape.add(session, key_of("select $1", {std::to_string(i % 7)}), selected({std::to_string(i)}));
        row_writer rows{tape};
        for (int i = 0; i < 5'000; ++i) rows.add({text_value("a long row, number " + std::to_string(i))});
        auto large = selected({});
        large.results[0].rows = rows.finish();
        tape.add(session, key_of("select 2"), large);
        tape.save();
    }
    auto a = files_of(first.path()), b = files_of(second.path());
    EXPECT_NE(a["timings"], b["timings"]) << "this is where what differs goes";
    a.erase("timings");
    b.erase("timings");
    EXPECT_EQ(a, b);
    EXPECT_EQ(a.size(), 5u + 9u + 1u) << "manifest, order, .lock, .gitignore, .gitattributes; interactions; large rows";
}

TEST(cassette, recording_again_replaces_the_keys_that_are_met_and_keeps_the_others) {
    const temporary_folder dir;
    const auto a = key_of("select a"), b = key_of("select b");
    {
        cassette_writer tape{dir.path()};
        const auto session = tape.begin_session();
        tape.add(session, a, selected({"old"}));
        tape.add(session, b, selected({"old"}));
        tape.save();
    }
    {
        cassette_writer tape{dir.path()};
        tape.add(tape.begin_session(), a, selected({"new"}));
        tape.save();
    }
    const cassette tape{dir.path()};
    EXPECT_EQ(only_value(*tape.find(a)->use(0)), "new");
    EXPECT_EQ(tape.find(a)->use_count(), 1u);
    EXPECT_EQ(only_value(*tape.find(b)->use(0)), "old");
}

TEST(cassette, recording_over_the_memory_limit_gives_the_same_bytes) {
    const temporary_folder small, large;
    const auto key = key_of("select n");
    constexpr int count = 500;
    for (const auto* dir : {&small, &large}) {
        cassette_limits limits;
        if (dir == &small) limits.cached_bytes = 4'000;
        cassette_writer tape{dir->path(), {}, limits};
        const auto session = tape.begin_session();
        for (int i = 0; i < count; ++i) {
            tape.add(session, key, selected({std::to_string(i)}));
            tape.add(session, key_of("select $1", {std::to_string(i % 10)}), selected({i < 400 ? "x" : "y"}));
            if (i % 100 == 99) tape.checkpoint();
        }
        tape.save();
    }
    const cassette tape{small.path()};
    const auto found = tape.find(key);
    ASSERT_EQ(found->use_count(), static_cast<std::uint64_t>(count));
    for (int i = 0; i < count; ++i)
        EXPECT_EQ(only_value(*found->use(static_cast<std::uint64_t>(i))), std::to_string(i));
    EXPECT_EQ(tape.find(key_of("select $1", {"3"}))->use_count(), 50u);
    auto a = files_of(small.path()), b = files_of(large.path());
    for (auto* files : {&a, &b}) files->erase("timings");
    EXPECT_EQ(a, b);
}

TEST(cassette, a_file_that_changes_while_it_is_recorded_is_an_error) {
    const temporary_folder dir;
    cassette_limits limits;
    limits.cached_bytes = 0;  // nothing is kept: more goes behind what the file has
    cassette_writer tape{dir.path(), {}, limits};
    const auto session = tape.begin_session();
    const auto key = key_of("select n");
    tape.add(session, key, selected({"1"}));
    put(dir.path() / ("interactions/" + key.name() + ".json"), "{}");
    try {
        tape.add(session, key, selected({"2"}));
        FAIL() << "it was taken for ours";
    } catch (const error& e) {
        EXPECT_EQ(e.code(), cassette_errc::damaged);
        EXPECT_NE(std::string{e.what()}.find(key.name()), std::string::npos) << e.what();
    }
}

TEST(cassette, what_was_not_saved_is_not_there) {
    const temporary_folder dir;
    {
        cassette_writer tape{dir.path()};
        const auto session = tape.begin_session();
        tape.add(session, key_of("select a"), selected({"1"}));
        tape.checkpoint();
        tape.add(session, key_of("select b"), selected({"1"}));
    }
    EXPECT_EQ(cassette{dir.path()}.names(), std::vector{key_of("select a").name()});
    EXPECT_TRUE(cassette{dir.path()}.order().empty());
}

TEST(cassette, rows_of_a_large_result_lie_beside_it_and_come_one_by_one) {
    const temporary_folder dir;
    const auto key = key_of("select large");
    constexpr int count = 20'000;
    {
        cassette_writer tape{dir.path()};
        row_writer rows{tape};
        for (int i = 0; i < count; ++i) rows.add({text_value(std::to_string(i)), {}, {kind::binary, "\xff"}});
        auto given = selected({});
        given.results[0].columns->resize(3);
        given.results[0].rows = rows.finish();
        tape.add(tape.begin_session(), key, given);
        tape.save();
    }
    const cassette tape{dir.path()};
    const auto found = tape.find(key);
    const auto& rows = found->use(0)->results[0].rows;
    EXPECT_TRUE(rows.here.empty());
    EXPECT_EQ(rows.count, static_cast<std::uint64_t>(count));
    EXPECT_LT(std::filesystem::file_size(dir.path() / ("data/" + rows.file + ".zst")), rows.bytes / 4);
    row_reader reader{tape, rows};
    recorded_row row;
    for (int i = 0; i < count; ++i) {
        ASSERT_TRUE(reader.next(row));
        ASSERT_EQ(row, (recorded_row{text_value(std::to_string(i)), {}, {kind::binary, "\xff"}}));
    }
    EXPECT_FALSE(reader.next(row));
}

TEST(cassette, only_one_program_records_into_a_folder) {
    const temporary_folder dir;
    {
        cassette_writer first{dir.path()};
        try {
            cassette_writer second{dir.path()};
            FAIL() << "two writers";
        } catch (const error& e) {
            EXPECT_EQ(e.code(), cassette_errc::in_use);
            EXPECT_NE(std::string{e.what()}.find(dir.path().string()), std::string::npos) << e.what();
        }
        EXPECT_EQ(cassette{dir.path()}.size(), 0u) << "reading is free";
    }
    EXPECT_NO_THROW(cassette_writer{dir.path()});
}

TEST(cassette, threads_record_at_the_same_time) {
    const temporary_folder dir;
    {
        cassette_writer tape{dir.path()};
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&tape, t] {
                const auto session = tape.begin_session();
                for (int i = 0; i < 50; ++i)
                    tape.add(session, key_of("select $1", {std::to_string(t)}), selected({std::to_string(i)}));
            });
        for (auto& t : threads) t.join();
        tape.save();
    }
    const cassette tape{dir.path()};
    EXPECT_EQ(tape.size(), 4u);
    EXPECT_EQ(tape.order().size(), 4u);
    for (const auto& name : tape.names()) EXPECT_EQ(tape.load(name)->use_count(), 50u);
}

TEST(cassette, nearest_keys_say_what_differs) {
    const temporary_folder dir;
    {
        cassette_writer tape{dir.path()};
        const auto session = tape.begin_session();
        tape.add(session, key_of("select name from book where id = $1 and title = $2", {"7", "Ada"}), selected({"x"}));
        tape.add(session, key_of("select name from book where id = $1 and title = $2", {"8", "Bob"}), selected({"x"}));
        tape.add(session, key_of("delete from book"), selected({"x"}));
        tape.save();
    }
    const cassette tape{dir.path()};
    auto near = tape.nearest(key_of("select name from book where id = $1 and title = $2", {"7", "Eve"}));
    ASSERT_EQ(near.size(), 2u);
    EXPECT_EQ(near[0].differences, std::vector<std::string>{"$2 is 'Eve', recorded is 'Ada'"});
    EXPECT_EQ(near[1].differences.size(), 2u);
    near = tape.nearest(key_of("delete from books"), 1);
    ASSERT_EQ(near.size(), 1u);
    EXPECT_EQ(near[0].differences,
              std::vector<std::string>{"the statement is 'delete from books', recorded is 'delete from book'"});
}

}  // namespace
}  // namespace howdah::sim
