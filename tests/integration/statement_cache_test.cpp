#include "driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace howdah::test {
namespace {

template <class D>
class statement_cache : public on_both_drivers<D> {
protected:
    int on_server(typename D::connection& c) {
        return this->call(c.with({}).run_script("select count(*) from pg_prepared_statements"))[0][0][0]
            .template as<int>();
    }
};
TYPED_TEST_SUITE(statement_cache, both_drivers);

TYPED_TEST(statement_cache, keeps_no_more_on_the_server_than_it_may) {
    auto small = this->driver.connect(dsn() + "&statement_cache_entries=5");
    for (int i = 0; i < 40; ++i) this->call(small.template fetch_one<int>(unsafe_sql{"select " + std::to_string(i)}));
    EXPECT_LE(this->on_server(small), 6);
    EXPECT_GE(this->on_server(small), 4);
}

TYPED_TEST(statement_cache, a_long_statement_is_not_kept) {
    const auto before = this->on_server(this->db);
    this->call(this->db.template fetch_one<int>(unsafe_sql{"select 1 /* " + std::string(20'000, 'x') + " */"}));
    EXPECT_EQ(this->on_server(this->db), before);
}

TYPED_TEST(statement_cache, deallocated_statements_are_prepared_again) {
    for (int i = 0; i < 2; ++i) this->call(this->db.template fetch_one<int>("select 11"));
    this->call(this->db.execute("deallocate all"));
    EXPECT_EQ(this->call(this->db.template fetch_one<int>("select 11")), 11);
    this->call(this->db.execute("discard all"));
    EXPECT_EQ(this->call(this->db.template fetch_one<int>("select 11")), 11);
}

TYPED_TEST(statement_cache, mode_unnamed_keeps_nothing_and_mode_simple_takes_no_parameters) {
    auto unnamed = this->driver.connect(dsn() + "&statement_mode=unnamed");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(this->call(unnamed.template fetch_one<int>("select $1::int", i)), i);
    EXPECT_EQ(this->on_server(unnamed), 0);
    auto simple = this->driver.connect(dsn() + "&statement_mode=simple");
    EXPECT_EQ(this->call(simple.template fetch_one<int>("select 5")), 5);
    EXPECT_EQ(this->call(simple.query("select 1 as a, true as b"))[0]["b"].template as<bool>(), true);
    const auto e = this->failure_of([&] { return this->call(simple.template fetch_one<int>("select $1::int", 5)); });
    EXPECT_EQ(e.code(), errc::wrong_statement_kind);
    EXPECT_EQ(e.fate(), fate::not_sent);
}

TYPED_TEST(statement_cache, mode_unnamed_notices_a_changed_table) {
    auto unnamed = this->driver.connect(dsn() + "&statement_mode=unnamed");
    this->call(unnamed.execute("create temp table t(a int)"));
    this->call(unnamed.execute("insert into t values (1)"));
    for (int i = 0; i < 2; ++i) EXPECT_EQ(this->call(unnamed.query("select * from t")).columns().size(), 1u);
    this->call(unnamed.execute("alter table t add column b text default 'new'"));
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(this->call(unnamed.query("select a, b from t"))[0]["b"].template as<std::string>(), "new");
}

}  // namespace
}  // namespace howdah::test
