// Statements and portals by name: how they are refused, described and read in parts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "howdah/types/oids.hpp"
#include "tests/sim/replayed.hpp"

namespace howdah::sim {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using namespace std::string_literals;

TEST_F(replay_session_test, a_portal_gives_its_rows_in_parts) {
    {
        auto tape = recording();
        tape.add("select n from t", {}, ints({"1", "2", "3"}));
    }
    replay_peer client{replay()};
    client.parse("", "select n from t").bind("p", "", {}).describe(wire::target::portal, "p").execute("p", 2);
    EXPECT_EQ(client.tags(), "12TDDs");
    client.execute("p", 2);
    const auto rest = client.heard();
    ASSERT_THAT(rest, SizeIs(2));
    EXPECT_EQ(rest[1].body, "SELECT 1\0"s);
    EXPECT_EQ(client.sync().execute("p").sync().tags(), "ZEZ");  // it is gone with its transaction
}

TEST_F(replay_session_test, a_portal_that_sql_made_is_described_and_read_in_parts) {
    {
        auto tape = recording();
        auto columns = ints({}), first = ints({"1", "2"});
        columns.results.front().tag.clear();
        first.results.front().how = recorded_result::ending::suspended;
        tape.add("begin", {}, done("BEGIN"));
        tape.add("declare c cursor for select n from t", {}, done("DECLARE CURSOR"));
        tape.add("describe portal \"c\"", {}, columns);
        tape.add("execute portal \"c\" 2", {}, first);
        tape.add("execute portal \"c\" 2", {}, ints({"3"}));
        tape.add("describe portal \"gone\"", {}, refused("34000", "no such portal", refused_at::describe));
    }
    const auto from = replay();
    replay_peer client{from};
    client.query("begin").query("declare c cursor for select n from t");
    EXPECT_EQ(client.describe(wire::target::portal, "c").sync().tags(), "CZCZTZ");
    client.execute("c", 2).execute("c", 2).sync();
    const auto rows = client.heard();
    ASSERT_THAT(rows, SizeIs(6));
    EXPECT_EQ(rows[2].tag, 's');
    EXPECT_EQ(rows[4].body, "SELECT 1\0"s);
    EXPECT_THAT(client.describe(wire::target::portal, "gone").sync().heard().at(0).body, HasSubstr("34000"));
    EXPECT_THAT(client.execute("c", 2).sync().heard().at(0).body, HasSubstr("25P02"));
    EXPECT_FALSE(drifted(from->report(), strictness::strict)) << to_text(from->report());
}

TEST_F(replay_session_test, what_parse_was_refused_with_parse_is_refused_with) {
    {
        auto tape = recording();
        tape.add("select n from nowhere where id = $1", {}, refused("42P01", "no such table", refused_at::parse));
    }
    replay_peer client{replay()};
    const auto heard = client.parse("", "select n from nowhere where id = $1").bind("", "", {"1"}).sync().heard();
    ASSERT_THAT(heard, SizeIs(2));
    EXPECT_THAT(heard[0].body, HasSubstr("42P01"));
}

TEST_F(replay_session_test, what_bind_was_refused_with_bind_is_refused_with) {
    {
        auto tape = recording();
        tape.describe("select n from t where id = $1", {{oids::int4}, std::vector{int_column("n")}});
        tape.add("select n from t where id = $1", {"x"}, refused("22P02", "no number", refused_at::bind));
    }
    replay_peer client{replay()};
    client.parse("", "select n from t where id = $1")
        .bind("", "", {"x"})
        .describe(wire::target::portal, "")
        .execute("");
    EXPECT_EQ(client.sync().tags(), "1EZ");
}

TEST_F(replay_session_test, what_has_only_failed_fails_where_it_is_described) {
    {
        auto tape = recording();
        tape.add("select 1/0", {}, refused("22012", "division by zero"));
        tape.add("select 1/0", {}, refused("22012", "division by zero"));
    }
    replay_peer client{replay()};
    EXPECT_EQ(client.parse("", "select 1/0").describe(wire::target::statement, "").sync().tags(), "1EZ");
    EXPECT_EQ(client.bind("", "", {}).describe(wire::target::portal, "").execute("").sync().tags(), "2EZ");
}

TEST_F(replay_session_test, what_is_described_has_the_columns_of_its_next_answer) {
    {
        auto tape = recording();
        auto other = ints({});
        other.results.front().columns->front().name = "m";
        tape.add("fetch next from c", {}, other);
        tape.add("fetch next from c", {}, ints({"1"}));
        tape.describe("fetch next from c", {{}, std::vector{int_column("n")}});
    }
    replay_peer client{replay()};
    for (const std::string name : {"m", "n"}) {
        client.parse("", "fetch next from c").describe(wire::target::statement, "").bind("", "", {});
        client.describe(wire::target::portal, "").execute("").sync();
        std::string described;
        for (const auto& m : client.heard())
            if (m.tag == 'T') described += m.body.substr(2, 1);
        EXPECT_EQ(described, name + name);
    }
}

}  // namespace
}  // namespace howdah::sim
