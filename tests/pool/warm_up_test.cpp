// Statements that a pool has prepared before anybody runs them, on both drivers.
#include "tests/pool/async_pool.hpp"
#include "tests/pool/pool.hpp"

namespace howdah::test {
namespace {

constexpr char sum[] = "select $1::int + $2::int";
constexpr char text[] = "select 'warm'";

// pg_prepared_statements itself is not counted.
constexpr char prepared_of_them[] = "select count(*)::int from pg_prepared_statements where statement in ('select "
                                    "$1::int + $2::int', 'select ''warm''')";

class warm_blocking_pool : public with_pool {};

TEST_F(warm_blocking_pool, has_its_statements_prepared_on_every_connection_before_it_is_lent) {
    blocking::pool db{config(), {.min_connections = 2, .max_connections = 2}, {.prepare = {sum, text}}};
    const auto one = db.acquire(), other = db.acquire();
    EXPECT_EQ(one->fetch_one<int>(prepared_of_them), 2);
    EXPECT_EQ(other->fetch_one<int>(prepared_of_them), 2);
    EXPECT_EQ(one->fetch_one<int>(sum, 3, 4), 7);
    EXPECT_EQ(one->fetch_one<std::string>(text), "warm");
    EXPECT_EQ(one->fetch_one<int>(prepared_of_them), 2) << "they were not prepared again";
}

TEST_F(warm_blocking_pool, prepares_what_its_hook_has_made) {
    blocking::pool_hooks hooks;
    hooks.after_connect = [](blocking::connection& c) { c.execute("create temp table made_by_hook (n int)"); };
    hooks.prepare = {"select n from made_by_hook where n = $1"};
    blocking::pool db{config(), {.max_connections = 1}, hooks};
    EXPECT_EQ(db.fetch_all<int>("select n from made_by_hook where n = $1", 1).size(), 0u);
}

TEST_F(warm_blocking_pool, that_can_not_prepare_a_statement_says_which) {
    blocking::pool db{
        config(), {.max_connections = 1}, {.prepare = {text, "select * from there_is_no_such_table", sum}}};
    const auto e = failure_of([&] { return db.acquire(10s); });
    EXPECT_EQ(e.state(), sqlstate{"42P01"}) << e.what();
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_NE(std::string{e.what()}.find("select * from there_is_no_such_table"), std::string::npos) << e.what();
    EXPECT_EQ(db.status().last_error->state(), sqlstate{"42P01"});
}

TEST_F(warm_blocking_pool, that_could_prepare_nothing_is_not_made) {
    auto simple = config();
    simple.statement_mode = statement_mode::simple;
    EXPECT_EQ(failure_of([&] { return blocking::pool{simple, {}, {.prepare = {text}}}.status(); }).code(),
              errc::invalid_option);
    auto uncached = config();
    uncached.statement_cache_entries = 0;
    EXPECT_EQ(failure_of([&] { return blocking::pool{uncached, {}, {.prepare = {text}}}.status(); }).code(),
              errc::invalid_option);
}

// More than are on their way at once, and more than one kind of answer.
TEST_F(warm_blocking_pool, may_prepare_any_number) {
    constexpr int many = 200;
    auto narrow = config();
    narrow.pipeline_bytes = 4096;
    blocking::pool_hooks hooks;
    for (int i = 0; i < many; ++i)
        hooks.prepare.emplace_back(unsafe_sql{"select $1::int + " + std::to_string(i) + " as many_of_them"});
    blocking::pool db{narrow, {.max_connections = 1}, hooks};
    EXPECT_EQ(db.fetch_one<int>("select count(*)::int from pg_prepared_statements where statement like $1",
                                "select $1::int + % as many_of_them"),
              many);
}

class warm_async_pool : public pool_loop {};

TEST_F(warm_async_pool, has_its_statements_prepared_on_every_connection_before_it_is_lent) {
    pool_hooks hooks;
    hooks.prepare = {sum, text};
    pool db{io.get_executor(), config(), at_most(2), hooks};
    wait([&]() -> awaitable<void> {
        const auto one = co_await db.acquire();
        const auto other = co_await db.acquire();
        EXPECT_EQ(co_await one->fetch_one<int>(prepared_of_them), 2);
        EXPECT_EQ(co_await other->fetch_one<int>(prepared_of_them), 2);
        EXPECT_EQ(co_await one->fetch_one<int>(sum, 3, 4), 7);
        EXPECT_EQ(co_await one->fetch_one<int>(prepared_of_them), 2) << "it was not prepared again";
    }());
    close(db);
}

TEST_F(warm_async_pool, that_can_not_prepare_a_statement_says_which) {
    pool_hooks hooks;
    hooks.prepare = {text, "select * from there_is_no_such_table"};
    pool db{io.get_executor(), config(), at_most(1), hooks};
    const auto e = error_of([&]() -> awaitable<void> { co_await db.execute("select 1"); }());
    ASSERT_TRUE(e);
    EXPECT_EQ(e->state(), sqlstate{"42P01"}) << e->what();
    EXPECT_EQ(e->fate(), fate::not_sent);
    EXPECT_NE(std::string{e->what()}.find("select * from there_is_no_such_table"), std::string::npos) << e->what();
    close(db);
}

TEST_F(warm_async_pool, that_could_prepare_nothing_is_not_made) {
    auto simple = config();
    simple.statement_mode = statement_mode::simple;
    pool_hooks hooks;
    hooks.prepare = {text};
    EXPECT_THROW((pool{io.get_executor(), simple, at_most(1), hooks}), error);
}

}  // namespace
}  // namespace howdah::test
