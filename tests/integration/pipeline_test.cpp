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

TYPED_TEST(pipelines, larger_than_both_socket_buffers_does_not_deadlock) {
    pipeline p;
    const std::string large(100'000, 'x');
    std::vector<pipeline_step<core::one_row<std::string>>> steps;
    for (int i = 0; i < 300; ++i) steps.push_back(p.template fetch_one<std::string>("select $1::text", large));
    this->driver.run(this->db, p);
    for (const auto s : steps) EXPECT_EQ(p.take(s).size(), large.size());
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

}  // namespace
}  // namespace howdah::test
