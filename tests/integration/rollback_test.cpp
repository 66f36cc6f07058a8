// What is open in a transaction, or behind a savepoint, when that is undone.
#include "driver.hpp"

namespace howdah::test {
namespace {

template <class D>
class rollbacks : public on_both_drivers<D> {
protected:
    void SetUp() override { this->call(this->db.execute("create temp table t(x int)")); }
    void TearDown() override {
        EXPECT_EQ(this->call(this->db.template fetch_one<int>("select pg_backend_pid()")), pid_)
            << "no connection is lost";
    }

    // Nobody could read these to their end.
    auto endless_copy(typename D::transaction& tx) {
        auto out = tx.copy_out("copy (select generate_series(1, 1000000000000)) to stdout");
        EXPECT_FALSE(this->call(out.read()).empty());
        return out;
    }
    auto endless_stream(typename D::transaction& tx, const stream_options& how) {
        auto rows = tx.template stream<std::int64_t>(how, "select generate_series(1, 1000000000000)");
        EXPECT_EQ(this->call(rows.next()), 1);
        return rows;
    }
    template <class F>
    void expect_ended(F&& f) {
        const auto e = this->failure_of(std::forward<F>(f));
        EXPECT_EQ(e.code(), errc::transaction_ended) << e.what();
    }
    int rows() { return this->call(this->db.template fetch_one<int>("select count(*)::int from t")); }

private:
    const int pid_ = this->call(this->db.template fetch_one<int>("select pg_backend_pid()"));
};
TYPED_TEST_SUITE(rollbacks, both_drivers);

TYPED_TEST(rollbacks, of_a_transaction_end_the_copy_out_in_it) {
    auto tx = this->call(this->db.begin());
    auto out = this->endless_copy(tx);
    this->driver.roll_back(tx);
    this->expect_ended([&] { return this->call(out.read()); });
}

TYPED_TEST(rollbacks, of_a_transaction_end_the_copy_in_in_it) {
    auto tx = this->call(this->db.begin());
    auto in = this->call(tx.copy_in("copy t from stdin"));
    this->finish([&] { return in.write("1\n"); });
    this->driver.roll_back(tx);
    this->expect_ended([&] { return this->finish([&] { return in.write("2\n"); }), 0; });
    EXPECT_EQ(this->rows(), 0);
}

TYPED_TEST(rollbacks, of_a_transaction_end_the_streams_in_it) {
    for (const std::uint32_t size : {0u, 10u}) {
        auto tx = this->call(this->db.begin());
        auto rows = this->endless_stream(tx, {.fetch_size = size});
        this->driver.roll_back(tx);
        this->expect_ended([&] {
            while (this->call(rows.next())) {}  // what had been read may still be given
            return 0;
        });
    }
}

TYPED_TEST(rollbacks, by_a_dropped_transaction_end_the_copy_out_in_it) {
    std::optional<typename TypeParam::transaction> tx{this->call(this->db.begin())};
    auto out = this->endless_copy(*tx);
    tx.reset();
    this->expect_ended([&] { return this->call(out.read()); });
}

TYPED_TEST(rollbacks, of_a_transaction_stop_what_was_left_in_it_before) {
    for (const bool dropped : {false, true}) {
        std::optional<typename TypeParam::transaction> tx{this->call(this->db.begin())};
        { auto out = this->endless_copy(*tx); }
        if (!dropped) this->driver.roll_back(*tx);
        tx.reset();
        EXPECT_EQ(this->rows(), 0);
        tx.emplace(this->call(this->db.begin()));
        { auto rows = this->endless_stream(*tx, {.fetch_size = 0}); }
        if (!dropped) this->driver.roll_back(*tx);
        tx.reset();
        EXPECT_EQ(this->rows(), 0);
    }
}

TYPED_TEST(rollbacks, of_a_transaction_stop_what_was_left_in_front_of_a_call_that_is_out_of_time) {
    auto tx = this->call(this->db.begin());
    { auto out = this->endless_copy(tx); }
    const auto e = this->failure_of(
        [&] { return this->call(tx.with({.timeout = std::chrono::milliseconds{50}}).execute("select 1")); });
    EXPECT_EQ(e.code(), errc::timed_out) << e.what();
    this->driver.roll_back(tx);
}

TYPED_TEST(rollbacks, of_a_savepoint_stop_what_was_left_behind_it_and_the_transaction_goes_on) {
    auto tx = this->call(this->db.begin());
    this->call(tx.execute("insert into t values (1)"));
    {
        auto part = this->call(tx.savepoint());
        { auto out = this->endless_copy(tx); }
        this->finish([&] { return part.rollback(); });
    }
    {
        auto part = this->call(tx.savepoint());
        { auto rows = this->endless_stream(tx, {.fetch_size = 0}); }
    }
    this->call(tx.execute("insert into t values (2)"));
    this->driver.commit(tx);
    EXPECT_EQ(this->rows(), 2);
}

TYPED_TEST(rollbacks, of_a_savepoint_end_what_is_open_behind_it_and_the_transaction_goes_on) {
    auto tx = this->call(this->db.begin());
    this->call(tx.execute("insert into t values (1)"));
    {
        auto part = this->call(tx.savepoint());
        auto out = this->endless_copy(tx);
        this->finish([&] { return part.rollback(); });
        this->expect_ended([&] { return this->call(out.read()); });
    }
    {
        auto part = this->call(tx.savepoint());
        auto in = this->call(tx.copy_in("copy t from stdin"));
        this->finish([&] { return in.write("2\n"); });
        this->finish([&] { return part.rollback(); });
        this->expect_ended([&] { return this->call(in.finish()); });
    }
    for (const std::uint32_t size : {0u, 10u}) {
        auto part = this->call(tx.savepoint());
        auto rows = this->endless_stream(tx, {.fetch_size = size});
        this->finish([&] { return part.rollback(); });
        this->expect_ended([&] {
            while (this->call(rows.next())) {}
            return 0;
        });
    }
    this->driver.commit(tx);
    EXPECT_EQ(this->rows(), 1);
}

TYPED_TEST(rollbacks, by_a_dropped_savepoint_end_what_is_open_behind_it) {
    auto tx = this->call(this->db.begin());
    this->call(tx.execute("insert into t values (1)"));
    for (const std::uint32_t size : {0u, 10u}) {
        std::optional part{this->call(tx.savepoint())};
        auto rows = this->endless_stream(tx, {.fetch_size = size});
        part.reset();
        this->call(tx.execute("insert into t values (2)"));
        this->expect_ended([&] {
            while (this->call(rows.next())) {}
            return 0;
        });
    }
    std::optional part{this->call(tx.savepoint())};
    auto in = this->call(tx.copy_in("copy t from stdin"));
    this->finish([&] { return in.write("3\n"); });
    part.reset();
    this->expect_ended([&] { return this->call(in.finish()); });
    this->driver.commit(tx);
    EXPECT_EQ(this->rows(), 3);
}

TYPED_TEST(rollbacks, of_a_savepoint_leave_the_streams_that_were_opened_in_front_of_it) {
    auto tx = this->call(this->db.begin());
    auto rows = this->endless_stream(tx, {.fetch_size = 2});
    {
        auto part = this->call(tx.savepoint());
        EXPECT_EQ(this->call(rows.next()), 2);
        EXPECT_EQ(this->call(rows.next()), 3);
        this->finish([&] { return part.rollback(); });
    }
    for (std::int64_t i = 4; i < 10; ++i) EXPECT_EQ(this->call(rows.next()), i);
    this->driver.commit(tx);
}

TYPED_TEST(rollbacks, are_all_that_a_transaction_takes_while_a_copy_is_open_in_it) {
    auto tx = this->call(this->db.begin());
    auto out = this->endless_copy(tx);
    const auto e = this->failure_of([&] { return this->call(tx.execute("insert into t values (1)")); });
    EXPECT_EQ(e.code(), errc::connection_busy);
    EXPECT_NE(std::string{e.what()}.find("a COPY has this transaction to itself"), std::string::npos) << e.what();
    this->driver.roll_back(tx);
}

}  // namespace
}  // namespace howdah::test
