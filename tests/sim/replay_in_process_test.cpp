// replay:DIR through both drivers, and the fixture for users' tests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "howdah/howdah.hpp"
#include "howdah/sim/gtest/cassette.hpp"
#include "tests/sim/replayed.hpp"

namespace howdah::sim {
namespace {

using ::testing::HasSubstr;

class replay_in_process : public ::testing::Test {
protected:
    replay_in_process() {
        tape_maker tape{folder_.path()};
        tape.describe("select n from t where id = $1", {{oids::int4}, std::vector{int_column("n")}});
        tape.add("select n from t where id = $1", {"1"}, ints({"10"}));
        tape.add("select n from t where id = $1", {"2"}, ints({"20"}));
        tape.add("begin", {}, done("BEGIN"));
        tape.add("update t set n = n + 1", {}, done("UPDATE 3"));
        tape.add("commit", {}, done("COMMIT"));
        tape.add("select 1/0", {}, refused("22012", "division by zero"));
    }
    ~replay_in_process() override { (void)end_replay(argument()); }
    std::string argument() const { return folder_.path().string() + options_; }
    connection_config config() const { return parse_conninfo("replay:" + argument()); }

    temporary_folder folder_;
    std::string options_;
};

TEST_F(replay_in_process, the_blocking_driver_knows_no_difference) {
    blocking::connection db{config()};
    EXPECT_EQ(db.fetch_one<int>("select n from t where id = $1", 2), 20);
    EXPECT_EQ(db.fetch_one<int>("select n from t where id = $1", 1), 10);
    EXPECT_EQ(db.fetch_one<int>("select n from t where id = $1", 1), 10);
    EXPECT_EQ(
        db.in_transaction([](blocking::transaction& tx) { return tx.execute("update t set n = n + 1").rows_affected; }),
        3U);
    try {
        (void)db.fetch_one<int>("select 1/0");
        FAIL();
    } catch (const error& e) {
        EXPECT_EQ(e.state(), sqlstate{"22012"});
    }
    db.close();
    const auto report = end_replay(argument());
    ASSERT_TRUE(report);
    EXPECT_FALSE(drifted(*report, strictness::strict)) << to_text(*report);
    EXPECT_EQ(report->repeated, 1U);
}

TEST_F(replay_in_process, the_async_driver_knows_no_difference) {
    boost::asio::io_context io{1};
    auto run = [this]() -> awaitable<int> {
        const auto chosen = config();
        auto db = co_await connect(chosen);
        const int first = co_await db.fetch_one<int>("select n from t where id = $1", 1);
        const int second = co_await db.fetch_one<int>("select n from t where id = $1", 2);
        co_return first + second;
    };
    auto sum = boost::asio::co_spawn(io, run(), boost::asio::use_future);
    io.run();
    EXPECT_EQ(sum.get(), 30);
}

TEST_F(replay_in_process, connections_share_what_has_been_used) {
    options_ = "?repeats=error&how=loose";
    blocking::connection first{config()}, second{config()};
    EXPECT_EQ(first.fetch_one<int>("select n from t where id = $1", 1), 10);
    try {
        (void)second.fetch_one<int>("select n from t where id = $1", 1);
        FAIL();
    } catch (const error& e) {
        EXPECT_EQ(e.state(), replay_exhausted);
    }
}

TEST_F(replay_in_process, what_was_not_recorded_is_drift) {
    options_ = "?how=loose";
    {
        blocking::connection db{config()};
        try {
            (void)db.fetch_one<int>("select n from t where id = $1", 3);
            FAIL();
        } catch (const error& e) {
            EXPECT_EQ(e.state(), replay_unmatched);
            EXPECT_THAT(e.server()->detail, HasSubstr("recorded: select n from t where id = $1"));
        }
        EXPECT_EQ(db.fetch_one<int>("select n from t where id = $1", 1), 10);  // it is usable
    }
    EXPECT_TRUE(drifted(*end_replay(argument()), strictness::loose));
}

TEST_F(replay_in_process, a_missing_cassette_says_so) {
    try {
        blocking::connection db{parse_conninfo("replay:" + folder_.path().string() + "/none")};
        FAIL();
    } catch (const error& e) {
        EXPECT_THAT(e.what(), HasSubstr("cassette.json"));
    }
}

// The fixture, as users derive from it.
class orders : public howdah::testing::cassette {
protected:
    orders() : cassette{where().path(), "postgresql://nowhere"} {
        tape_maker tape{folder()};
        tape.add("select count(*) from orders", {}, ints({"3"}));
    }
    static const temporary_folder& where() {
        static const temporary_folder all;
        return all;
    }
};

TEST_F(orders, are_counted) {
    blocking::connection db{parse_conninfo(conninfo())};
    EXPECT_EQ(db.fetch_one<int>("select count(*) from orders"), 3);
}

}  // namespace
}  // namespace howdah::sim
