// Statements of megabytes, between a real server and its replay.

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "howdah/howdah.hpp"
#include "howdah/sim/record/record_transport.hpp"
#include "howdah/sim/replay/replay_transport.hpp"
#include "howdah/sim/upkeep.hpp"
#include "howdah/testing/shared_server.hpp"
#include "tests/sim/recordings.hpp"
#include "tests/sim/temporary_folder.hpp"

namespace howdah::sim {
namespace {

constexpr std::size_t megabyte = 1'000'000;

std::string letters(std::size_t count, char last) {
    std::string out(count, 'x');
    out.back() = last;
    return out;
}

std::string numbers(int count) {
    std::string out = "select sum(n) from (values (0)";
    for (int i = 1; i <= count; ++i) ((out += ",(") += std::to_string(i)) += ')';
    return out += ") as t (n)";
}

/// The same of a server and of its replay.
void ask(const connection_config& where) {
    blocking::connection db{where};
    const auto md5_of_literal = [&](const std::string& text) {
        return db.fetch_one<std::string>(unsafe_sql{"select md5('" + text + "')"});
    };
    const auto a = letters(3 * megabyte, 'a'), b = letters(3 * megabyte, 'b');
    const auto of_a = md5_of_literal(a), of_b = md5_of_literal(b);
    EXPECT_NE(of_a, of_b) << "they differ in their last character only";
    EXPECT_EQ(db.fetch_one<std::string>("select md5($1)", a), of_a);
    EXPECT_EQ(db.fetch_one<std::string>("select md5($1)", b), of_b);
    EXPECT_EQ(db.fetch_one<std::string>("select $1 || '!'", a), a + '!') << "and comes back";

    constexpr int many = 150'000;
    const auto list = numbers(many);
    ASSERT_GT(list.size(), megabyte);
    EXPECT_EQ(db.fetch_one<std::int64_t>(unsafe_sql{list}), std::int64_t{many} * (many + 1) / 2);

    const std::string over_the_parser_s_limit =
        "select 1 as \"" + letters(60, 'y') + "\" -- " + letters(9 * megabyte, 'z');
    EXPECT_EQ(db.fetch_one<int>(unsafe_sql{over_the_parser_s_limit}), 1);
    db.close();
}

TEST(large_statements, of_megabytes_in_literals_and_parameters_are_recorded_and_replayed) {
    const temporary_folder dir;
    const auto folder = (dir.path() / "cassette").string();
    const auto recorded = folder + "?upstream=" + testing::shared_server().dsn;
    ask(parse_conninfo("record:" + recorded));
    const auto report = end_recording(recorded);
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->losses.empty());
    EXPECT_TRUE(verify(folder).empty());
    EXPECT_EQ(cassette{folder}.size(), 7u);

    ask(parse_conninfo("replay:" + folder));
    const auto drift = end_replay(folder);
    ASSERT_TRUE(drift);
    EXPECT_FALSE(drifted(*drift, strictness::strict)) << to_text(*drift);

    blocking::connection db{parse_conninfo("replay:" + folder)};
    try {
        (void)db.fetch_one<std::string>("select md5($1)", letters(3 * megabyte, 'c'));
        FAIL() << "nobody has recorded that";
    } catch (const error& e) {
        EXPECT_EQ(e.state(), replay_unmatched);
        EXPECT_LT(std::string{e.what()}.size(), 10'000u) << "an error is for people";
    }
    db.close();
    (void)end_replay(folder);
}

}  // namespace
}  // namespace howdah::sim
