// What hurts users of other drivers when tables change, and when there is much of something; by its number in PITFALLS.
#include <boost/asio/co_spawn.hpp>

#include "fault_driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/testing/polling.hpp"

namespace howdah::test {
namespace {

// 6: "cached plan must not change result type" after DDL.

template <class D>
class pitfall_6 : public on_both_drivers<D> {};
TYPED_TEST_SUITE(pitfall_6, both_drivers);

TYPED_TEST(pitfall_6, a_changed_table_is_noticed_and_the_statement_prepared_again) {
    this->call(this->db.execute("create temp table t(a int)"));
    this->call(this->db.execute("insert into t values (1)"));
    for (int i = 0; i < 2; ++i) EXPECT_EQ(this->call(this->db.query("select * from t")).columns().size(), 1u);
    this->call(this->db.execute("alter table t add column b text default 'new'"));
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(this->call(this->db.query("select * from t"))[0]["b"].template as<std::string>(), "new");
}

TYPED_TEST(pitfall_6, inside_a_transaction_a_stale_plan_is_the_caller_s_to_know) {
    this->call(this->db.execute("create temp table t(a int)"));
    for (int i = 0; i < 2; ++i) this->call(this->db.query("select * from t"));
    auto tx = this->call(this->db.begin());
    this->call(tx.execute("alter table t add column b int"));
    EXPECT_EQ(this->failure_of([&] { return this->call(tx.query("select * from t")); }).state(), feature_not_supported);
}

// 20: a large result exhausted memory. How much memory a stream takes: flat_memory_test.cpp.

template <class D>
class pitfall_20 : public with_driver<D> {
protected:
    typename D::connection narrow = this->driver.connect(dsn() + "&max_result_bytes=100000");
};
TYPED_TEST_SUITE(pitfall_20, both_drivers);

TYPED_TEST(pitfall_20, a_result_over_its_limit_says_so_and_leaves_the_connection_usable) {
    for (int i = 0; i < 2; ++i) {
        const auto e = this->failure_of(
            [&] { return this->call(this->narrow.query("select repeat('x', 1000) from generate_series(1, 10000)")); });
        EXPECT_EQ(e.code(), errc::result_too_large);
        EXPECT_NE(std::string{e.what()}.find("stream"), std::string::npos) << "it says what to do";
    }
    EXPECT_EQ(this->call(this->narrow.template fetch_one<int>("select 1")), 1);
}

TYPED_TEST(pitfall_20, a_stream_has_no_such_limit) {
    auto rows = this->narrow.template stream<std::string>("select repeat('x', 1000) from generate_series(1, 10000)");
    std::size_t bytes = 0;
    while (const auto row = this->call(rows.next())) bytes += row->size();
    EXPECT_EQ(bytes, 10'000'000u);
}

// 26: a large batch left both sides waiting, each for the other to read.

template <class D>
class pitfall_26 : public on_both_drivers<D> {};
TYPED_TEST_SUITE(pitfall_26, both_drivers);

TYPED_TEST(pitfall_26, a_pipeline_larger_than_both_socket_buffers_does_not_deadlock) {
    pipeline p;
    const std::string large(100'000, 'x');
    std::vector<pipeline_step<core::one_row<std::string>>> steps;
    for (int i = 0; i < 300; ++i) steps.push_back(p.template fetch_one<std::string>("select $1::text", large));
    this->driver.run(this->db, p);
    for (const auto s : steps) EXPECT_EQ(p.take(s).size(), large.size());
}

TEST(pitfall_26_async, many_calls_at_once_larger_than_both_socket_buffers_do_not_deadlock) {
    async_driver driver;
    auto db = driver.connect(dsn());
    const std::string large(100'000, 'x');
    constexpr int calls = 300;
    int over = 0, answered = 0;
    const auto echo = [&]() -> awaitable<void> {
        const auto back = co_await db.fetch_one<std::string>("select $1::text", large);
        if (back == large) ++answered;
    };
    for (int i = 0; i < calls; ++i)
        boost::asio::co_spawn(*driver.io, echo(), [&](const std::exception_ptr&) { ++over; });
    driver.io->restart();
    const auto limit = testing::from_now(60s);
    while (over < calls && driver.io->run_one_until(limit) != 0) {}
    EXPECT_EQ(over, calls) << "it hangs";
    EXPECT_EQ(answered, calls);
}

}  // namespace
}  // namespace howdah::test
