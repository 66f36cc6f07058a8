#include "driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace howdah::test {
namespace {

using numbers = std::vector<int>;

template <class D>
class portals : public on_both_drivers<D> {
protected:
    static numbers of(const row_batch<int>& batch) {
        numbers out;
        for (const int n : batch) out.push_back(n);
        return out;
    }
};
TYPED_TEST_SUITE(portals, both_drivers);

TYPED_TEST(portals, give_so_many_rows_as_they_are_asked_for) {
    auto tx = this->call(this->db.begin());
    auto p = this->call(tx.template bind<int>("select generate_series(1, $1::int)", 10));
    EXPECT_EQ(this->of(this->call(p.execute(3))), (numbers{1, 2, 3}));
    EXPECT_FALSE(p.complete());
    EXPECT_EQ(this->call(tx.template fetch_one<int>("select 5")), 5) << "others run beside it";
    EXPECT_EQ(this->of(this->call(p.execute(1))), (numbers{4}));
    EXPECT_EQ(this->of(this->call(p.execute(0))), (numbers{5, 6, 7, 8, 9, 10}));
    EXPECT_TRUE(p.complete());
    EXPECT_TRUE(this->call(p.execute(1)).empty());
    this->driver.commit(tx);
}

TYPED_TEST(portals, are_bound_at_once_and_say_what_is_wrong) {
    auto tx = this->call(this->db.begin());
    EXPECT_EQ(
        this->failure_of([&] { return this->call(tx.template bind<int>("select * from no_such_table")), 0; }).state(),
        undefined_table);
}

TYPED_TEST(portals, are_closed_when_they_go) {
    auto tx = this->call(this->db.begin());
    {
        auto p = this->call(tx.bind("select generate_series(1, 10)"));
        EXPECT_EQ(this->call(p.execute(1)).take()[0].template as<int>(), 1);
        EXPECT_EQ(
            this->call(tx.template fetch_one<int>("select count(*)::int from pg_cursors where name like 'howd%'")), 1);
    }
    EXPECT_EQ(this->call(tx.template fetch_one<int>("select count(*)::int from pg_cursors where name like 'howd%'")),
              0);
    this->driver.commit(tx);
}

TYPED_TEST(portals, whose_transaction_has_ended_say_so_instead_of_being_at_their_end) {
    auto tx = this->call(this->db.begin());
    auto p = this->call(tx.template bind<int>("select generate_series(1, 10)"));
    EXPECT_EQ(this->of(this->call(p.execute(2))), (numbers{1, 2}));
    this->driver.roll_back(tx);
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(this->failure_of([&] { return this->call(p.execute(2)), 0; }).code(), errc::transaction_ended);
        EXPECT_FALSE(p.complete());
    }
}

template <class D>
class cursors : public on_both_drivers<D> {
protected:
    template <class C>
    numbers fetch(C& c, const cursor_step& where) {
        return this->call(c.fetch(where));
    }
};
TYPED_TEST_SUITE(cursors, both_drivers);

TYPED_TEST(cursors, go_forward_backward_and_to_a_row) {
    auto tx = this->call(this->db.begin());
    auto c = this->call(tx.template declare<int>(scrolling::yes, "select generate_series(1, $1::int)", 10));
    EXPECT_EQ(this->fetch(c, cursor_step::forward(3)), (numbers{1, 2, 3}));
    EXPECT_EQ(this->fetch(c, cursor_step::backward(2)), (numbers{2, 1}));
    EXPECT_EQ(this->fetch(c, cursor_step::absolute(7)), numbers{7});
    EXPECT_EQ(this->fetch(c, cursor_step::relative(-2)), numbers{5});
    EXPECT_EQ(this->fetch(c, cursor_step::absolute(-1)), numbers{10});
    EXPECT_EQ(this->fetch(c, cursor_step::first()), numbers{1});
    EXPECT_EQ(this->call(c.move(cursor_step::forward(4))), 4u);
    EXPECT_EQ(this->fetch(c, cursor_step::relative(0)), numbers{5});
    EXPECT_EQ(this->fetch(c, cursor_step::forward_all()), (numbers{6, 7, 8, 9, 10}));
    EXPECT_EQ(this->fetch(c, cursor_step::backward_all()).size(), 10u);
    this->finish([&] { return c.close(); });
    this->driver.commit(tx);
}

TYPED_TEST(cursors, that_do_not_scroll_refuse_to_go_back) {
    auto tx = this->call(this->db.begin());
    auto c = this->call(tx.template declare<int>(scrolling::no, "select generate_series(1, 10)"));
    EXPECT_EQ(this->fetch(c, cursor_step::forward(2)), (numbers{1, 2}));
    EXPECT_EQ(this->failure_of([&] { return this->fetch(c, cursor_step::backward(1)); }).state(),
              object_not_in_prerequisite_state);
}

TYPED_TEST(cursors, of_a_connection_are_held_until_they_go) {
    {
        auto c = this->call(this->db.declare(scrolling::yes, "select n, n::text as t from generate_series(1, 3) n"));
        EXPECT_EQ(
            this->call(this->db.template fetch_one<int>("select count(*)::int from pg_cursors where is_holdable")), 1);
        const auto rows = this->call(c.fetch(cursor_step::forward(2)));
        ASSERT_EQ(rows.size(), 2u);
        EXPECT_EQ(rows[1]["t"].template as<std::string>(), "2");
    }
    EXPECT_EQ(this->call(this->db.template fetch_one<int>("select count(*)::int from pg_cursors where is_holdable")),
              0);
}

TYPED_TEST(cursors, leave_nothing_in_the_statement_cache) {
    auto tx = this->call(this->db.begin());
    auto c = this->call(tx.template declare<int>(scrolling::no, "select generate_series(1, 10)"));
    for (int i = 0; i < 3; ++i) this->fetch(c, cursor_step::forward(1));
    EXPECT_EQ(this->call(tx.template fetch_one<int>("select count(*)::int from pg_prepared_statements "
                                                    "where statement ~* '^(fetch|declare)'")),
              0);
}

}  // namespace
}  // namespace howdah::test
