// The bulk verbs through a pooler that gives each transaction another server connection.
#include <ranges>
#include <tuple>

#include "pooler.hpp"

namespace howdah::test {
namespace {

template <class D>
class pooled_bulk : public on_both_drivers<D> {
protected:
    const std::string name = std::string{"pooled_bulk_"} + (std::is_same_v<D, async_driver> ? "async" : "blocking");
    const identifier table{name};

    void SetUp() override {
        this->call(this->db.run_script(
            unsafe_sql{"drop table if exists " + name + "; create table " + name + "(id int primary key, name text)"}));
    }
    void TearDown() override { this->call(this->db.run_script(unsafe_sql{"drop table " + name})); }
    int count() {
        return this->call(this->db.template fetch_one<int>(unsafe_sql{"select count(*)::int from " + name}));
    }
};
TYPED_TEST_SUITE(pooled_bulk, both_drivers);

TYPED_TEST(pooled_bulk, is_all_or_nothing_by_every_method) {
    const pgbouncer pooler{testing::shared_server(), {.pool_mode = pool_mode::transaction}};
    auto mine = this->driver.connect(dsn_of(pooler, "statement_mode=unnamed"));
    std::vector<std::tuple<int, std::string>> rows;
    for (int i = 0; i < 5'000; ++i) rows.emplace_back(i, "row " + std::to_string(i));
    auto broken = rows;
    std::get<int>(broken[4'500]) = 1;
    for (const auto method : {bulk_method::automatic, bulk_method::unnest, bulk_method::pipeline, bulk_method::copy}) {
        SCOPED_TRACE(static_cast<int>(method));
        EXPECT_THROW((void)this->call(mine.insert_many(this->table, {"id", "name"}, broken, {.method = method})),
                     error);
        EXPECT_EQ(this->count(), 0);
        EXPECT_EQ(this->call(mine.insert_many(this->table, {"id", "name"}, rows, {.method = method})).rows_affected,
                  rows.size());
        const auto ids = rows | std::views::keys;
        const auto back =
            this->call(mine.template delete_many<std::string>(this->table, {"id"}, ids, returning{"name"}));
        EXPECT_EQ(back[4'999], "row 4999");
        EXPECT_EQ(this->count(), 0);
    }
    const auto through = this->call(mine.upsert_many(this->table, {"id", "name"}, rows, conflict{"id"},
                                                     {.method = bulk_method::copy_through_temporary_table}));
    EXPECT_EQ(through.rows_affected, rows.size());
}

}  // namespace
}  // namespace howdah::test
