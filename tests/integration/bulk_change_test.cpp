// upsert_many, update_many and delete_many, against a real server.

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "bulk.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace howdah {
namespace test {
namespace {

template <class D>
class bulk_change : public bulk<D> {};
TYPED_TEST_SUITE(bulk_change, both_drivers);

// upsert_many

TYPED_TEST(bulk_change, upserts_insert_what_is_new_and_update_what_is_there) {
    for (const auto method : methods) {
        this->make(R"(truncate "pla""ces")");
        this->insert(this->places(10));
        std::vector<place> rows{{3, "changed", 1.0}, {100, "new", std::nullopt}};
        const auto done = this->call(
            this->db.upsert_many(this->table, {"id", "name", "height"}, rows, conflict{"id"}, {.method = method}));
        EXPECT_EQ(done.rows_affected, 2u);
        const auto all = this->stored();
        ASSERT_EQ(all.size(), 11u);
        EXPECT_EQ(all[3], rows[0]);
        EXPECT_EQ(all[10], rows[1]);
    }
}

TYPED_TEST(bulk_change, upserts_go_through_a_temporary_table_where_that_was_asked_for) {
    constexpr bulk_options through{.method = bulk_method::copy_through_temporary_table};
    this->insert(this->places(10));
    auto rows = this->places(5'000);
    for (auto& r : rows) r.name += " again";
    const auto upsert = [&](auto& on) {
        return this->call(on.upsert_many(this->table, {"id", "name", "height"}, rows, conflict{"id"}, through));
    };
    EXPECT_EQ(upsert(this->db).rows_affected, rows.size());
    EXPECT_EQ(this->stored(), rows);
    {
        auto tx = this->call(this->db.begin());
        EXPECT_EQ(upsert(tx).rows_affected, rows.size());
        EXPECT_EQ(upsert(tx).rows_affected, rows.size()) << "the first one has left nothing in its way";
        this->driver.commit(tx);
    }
    this->make(R"(truncate "pla""ces"; alter table "pla""ces" add check (id < 4000))");
    const auto e = this->failure_of([&] { return upsert(this->db); });
    EXPECT_EQ(e.state(), check_violation);
    EXPECT_EQ(e.fate(), fate::rejected);
    EXPECT_EQ(this->count(), 0);
    this->expect_usable();
}

TYPED_TEST(bulk_change, upserts_update_only_what_they_are_told_to) {
    this->insert(this->places(3));
    const std::vector<place> rows{{1, "changed", 99.0}};
    (void)this->call(this->db.upsert_many(this->table, {"id", "name", "height"}, rows,
                                          conflict::on_constraint("pla\"ces_pkey").update({"name"})));
    EXPECT_EQ(this->stored()[1], (place{1, "changed", 0.5}));
}

TYPED_TEST(bulk_change, do_nothing_skips_and_gives_nullopt_in_the_place_of_what_it_has_skipped) {
    this->insert(this->places(2));
    const std::vector<place> rows{{5, "five", {}}, {1, "other", {}}, {6, "six", {}}, {6, "six again", {}}};
    const auto back = this->call(this->db.template upsert_many<std::string>(
        this->table, {"id", "name", "height"}, rows, conflict{"id"}.do_nothing(), returning{"name"}));
    EXPECT_EQ(back, (std::vector<std::optional<std::string>>{"five", std::nullopt, "six", std::nullopt}));
    EXPECT_EQ(this->stored()[1].name, "place 1");
    const auto done =
        this->call(this->db.upsert_many(this->table, {"id", "name", "height"}, rows, conflict{"id"}.do_nothing()));
    EXPECT_EQ(done.rows_affected, 0u);
}

TYPED_TEST(bulk_change, two_rows_of_one_key_are_refused_by_their_numbers_and_nothing_is_sent) {
    const std::vector<place> rows{{1, "a", {}}, {2, "b", {}}, {1, "c", {}}};
    const auto e = this->failure_of(
        [&] { return this->call(this->db.upsert_many(this->table, {"id", "name", "height"}, rows, conflict{"id"})); });
    EXPECT_EQ(e.code(), errc::invalid_value);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_NE(std::string{e.what()}.find("rows 0 and 2"), std::string::npos) << e.what();
    EXPECT_EQ(this->count(), 0);
}

TYPED_TEST(bulk_change, the_last_of_two_rows_of_one_key_wins_where_that_was_asked_for) {
    for (const auto method : methods) {
        this->make(R"(truncate "pla""ces")");
        const std::vector<place> rows{{1, "a", {}}, {2, "b", {}}, {1, "c", {}}};
        const auto done = this->call(this->db.upsert_many(this->table, {"id", "name", "height"}, rows,
                                                          conflict{"id"}.last_wins(), {.method = method}));
        EXPECT_EQ(done.rows_affected, 2u);
        EXPECT_EQ(this->stored()[0].name, "c");
    }
    const std::vector<place> rows{{1, "d", {}}, {2, "e", {}}, {1, "f", {}}};
    const auto back = this->call(this->db.template upsert_many<std::string>(
        this->table, {"id", "name", "height"}, rows, conflict{"id"}.last_wins(), returning{"name"}));
    EXPECT_EQ(back, (std::vector<std::optional<std::string>>{std::nullopt, "e", "f"}));
}

TYPED_TEST(bulk_change, two_rows_in_conflict_by_a_constraint_are_the_servers_to_find) {
    const std::vector<place> rows{{1, "a", {}}, {1, "b", {}}};
    const auto e = this->failure_of([&] {
        return this->call(this->db.upsert_many(this->table, {"id", "name", "height"}, rows,
                                               conflict::on_constraint("pla\"ces_pkey").update({"name"})));
    });
    EXPECT_EQ(e.state(), cardinality_violation);
    EXPECT_EQ(e.fate(), fate::rejected);
    EXPECT_EQ(this->count(), 0);
    this->expect_usable();
}

// update_many, delete_many

TYPED_TEST(bulk_change, updates_find_their_rows_by_key_and_set_the_other_columns) {
    for (const auto method : methods) {
        this->make(R"(truncate "pla""ces")");
        this->insert(this->places(10));
        const std::vector<std::tuple<std::string, int>> rows{{"seven", 7}, {"two", 2}, {"nobody", 77}};
        const auto done =
            this->call(this->db.update_many(this->table, {"name", "id"}, rows, key{"id"}, {.method = method}));
        EXPECT_EQ(done.rows_affected, 2u);
        EXPECT_EQ(this->stored()[7].name, "seven");
        EXPECT_EQ(this->stored()[2], (place{2, "two", 1.0}));
        const auto back = this->call(this->db.template update_many<place>(
            this->table, {"name", "id"}, rows, key{"id"}, returning{"id", "name", "height"}, {.method = method}));
        EXPECT_EQ(back,
                  (std::vector<std::optional<place>>{place{7, "seven", 3.5}, place{2, "two", 1.0}, std::nullopt}));
    }
}

TYPED_TEST(bulk_change, deletes_find_their_rows_by_scalars_too_and_a_key_that_comes_twice_is_one) {
    for (const auto method : methods) {
        this->make(R"(truncate "pla""ces")");
        this->insert(this->places(10));
        const std::vector<int> ids{9, 3, 33, 3};
        const auto back = this->call(this->db.template delete_many<std::string>(this->table, {"id"}, ids,
                                                                                returning{"name"}, {.method = method}));
        EXPECT_EQ(back, (std::vector<std::optional<std::string>>{"place 9", std::nullopt, std::nullopt, "place 3"}));
        EXPECT_EQ(this->call(this->db.delete_many(this->table, {"id"}, std::vector{1, 2, 1}, {.method = method}))
                      .rows_affected,
                  2u);
        EXPECT_EQ(this->count(), 6);
    }
}

TYPED_TEST(bulk_change, a_null_in_a_key_is_refused_because_it_equals_nothing) {
    const std::vector<std::optional<int>> ids{1, std::nullopt};
    const auto e = this->failure_of([&] { return this->call(this->db.delete_many(this->table, {"id"}, ids)); });
    EXPECT_EQ(e.code(), errc::unexpected_null);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_NE(std::string{e.what()}.find("row 1 has NULL in its key \"id\""), std::string::npos) << e.what();
}

TYPED_TEST(bulk_change, a_key_of_several_rows_gives_no_row_back_but_an_error_that_says_it_was_done) {
    this->insert(std::vector<place>{{1, "same", {}}, {2, "same", {}}});
    const std::vector<std::tuple<std::string, double>> rows{{"same", 5.0}};
    const auto e = this->failure_of([&] {
        return this->call(
            this->db.template update_many<int>(this->table, {"name", "height"}, rows, key{"name"}, returning{"id"}));
    });
    EXPECT_EQ(e.code(), errc::too_many_rows);
    EXPECT_EQ(e.fate(), fate::executed);
    EXPECT_EQ(this->stored()[1].height, 5.0);
    this->expect_usable();
}

}  // namespace
}  // namespace test
}  // namespace howdah
