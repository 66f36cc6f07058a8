// The network breaks after every byte of the small exchanges, and around every message of the longer ones, both ways.
#include <type_traits>

#include "cut.hpp"

namespace howdah::test {
namespace {

template <class D>
class cut_verbs : public cut<D> {
protected:
    using connection = typename D::connection;
    using effect = typename cut<D>::effect;

    void selects(connection& db, int) {
        const auto r = this->call(db.query("select 7 as n"));
        EXPECT_EQ(r.size(), 1u);
        EXPECT_EQ(r[0]["n"].template as<int>(), 7);
    }
    void fetches(connection& db, int key) {
        EXPECT_EQ(this->call(db.template fetch_one<std::string>("select 'r' || $1::int", key)),
                  "r" + std::to_string(key));
    }
    void inserts(connection& db, int key) {
        EXPECT_EQ(this->call(db.execute("insert into t values ($1)", key)).rows_affected, 1u);
    }
    void inserts_in_pipeline(connection& db, int key) {
        pipeline p;
        const auto inserted = p.execute("insert into t values ($1)", key);
        const auto found = p.template fetch_one<int>("select x from t where x = $1", key);
        this->driver.run(db, p);
        EXPECT_EQ(p.take(inserted).rows_affected, 1u);
        EXPECT_EQ(p.take(found), key);
    }
    void inserts_in_script(connection& db, int key) {
        const auto text = "insert into t values (" + std::to_string(key) + "); select 8 as n";
        const auto results = this->call(db.run_script(unsafe_sql{text}));
        ASSERT_EQ(results.size(), 2u);
        EXPECT_EQ(results[0].rows_affected(), 1u);
        EXPECT_EQ(results[1][0][0].template as<int>(), 8);
    }
    void inserts_in_transaction(connection& db, int key) {
        this->committing = false;
        auto tx = this->call(db.begin());
        EXPECT_EQ(this->call(tx.execute("insert into t values ($1)", key)).rows_affected, 1u);
        this->committing = true;
        this->driver.commit(tx);
    }
    void prepares(connection& db, int key) {
        auto insert = this->call(db.template prepare<int>("insert into t values ($1)"));
        EXPECT_EQ(this->call(insert.execute(key)).rows_affected, 1u);
    }
    void runs_a_transaction_around(connection& db, int key) {
        if constexpr (std::is_same_v<D, blocking_driver>) {
            db.in_transaction([&](auto& tx) {
                tx.execute("insert into t values ($1)", key);
                this->committing = true;
            });
        } else {
            this->call(db.in_transaction([&](auto& tx) -> awaitable<void> {
                (void)co_await tx.execute("insert into t values ($1)", key);
                this->committing = true;
            }));
        }
    }
    void undoes_a_savepoint(connection& db, int key) {
        auto tx = this->call(db.begin());
        this->call(tx.execute("insert into t values ($1)", key));
        {
            auto undone = this->call(tx.savepoint());
            this->call(tx.execute("insert into t values ($1)", -key));
        }
        {
            auto kept = this->call(tx.savepoint());
            this->finish([&] { return kept.release(); });
        }
        this->committing = true;
        this->driver.commit(tx);
    }
    void streams(connection& db, int key, std::uint32_t size) {
        auto rows = db.template stream<int>({.fetch_size = size}, "select $1::int + generate_series(0, 4)", key);
        for (int i = 0; i < 5; ++i) EXPECT_EQ(this->call(rows.next()), key + i);
        EXPECT_EQ(this->call(rows.next()), std::nullopt);
    }
    void streams_side_by_side(connection& db, int key) {
        auto tx = this->call(db.begin());
        this->call(tx.execute("insert into t values ($1)", key));
        {
            auto up = tx.template stream<int>({.fetch_size = 2}, "select $1::int + generate_series(1, 3)", key);
            auto down = tx.template stream<int>({.fetch_size = 2}, "select $1::int - generate_series(1, 3)", key);
            for (int i = 1; i <= 3; ++i) {
                EXPECT_EQ(this->call(up.next()), key + i);
                EXPECT_EQ(this->call(down.next()), key - i);
            }
        }
        this->committing = true;
        this->driver.commit(tx);
    }
    void executes_a_portal(connection& db, int key) {
        auto tx = this->call(db.begin());
        this->call(tx.execute("insert into t values ($1)", key));
        {
            auto bound = this->call(tx.template bind<int>("select $1::int + generate_series(0, 2)", key));
            EXPECT_EQ(this->call(bound.execute(2)).take(), key);
            EXPECT_EQ(this->call(bound.execute(2)).take(), key + 2);
        }
        this->committing = true;
        this->driver.commit(tx);
    }
    void moves_a_cursor(connection& db, int key) {
        auto tx = this->call(db.begin());
        this->call(tx.execute("insert into t values ($1)", key));
        auto c = this->call(tx.template declare<int>(scrolling::yes, "select $1::int + generate_series(0, 9)", key));
        EXPECT_EQ(this->call(c.fetch(cursor_step::forward(2))), (std::vector{key, key + 1}));
        EXPECT_EQ(this->call(c.move(cursor_step::last())), 1u);
        EXPECT_EQ(this->call(c.fetch(cursor_step::backward(1))), (std::vector{key + 8}));
        this->committing = true;
        this->driver.commit(tx);
    }
    void copies_in(connection& db, int key) {
        auto in = this->call(db.copy_in("copy t from stdin"));
        const auto line = std::to_string(key) + "\n";
        this->finish([&] { return in.write(line); });
        EXPECT_EQ(this->call(in.finish()), 1u);
    }
    void copies_rows_in(connection& db, int key) {
        auto in = this->call(db.template copy_in<int>(identifier{"t"}, {"x"}));
        this->finish([&] { return in.write(key); });
        EXPECT_EQ(this->call(in.finish()), 1u);
    }
    void copies_out(connection& db, int) {
        auto out = db.copy_out("copy (select generate_series(1, 3)) to stdout");
        std::string all;
        for (auto part = this->call(out.read()); !part.empty(); part = this->call(out.read())) all += as_text(part);
        EXPECT_EQ(all, "1\n2\n3\n");
    }
    void copies_rows_out(connection& db, int) {
        auto out = db.template copy_out<int>("select generate_series(1, 3)");
        for (int i = 1; i <= 3; ++i) EXPECT_EQ(this->call(out.next()), i);
        EXPECT_EQ(this->call(out.next()), std::nullopt);
    }

    template <class F>
    void after_each_byte(F run, effect what = effect::a_row) {
        this->break_at(&cut<D>::each_byte, run, what);
    }
    template <class F>
    void around_each_message(F run, effect what = effect::a_row) {
        this->break_at(&cut<D>::each_message, run, what);
    }
};
TYPED_TEST_SUITE(cut_verbs, both_drivers);

TYPED_TEST(cut_verbs, a_query) {
    this->after_each_byte([this](auto& db, int key) { this->selects(db, key); }, TestFixture::effect::nothing);
}
TYPED_TEST(cut_verbs, a_fetch_one) {
    this->around_each_message([this](auto& db, int key) { this->fetches(db, key); }, TestFixture::effect::nothing);
}
TYPED_TEST(cut_verbs, an_execute) {
    this->after_each_byte([this](auto& db, int key) { this->inserts(db, key); });
}
TYPED_TEST(cut_verbs, a_prepared_statement) {
    this->around_each_message([this](auto& db, int key) { this->prepares(db, key); });
}
TYPED_TEST(cut_verbs, a_pipeline) {
    this->around_each_message([this](auto& db, int key) { this->inserts_in_pipeline(db, key); });
}
TYPED_TEST(cut_verbs, a_script) {
    this->around_each_message([this](auto& db, int key) { this->inserts_in_script(db, key); });
}
TYPED_TEST(cut_verbs, a_transaction_with_its_commit) {
    this->after_each_byte([this](auto& db, int key) { this->inserts_in_transaction(db, key); });
}
TYPED_TEST(cut_verbs, a_transaction_that_is_run_around) {
    this->around_each_message([this](auto& db, int key) { this->runs_a_transaction_around(db, key); });
}
TYPED_TEST(cut_verbs, a_savepoint) {
    this->around_each_message([this](auto& db, int key) { this->undoes_a_savepoint(db, key); });
}
TYPED_TEST(cut_verbs, a_stream_all_at_once) {
    this->after_each_byte([this](auto& db, int key) { this->streams(db, key, 0); }, TestFixture::effect::nothing);
}
TYPED_TEST(cut_verbs, a_stream_by_parts) {
    this->around_each_message([this](auto& db, int key) { this->streams(db, key, 2); }, TestFixture::effect::nothing);
}
TYPED_TEST(cut_verbs, streams_side_by_side) {
    this->around_each_message([this](auto& db, int key) { this->streams_side_by_side(db, key); });
}
TYPED_TEST(cut_verbs, a_portal) {
    this->around_each_message([this](auto& db, int key) { this->executes_a_portal(db, key); });
}
TYPED_TEST(cut_verbs, a_cursor) {
    this->around_each_message([this](auto& db, int key) { this->moves_a_cursor(db, key); });
}
TYPED_TEST(cut_verbs, a_copy_in_of_bytes) {
    this->after_each_byte([this](auto& db, int key) { this->copies_in(db, key); });
}
TYPED_TEST(cut_verbs, a_copy_in_of_rows) {
    this->around_each_message([this](auto& db, int key) { this->copies_rows_in(db, key); });
}
TYPED_TEST(cut_verbs, a_copy_out_of_bytes) {
    this->after_each_byte([this](auto& db, int key) { this->copies_out(db, key); }, TestFixture::effect::nothing);
}
TYPED_TEST(cut_verbs, a_copy_out_of_rows) {
    this->around_each_message([this](auto& db, int key) { this->copies_rows_out(db, key); },
                              TestFixture::effect::nothing);
}

TYPED_TEST(cut_verbs, bytes_one_by_one_or_in_other_pieces_are_no_different) {
    this->between.set(pace::byte_by_byte);
    auto db = this->driver.connect(this->through);
    this->selects(db, 1);
    this->fetches(db, 1);
    this->inserts(db, 2);
    this->inserts_in_pipeline(db, 3);
    this->streams(db, 20, 0);
    this->streams(db, 30, 2);
    this->copies_in(db, 4);
    this->copies_out(db, 0);
    this->moves_a_cursor(db, 5);
    this->between.set(pace::in_pieces);
    this->inserts_in_script(db, 6);
    this->inserts_in_transaction(db, 7);
    this->streams_side_by_side(db, 8);
    this->copies_rows_in(db, 9);
    this->copies_rows_out(db, 0);
    const auto e = error_of([&] { this->call(db.query("select 1/0")); });
    ASSERT_TRUE(e);
    EXPECT_EQ(e->fate(), fate::rejected);
    const auto all = this->call(db.template fetch_all<int>("select x from t order by x"));
    EXPECT_EQ(all, (std::vector{2, 3, 4, 5, 6, 7, 8, 9}));
    EXPECT_EQ(this->call(db.template fetch_one<std::string>("select repeat('x', 3000)")), std::string(3000, 'x'));
}

// 400 KB each way at 800 KB a second: both sides are often left waiting in the middle of a message.
TYPED_TEST(cut_verbs, a_slow_line_changes_nothing_of_a_stream_or_a_copy) {
    auto db = this->driver.connect(this->through);
    this->between.arm(std::nullopt);
    this->between.limit(800'000);
    auto rows =
        db.template stream<std::tuple<int, std::string>>("select n, repeat('x', n) from generate_series(1, 900) n");
    int expected = 0;
    while (const auto row = this->call(rows.next())) {
        EXPECT_EQ(std::get<0>(*row), ++expected);
        EXPECT_EQ(std::get<1>(*row), std::string(static_cast<std::size_t>(expected), 'x'));
    }
    EXPECT_EQ(expected, 900);
    EXPECT_GT(this->between.passed(direction::to_client), 400'000u);

    auto in = this->call(db.template copy_in<int>(identifier{"t"}));
    std::vector<int> keys(40'000);
    std::iota(keys.begin(), keys.end(), 0);
    this->finish([&] { return in.write_all(keys); });
    EXPECT_EQ(this->call(in.finish()), keys.size());
    EXPECT_GT(this->between.passed(direction::to_server), 400'000u);
    EXPECT_EQ(this->call(db.template fetch_one<std::int64_t>("select sum(x) from t")), 799'980'000);

    auto out = db.template copy_out<int>("select x from t order by x");
    for (const int key : keys) ASSERT_EQ(this->call(out.next()), key);
    EXPECT_EQ(this->call(out.next()), std::nullopt);
}

}  // namespace
}  // namespace howdah::test
