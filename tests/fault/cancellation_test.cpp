// The caller goes away at each of its suspension points, in each of the ways that Asio has for it.
#include <array>
#include <functional>

#include "cancelling.hpp"

namespace howdah::test {
namespace {

namespace asio = boost::asio;

class cancelled : public on_both_drivers<async_driver>, public ::testing::WithParamInterface<asio::cancellation_type> {
protected:
    using work = std::function<awaitable<void>(connection&)>;

    void SetUp() override { call(db.execute("create temp table t(x int)")); }

    /// After each, the connection gives the right answer to a question of its own, and is in no transaction.
    void cancel_everywhere(const work& what) {
        for (int turns = 0;; ++turns) {
            SCOPED_TRACE("cancelled after " + std::to_string(turns) + " turns");
            const bool early = run_cancelled(*driver.io, [&] { return what(db); }, turns, GetParam());
            ASSERT_TRUE(db.open()) << "a cancel costs no connection";
            EXPECT_EQ(call(db.fetch_one<int>("select $1::int", turns)), turns);
            EXPECT_TRUE(call(db.fetch_one<bool>("select pg_current_xact_id_if_assigned() is null")));
            if (early && !HasFailure()) continue;
            EXPECT_GT(turns, 1) << "it was never cancelled half-way";
            return;
        }
    }
};

TEST_P(cancelled, a_query) {
    cancel_everywhere([](connection& c) -> awaitable<void> { (void)co_await c.query("select 1 from pg_sleep(0.01)"); });
}

TEST_P(cancelled, several_calls_one_after_another) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        for (int i = 0; i < 3; ++i) (void)co_await c.fetch_one<int>("select $1::int + 1", i);
        co_await c.execute("insert into t values (1)");
    });
}

TEST_P(cancelled, a_transaction) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        auto tx = co_await c.begin();
        co_await tx.execute("insert into t values (2)");
        (void)co_await tx.fetch_all<int>("select x from t");
        co_await tx.commit();
    });
}

TEST_P(cancelled, a_pipeline) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        pipeline steps;
        const auto inserted = steps.execute("insert into t values (3)");
        const auto rows = steps.fetch_all<int>("select x from t");
        co_await c.run(steps);
        (void)steps.take(inserted);
        (void)steps.take(rows);
    });
}

TEST_P(cancelled, a_script) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        (void)co_await c.run_script("begin; insert into t values (4); commit; select 1");
    });
}

TEST_P(cancelled, a_look_up_of_types) {
    call(db.run_script("create domain pg_temp.small as int"));
    cancel_everywhere([](connection& c) -> awaitable<void> {
        (void)co_await c.fetch_one<std::vector<int>>("select array[1]::pg_temp.small[]");
    });
}

TEST_P(cancelled, a_transaction_with_savepoints) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        auto tx = co_await c.begin();
        {
            auto part = co_await tx.savepoint();
            co_await tx.execute("insert into t values (5)");
            co_await part.rollback();
        }
        {
            auto part = co_await tx.savepoint();
            co_await tx.execute("insert into t values (6)");
            co_await part.release();
        }
        {
            auto dropped = co_await tx.savepoint();
            co_await tx.execute("insert into t values (7)");
        }
        co_await tx.commit();
    });
}

TEST_P(cancelled, a_pipeline_of_several_parts) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        pipeline steps;
        for (int i = 0; i < 5; ++i) {
            steps.execute("insert into t values ($1)", i);
            steps.sync();
        }
        co_await c.run(steps);
    });
}

TEST_P(cancelled, a_prepared_statement) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        auto twice = co_await c.prepare<int>("select 2 * $1::int");
        (void)co_await twice.fetch_one<int>(4);
    });
}

// In each of its shapes: all at once, by parts, and left in each of the ways.
class cancelled_stream : public cancelled {
protected:
    static constexpr std::array<stream_options, 4> shapes{
        stream_options{.fetch_size = 0, .when_abandoned = on_abandon::cancel},
        stream_options{.fetch_size = 0, .when_abandoned = on_abandon::drain},
        stream_options{.fetch_size = 2, .when_abandoned = on_abandon::cancel},
        stream_options{.fetch_size = 2, .when_abandoned = on_abandon::drain}};

    void cancel_in_each_shape(const std::function<awaitable<void>(connection&, const stream_options&)>& what) {
        for (const auto& how : shapes) {
            SCOPED_TRACE("fetch_size " + std::to_string(*how.fetch_size) +
                         (how.when_abandoned == on_abandon::cancel ? ", cancel" : ", drain"));
            cancel_everywhere([&](connection& c) { return what(c, how); });
        }
    }
};

TEST_P(cancelled_stream, that_gives_rows) {
    cancel_in_each_shape([](connection& c, const stream_options& how) -> awaitable<void> {
        auto rows = c.stream<int>(how, "select generate_series(1, 5)");
        while (co_await rows.next()) {}
    });
}

TEST_P(cancelled_stream, that_gives_batches) {
    cancel_in_each_shape([](connection& c, const stream_options& how) -> awaitable<void> {
        auto rows = c.stream<std::string>(how, "select repeat('x', 9000) from generate_series(1, 5)");
        while (const auto batch = co_await rows.next_batch()) EXPECT_FALSE(batch.empty());
    });
}

TEST_P(cancelled_stream, that_calls_back) {
    cancel_in_each_shape([](connection& c, const stream_options& how) -> awaitable<void> {
        auto rows = c.stream(how, "select generate_series(1, 5)");
        co_await rows.for_each([](const row_view&) {});
    });
}

TEST_P(cancelled_stream, in_a_transaction_with_calls_beside_it) {
    cancel_in_each_shape([](connection& c, const stream_options& how) -> awaitable<void> {
        auto tx = co_await c.begin();
        {
            auto rows = tx.stream<int>(how, "select generate_series(1, 5)");
            while (co_await rows.next()) {
                if (*how.fetch_size != 0) (void)co_await tx.fetch_one<int>("select 1");
            }
        }
        co_await tx.commit();
    });
}

TEST_P(cancelled_stream, of_rows_whose_types_are_looked_up) {
    call(db.run_script("create domain pg_temp.small as int"));
    cancel_in_each_shape([](connection& c, const stream_options& how) -> awaitable<void> {
        auto rows = c.stream<std::vector<int>>(how, "select array[1]::pg_temp.small[]");
        while (co_await rows.next()) {}
    });
}

TEST_P(cancelled, a_portal) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        auto tx = co_await c.begin();
        auto p = co_await tx.bind<int>("select generate_series(1, 5)");
        while (!p.complete()) (void)co_await p.execute(2);
        co_await tx.commit();
    });
}

TEST_P(cancelled, a_cursor) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        auto tx = co_await c.begin();
        auto cur = co_await tx.declare<int>(scrolling::yes, "select generate_series(1, 5)");
        (void)co_await cur.fetch(cursor_step::forward(2));
        (void)co_await cur.move(cursor_step::first());
        co_await cur.close();
        co_await tx.commit();
    });
}

TEST_P(cancelled, a_held_cursor) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        auto cur = co_await c.declare<int>(scrolling::no, "select generate_series(1, 5)");
        (void)co_await cur.fetch(cursor_step::forward(2));
        co_await cur.close();
    });
}

TEST_P(cancelled, a_copy_in_of_bytes) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        auto in = co_await c.copy_in("copy t from stdin");
        std::string lines;
        for (int i = 0; i < 20'000; ++i) lines += "100\n";
        co_await in.write(lines);
        (void)co_await in.finish();
    });
}

TEST_P(cancelled, a_copy_in_of_rows) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        auto in = co_await c.copy_in<int>(identifier{"t"}, {"x"});
        const std::vector<int> rows(20'000, 101);
        co_await in.write_all(rows);
        (void)co_await in.finish();
    });
}

TEST_P(cancelled, a_copy_in_in_a_transaction) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        auto tx = co_await c.begin();
        {
            auto in = co_await tx.copy_in("copy t from stdin");
            co_await in.write("102\n");
            (void)co_await in.finish();
        }
        co_await tx.commit();
    });
}

TEST_P(cancelled, a_copy_out_of_bytes) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        auto out = c.copy_out("copy (select repeat('x', 50000) from generate_series(1, 5)) to stdout");
        for (;;) {
            const auto part = co_await out.read();
            if (part.empty()) co_return;
        }
    });
}

TEST_P(cancelled, a_copy_out_of_rows) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        auto out = c.copy_out<int>("select generate_series(1, 5)");
        while (co_await out.next()) {}
    });
}

TEST_P(cancelled, a_copy_out_in_a_transaction) {
    cancel_everywhere([](connection& c) -> awaitable<void> {
        auto tx = co_await c.begin();
        {
            auto out = tx.copy_out<int>("select generate_series(1, 5)");
            while (co_await out.next()) {}
        }
        co_await tx.commit();
    });
}

// Cancelled in turn after each turn of the event loop: it throws what the other calls throw, or has connected.
class cancelled_connect : public ::testing::TestWithParam<asio::cancellation_type> {
protected:
    /// False: it had connected before.
    bool cancel_after(int turns, const std::string& conninfo) {
        async_driver driver;
        std::optional<connection> made;
        std::exception_ptr failure;
        const auto connects = [&]() -> awaitable<void> { made.emplace(co_await connect(conninfo)); };
        const bool early = run_cancelled(*driver.io, connects, turns, GetParam(), &failure);
        if (failure) {
            const auto e = error_of([&] { std::rethrow_exception(failure); });
            EXPECT_EQ(e->code(), errc::cancelled) << e->what();
            EXPECT_EQ(e->fate(), fate::not_sent);
        } else if (made) {
            EXPECT_EQ(driver.call(made->fetch_one<int>("select $1::int", turns)), turns);
        }
        return early;
    }
};

TEST_P(cancelled_connect, ends_as_cancelled_wherever_it_is) {
    for (const auto r : {testing::route::tcp, testing::route::tls}) {
        int turns = 0;
        for (; cancel_after(turns, dsn(r)) && !HasFailure(); ++turns) {}
        EXPECT_GT(turns, 3);
    }
}

std::string type_name(const ::testing::TestParamInfo<asio::cancellation_type>& type) {
    switch (type.param) {
        case asio::cancellation_type::terminal: return "terminal";
        case asio::cancellation_type::partial: return "partial";
        default: return "total";
    }
}

const auto every_type = ::testing::Values(asio::cancellation_type::terminal, asio::cancellation_type::partial,
                                          asio::cancellation_type::total);
INSTANTIATE_TEST_SUITE_P(by, cancelled, every_type, type_name);
INSTANTIATE_TEST_SUITE_P(by, cancelled_stream, every_type, type_name);
INSTANTIATE_TEST_SUITE_P(by, cancelled_connect, every_type, type_name);

}  // namespace
}  // namespace howdah::test
