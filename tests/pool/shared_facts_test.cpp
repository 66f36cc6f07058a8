// A statement that one connection of a pool has run, run by another behind a change of its table.
#include "howdah/base/generated/sqlstates.hpp"
#include "tests/pool/async_pool.hpp"
#include "tests/pool/pool.hpp"

namespace howdah::test {
namespace {

class facts_of_a_pool : public with_pool {
protected:
    const std::string table =
        "facts_" + std::to_string(::getpid()) + "_" + ::testing::UnitTest::GetInstance()->current_test_info()->name();
    blocking::pool db{config(), {.min_connections = 2, .max_connections = 2}};

    unsafe_sql on_table(const std::string& before, const std::string& behind = {}) const {
        return unsafe_sql{before + " \"" + table.substr(0, 60) + "\" " + behind};
    }
    void SetUp() override {
        ASSERT_TRUE(becomes(db, [](const auto& s) { return s.idle == 2; }));
        witness.execute(on_table("create table", "(n int4)"));
        witness.execute(on_table("insert into", "values (7)"));
    }
    void TearDown() override { witness.execute(on_table("drop table if exists")); }
    /// `first` runs on one connection, then `change` on the table, then `second` on the other, and once more on both.
    template <class First, class Second>
    void change_between(First first, const unsafe_sql& change, Second second) {
        const auto one = db.acquire(), other = db.acquire();
        first(*one);
        witness.execute(change);
        second(*other);
        second(*other);
        second(*one);
    }
};

TEST_F(facts_of_a_pool, are_right_for_the_second_connection_where_nothing_changes) {
    const auto find = on_table("select n, n + 1 as next from", "where n = $1");
    const auto run = [&](blocking::connection& c) {
        const auto rows = c.query(find, 7);
        ASSERT_EQ(rows.size(), 1u);
        EXPECT_EQ(rows[0]["next"].as<int>(), 8);
        EXPECT_EQ((c.fetch_one<std::pair<int, int>>(find, 7)), std::pair(7, 8));
    };
    change_between(run, on_table("analyze"), run);
}

TEST_F(facts_of_a_pool, are_asked_for_anew_where_a_column_has_another_type) {
    const auto find = on_table("select n from", "where n = $1");
    change_between([&](blocking::connection& c) { EXPECT_EQ(c.query(find, 7)[0][0].as<int>(), 7); },
                   on_table("alter table", "alter n type text"),
                   [&](blocking::connection& c) {
                       EXPECT_EQ(c.query(find, std::string{"7"})[0][0].as<std::string>(), "7");
                       EXPECT_EQ(c.fetch_one<std::string>(find, std::string{"7"}), "7");
                   });
}

TEST_F(facts_of_a_pool, are_asked_for_anew_where_a_value_fits_only_the_new_type) {
    constexpr std::int64_t large = std::int64_t{1} << 40;
    const auto put = on_table("insert into", "values ($1) returning n");
    const auto one = db.acquire(), other = db.acquire();
    EXPECT_EQ(one->query(put, std::int64_t{1})[0][0].as<int>(), 1);
    witness.execute(on_table("alter table", "alter n type int8"));
    EXPECT_EQ(other->query(put, large)[0][0].as<std::int64_t>(), large);
    EXPECT_EQ(other->query(put, large + 1)[0][0].as<std::int64_t>(), large + 1);
    EXPECT_EQ(witness.fetch_one<std::int64_t>(on_table("select count(*) from", "where n >= 1 and n <> 7")), 3);
}

TEST_F(facts_of_a_pool, are_asked_for_anew_where_a_text_is_read_as_another_type) {
    const auto find = on_table("select n from", "where n = $1");
    const auto one = db.acquire(), other = db.acquire();
    EXPECT_EQ(one->query(find, std::string{"7"}).size(), 1u);
    witness.execute(on_table("alter table", "alter n type numeric using n + 0.5"));
    for (int i = 0; i < 2; ++i) EXPECT_EQ(other->query(find, std::string{"7.5"}).size(), 1u);
}

TEST_F(facts_of_a_pool, do_not_decide_what_columns_there_are) {
    const auto all = on_table("select * from");
    change_between([&](blocking::connection& c) { EXPECT_EQ(c.query(all).columns().size(), 1u); },
                   on_table("alter table", "add column added text default 'new', add column third int default 3"),
                   [&](blocking::connection& c) {
                       const auto rows = c.query(all);
                       EXPECT_EQ(rows[0]["added"].as<std::string>(), "new");
                       EXPECT_EQ(rows[0]["third"].as<int>(), 3);
                   });
}

TEST_F(facts_of_a_pool, of_a_table_that_is_gone_are_forgotten_with_the_server_s_error) {
    const auto find = on_table("select n from", "where n = $1");
    const auto one = db.acquire(), other = db.acquire();
    EXPECT_EQ(one->query(find, 7).size(), 1u);
    witness.execute(on_table("drop table"));
    EXPECT_EQ(failure_of([&] { return other->query(find, 7); }).state(), undefined_table);
    witness.execute(on_table("create table", "(n text)"));
    EXPECT_EQ(other->query(find, std::string{"x"}).size(), 0u);
}

// A stream takes one trip less too.
TEST_F(facts_of_a_pool, serve_streams) {
    const auto find = on_table("select n from", "where n = $1");
    change_between(
        [&](blocking::connection& c) {
            for (const auto n : c.stream<int>(find, 7)) EXPECT_EQ(n, 7);
        },
        on_table("alter table", "alter n type text"),
        [&](blocking::connection& c) {
            int rows = 0;
            for (const auto& n : c.stream<std::string>(find, std::string{"7"})) {
                EXPECT_EQ(n, "7");
                ++rows;
            }
            EXPECT_EQ(rows, 1);
        });
}

// Many threads learn and use the same at once; the table changes meanwhile.
TEST_F(facts_of_a_pool, are_shared_by_threads) {
    constexpr int threads = 6, rounds = 40;
    const auto all = on_table("select * from");
    std::atomic<int> right = 0;
    {
        std::vector<std::jthread> callers;
        for (int t = 0; t < threads; ++t)
            callers.emplace_back([&] {
                for (int i = 0; i < rounds; ++i) right += db.fetch_one<std::int64_t>(all) == 7;
            });
        for (const auto* type : {"int8", "int4", "int8"}) {
            witness.execute(on_table("alter table", std::string{"alter n type "} + type));
            db.discard_all();
        }
    }
    EXPECT_EQ(right, threads * rounds);
}

class facts_of_an_async_pool : public pool_loop {};

TEST_F(facts_of_an_async_pool, are_asked_for_anew_where_a_table_has_changed) {
    pool db{io.get_executor(), config(), at_most(2)};
    const std::string table = "async_facts_" + std::to_string(::getpid());
    const unsafe_sql find{"select n from " + table + " where n = $1"};
    wait([&]() -> awaitable<void> {
        const auto one = co_await db.acquire();
        const auto other = co_await db.acquire();
        co_await one->execute(unsafe_sql{"drop table if exists " + table});
        co_await one->execute(unsafe_sql{"create table " + table + " as select 7 as n"});
        const auto before = co_await one->query(find, 7);
        EXPECT_EQ(before[0][0].as<int>(), 7);
        const auto same = co_await other->query(find, 7);
        EXPECT_EQ(same[0][0].as<int>(), 7);
        co_await one->execute(unsafe_sql{"alter table " + table + " alter n type text"});
        const std::string seven = "7";
        const auto behind = co_await one->query(find, seven);
        EXPECT_EQ(behind[0][0].as<std::string>(), "7");
        const auto beside = co_await other->query(find, seven);
        EXPECT_EQ(beside[0][0].as<std::string>(), "7");
        co_await one->execute(unsafe_sql{"drop table " + table});
    }());
    close(db);
}

}  // namespace
}  // namespace howdah::test
