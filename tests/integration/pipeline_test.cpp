#include "driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace howdah::test {
namespace {

template <class D>
class pipelines : public on_both_drivers<D> {
protected:
    void SetUp() override { this->call(this->db.execute("create temp table t(x int primary key)")); }
};
TYPED_TEST_SUITE(pipelines, both_drivers);

TYPED_TEST(pipelines, every_step_gives_its_answer) {
    for (int round = 0; round < 3; ++round) {
        pipeline p;
        const auto inserted =
            p.execute("insert into t select generate_series($1::int, $2::int)", round * 10, round * 10 + 4);
        const auto all = p.template fetch_all<int>("select x from t where x >= $1 order by x", round * 10);
        const auto one = p.template fetch_one<std::string>("select 'r' || $1::text", "x");
        const auto raw = p.query("select 1 as a, null as b");
        this->driver.run(this->db, p);
        EXPECT_EQ(p.take(inserted).rows_affected, 5u);
        EXPECT_EQ(p.take(all).size(), 5u);
        EXPECT_EQ(p.take(one), "rx");
        EXPECT_TRUE(p.take(raw)[0]["b"].is_null());
    }
}

TYPED_TEST(pipelines, a_failure_undoes_all_and_skips_what_is_behind) {
    pipeline p;
    const auto before = p.execute("insert into t values (1)");
    const auto broken = p.template fetch_one<int>("select 1/0");
    const auto behind = p.execute("insert into t values (2)");
    const auto e = this->failure_of([&] { return this->driver.run(this->db, p), 0; });
    EXPECT_EQ(e.state(), division_by_zero);
    EXPECT_EQ(p.failure(broken.index)->state(), division_by_zero);
    EXPECT_EQ(p.failure(before.index)->code(), errc::pipeline_aborted) << "it was undone";
    EXPECT_EQ(p.failure(behind.index)->code(), errc::pipeline_aborted);
    EXPECT_EQ(this->failure_of([&] { return p.take(behind); }).code(), errc::pipeline_aborted);
    EXPECT_EQ(this->call(this->db.template fetch_one<int>("select count(*)::int from t")), 0);
}

TYPED_TEST(pipelines, a_step_whose_answer_does_not_decode_fails_alone) {
    pipeline p;
    const auto wrong = p.template fetch_one<int>("select 'x'::text");
    const auto right = p.template fetch_one<int>("select 5");
    const auto e = this->failure_of([&] { return this->driver.run(this->db, p), 0; });
    EXPECT_EQ(e.code(), errc::type_mismatch);
    EXPECT_EQ(p.failure(wrong.index)->code(), errc::type_mismatch);
    EXPECT_EQ(p.take(right), 5);
}

TYPED_TEST(pipelines, may_run_again) {
    pipeline p;
    const auto one = p.template fetch_one<int>("select $1::int", 3);
    for (int i = 0; i < 3; ++i) {
        this->driver.run(this->db, p);
        EXPECT_EQ(p.take(one), 3);
    }
}

TYPED_TEST(pipelines, an_empty_one_does_nothing) {
    pipeline p;
    this->driver.run(this->db, p);
    this->expect_usable();
}

TYPED_TEST(pipelines, of_a_hundred_thousand_steps_is_one_transaction_and_is_answered_in_order) {
    pipeline p;
    std::vector<pipeline_step<core::one_row<int>>> steps;
    for (int i = 0; i < 100'000; ++i) steps.push_back(p.template fetch_one<int>("select $1::int", i));
    const auto ids = p.template fetch_one<bool>("select now() = statement_timestamp()");
    this->driver.run(this->db, p);
    for (int i = 0; i < 100'000; ++i) ASSERT_EQ(p.take(steps[static_cast<std::size_t>(i)]), i);
    EXPECT_FALSE(p.take(ids)) << "the transaction is older than its last statement";
    this->expect_usable();
}

TYPED_TEST(pipelines, of_many_untyped_queries_is_answered_too) {
    pipeline p;
    std::vector<pipeline_step<core::untyped_rows>> steps;
    for (int i = 0; i < 20'000; ++i) steps.push_back(p.query("select $1::int as n", i));
    this->driver.run(this->db, p);
    for (int i = 0; i < 20'000; ++i) ASSERT_EQ(p.take(steps[static_cast<std::size_t>(i)])[0][0].template as<int>(), i);
}

TYPED_TEST(pipelines, parts_between_syncs_are_transactions_of_their_own) {
    this->call(this->db.execute("create temp table parts(x int primary key)"));
    pipeline p;
    for (int part = 0; part < 1'000; ++part) {
        p.execute("insert into parts values ($1)", 2 * part);
        p.execute("insert into parts values ($1)", part == 500 ? 0 : 2 * part + 1);
        p.sync();
    }
    const auto e = this->failure_of([&] { return this->driver.run(this->db, p), 0; });
    EXPECT_EQ(e.state(), unique_violation);
    EXPECT_EQ(p.failure(1'000)->code(), errc::pipeline_aborted) << "undone with its part";
    EXPECT_EQ(p.failure(1'001)->state(), unique_violation);
    EXPECT_EQ(p.failure(1'002), nullptr);
    EXPECT_EQ(this->call(this->db.template fetch_one<int>("select count(*)::int from parts")), 1'998);
}

// What is behind the first megabyte is not sent yet when the time is over.
TYPED_TEST(pipelines, out_of_time_in_the_middle_of_a_long_part_has_done_nothing) {
    this->call(this->db.execute("create temp table undone(x text)"));
    const std::string large(100'000, 'x');
    pipeline p;
    p.execute("insert into undone values ($1)", large);
    p.execute("select pg_sleep(60)");
    for (int i = 0; i < 50; ++i) p.execute("insert into undone values ($1)", large);
    const auto e = this->failure_of([&] {
        return this->finish([&] { return this->db.with({.timeout = std::chrono::milliseconds{100}}).run(p); }), 0;
    });
    EXPECT_EQ(e.code(), errc::timed_out);
    EXPECT_EQ(this->call(this->db.template fetch_one<int>("select count(*)::int from undone")), 0);
}

TYPED_TEST(pipelines, a_value_that_does_not_fit_far_behind_undoes_its_part) {
    this->call(this->db.execute("create temp table narrow(x int2, t text)"));
    this->call(this->db.execute("insert into narrow values ($1, $2)", 1, "described"));
    const std::string large(100'000, 'x');
    pipeline p;
    for (int i = 0; i < 50; ++i) p.execute("insert into narrow values ($1, $2)", i, large);
    p.execute("insert into narrow values ($1, $2)", 100'000, large);
    const auto e = this->failure_of([&] { return this->driver.run(this->db, p), 0; });
    EXPECT_EQ(e.code(), errc::value_out_of_range);
    EXPECT_EQ(p.failure(50)->code(), errc::value_out_of_range);
    EXPECT_EQ(p.failure(0)->code(), errc::pipeline_aborted);
    EXPECT_EQ(this->call(this->db.template fetch_one<int>("select count(*)::int from narrow")), 1);
}

}  // namespace
}  // namespace howdah::test
