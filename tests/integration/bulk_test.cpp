// insert_many, upsert_many, update_many, delete_many against a real server.

#include <cstdint>
#include <list>
#include <optional>
#include <ranges>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/sql/described_row.hpp"

namespace howdah {
namespace test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

struct place {
    std::int64_t id;
    std::string name;
    std::optional<double> height;

    friend bool operator==(const place&, const place&) = default;
};

struct named_place {
    std::string name;
    std::optional<double> height;
    std::int64_t id;
};
BOOST_DESCRIBE_STRUCT(named_place, (), (name, height, id))

struct seen {
    std::int32_t number;
    std::string name;
};

constexpr bulk_method methods[] = {bulk_method::automatic, bulk_method::unnest, bulk_method::pipeline};

template <class D>
class bulk : public on_both_drivers<D> {
protected:
    const identifier table{"pla\"ces"};

    void SetUp() override {
        make(R"(create temp table "pla""ces" (id int primary key, name text not null, height float8,)"
             R"( number int generated always as identity))");
    }
    void make(std::string statements) { this->call(this->db.run_script(unsafe_sql{std::move(statements)})); }
    std::vector<place> stored() {
        return this->call(this->db.template fetch_all<place>(R"(select id, name, height from "pla""ces" order by id)"));
    }
    std::int64_t count() {
        return this->call(this->db.template fetch_one<std::int64_t>(R"(select count(*) from "pla""ces")"));
    }
    static std::vector<place> places(std::int64_t count) {
        std::vector<place> out;
        for (std::int64_t i = 0; i < count; ++i)
            out.push_back(
                {i, "place " + std::to_string(i), i % 3 == 0 ? std::nullopt : std::optional{0.5 * double(i)}});
        return out;
    }
    template <class Rows>
    auto insert(Rows&& rows, const bulk_options& options = {}) {
        return this->call(this->db.insert_many(table, {"id", "name", "height"}, std::forward<Rows>(rows), options));
    }
    int major_version() { return std::stoi(std::string{this->db.server_parameter("server_version")}); }
};
TYPED_TEST_SUITE(bulk, both_drivers);

TYPED_TEST(bulk, rows_are_stored_as_they_were_given_by_every_method) {
    const auto rows = this->places(5'000);
    for (const auto method : {bulk_method::automatic, bulk_method::unnest, bulk_method::pipeline, bulk_method::copy}) {
        this->make(R"(truncate "pla""ces")");
        EXPECT_EQ(this->insert(rows, {.method = method}).rows_affected, rows.size());
        EXPECT_EQ(this->stored(), rows) << static_cast<int>(method);
    }
    this->expect_usable();
}

TYPED_TEST(bulk, the_report_has_a_line_for_each_chunk) {
    const auto report = this->insert(this->places(2'500), {.method = bulk_method::unnest});
    ASSERT_EQ(report.chunks.size(), 3u);
    EXPECT_EQ(report.chunks[2].first_row, 2'048u);
    EXPECT_EQ(report.chunks[2].rows, 452u);
    EXPECT_EQ(report.chunks[2].rows_affected, 452u);
    EXPECT_FALSE(report.failed());
}

TYPED_TEST(bulk, a_chunk_ends_where_its_bytes_are_enough) {
    std::vector<place> rows = this->places(10);
    for (auto& r : rows) r.name = std::string(1'000, 'x');
    const auto report = this->insert(rows, {.method = bulk_method::unnest, .chunk_bytes = 2'500});
    EXPECT_EQ(report.chunks.size(), 4u);
    EXPECT_EQ(this->stored(), rows);
}

TYPED_TEST(bulk, any_range_of_rows_will_do) {
    const auto by_tuple = [](int i) { return std::tuple{i, "tuple " + std::to_string(i), double(i)}; };
    this->insert(std::list<std::tuple<int, std::string, double>>{by_tuple(1), by_tuple(2)});
    this->insert(std::views::iota(3, 5) | std::views::transform(by_tuple));
    std::istringstream numbers{"5 6 7"};
    this->insert(std::views::istream<int>(numbers) | std::views::transform(by_tuple));  // goes by once
    const std::vector<named_place> described{{.name = "by name", .height = {}, .id = 8}};
    this->insert(described);
    EXPECT_EQ(this->count(), 8);
    EXPECT_EQ(this->stored().back(), (place{8, "by name", std::nullopt}));
}

TYPED_TEST(bulk, of_nothing_nothing_is_sent) {
    EXPECT_EQ(this->insert(std::vector<place>{}).rows_affected, 0u);
    EXPECT_TRUE(this->call(this->db.template delete_many<int>(this->table, {"id"}, std::vector<int>{}, returning{"id"}))
                    .empty());
    std::istringstream none;
    EXPECT_EQ(this->call(this->db.delete_many(this->table, {"id"}, std::views::istream<int>(none))).rows_affected, 0u);
    this->expect_usable();
}

TYPED_TEST(bulk, tables_of_other_schemas_are_named_with_them) {
    const std::vector<int> ids{1, 2};
    this->make("create temp table here(id int)");
    const auto schema = this->call(this->db.template fetch_one<std::string>(
        "select nspname::text from pg_namespace where oid = pg_my_temp_schema()"));
    const auto done = this->call(this->db.insert_many(identifier{schema, "here"}, {"id"}, ids));
    EXPECT_EQ(done.rows_affected, 2u);
}

TYPED_TEST(bulk, returned_rows_stand_where_their_inputs_stand) {
    for (const auto method : {bulk_method::automatic, bulk_method::pipeline}) {
        this->make(R"(truncate "pla""ces" restart identity)");
        auto rows = this->places(1'500);
        std::ranges::reverse(rows);
        const auto back = this->call(this->db.template insert_many<seen>(
            this->table, {"id", "name", "height"}, rows, returning{"number", "name"}, {.method = method}));
        ASSERT_EQ(back.size(), rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            ASSERT_TRUE(back[i]);
            EXPECT_EQ(back[i]->name, rows[i].name);
        }
    }
}

TYPED_TEST(bulk, a_row_that_a_trigger_keeps_out_is_nullopt_and_the_others_keep_their_places) {
    this->make(R"(create function pg_temp.odd() returns trigger language plpgsql as)"
               R"( $$ begin if new.id % 2 = 0 then return null; end if; return new; end $$;)"
               R"(create trigger odd before insert on "pla""ces" for each row execute function pg_temp.odd())");
    const auto back = this->call(this->db.template insert_many<std::int64_t>(this->table, {"id", "name", "height"},
                                                                             this->places(10), returning{"id"}));
    ASSERT_EQ(back.size(), 10u);
    for (std::int64_t i = 0; i < 10; ++i) EXPECT_EQ(back[std::size_t(i)], i % 2 == 0 ? std::nullopt : std::optional{i});
}

TYPED_TEST(bulk, unnest_with_returning_is_refused_where_the_server_could_not_carry_the_order) {
    const auto rows = this->places(3);
    const auto insert = [&] {
        return this->call(this->db.template insert_many<int>(this->table, {"id", "name", "height"}, rows,
                                                             returning{"id"}, {.method = bulk_method::unnest}));
    };
    if (this->major_version() >= 17) {
        EXPECT_EQ(insert().size(), 3u);
    } else {
        EXPECT_EQ(this->failure_of(insert).code(), errc::invalid_option);
    }
    const auto e = this->failure_of([&] {
        return this->call(this->db.template upsert_many<int>(this->table, {"id", "name", "height"}, rows,
                                                             conflict{"id"}, returning{"id"},
                                                             {.method = bulk_method::unnest}));
    });
    EXPECT_EQ(e.code(), errc::invalid_option);
    EXPECT_EQ(e.fate(), fate::not_sent);
}

// upsert_many

TYPED_TEST(bulk, upserts_insert_what_is_new_and_update_what_is_there) {
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

TYPED_TEST(bulk, upserts_go_through_a_temporary_table_where_that_was_asked_for) {
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

TYPED_TEST(bulk, upserts_update_only_what_they_are_told_to) {
    this->insert(this->places(3));
    const std::vector<place> rows{{1, "changed", 99.0}};
    (void)this->call(this->db.upsert_many(this->table, {"id", "name", "height"}, rows,
                                          conflict::on_constraint("pla\"ces_pkey").update({"name"})));
    EXPECT_EQ(this->stored()[1], (place{1, "changed", 0.5}));
}

TYPED_TEST(bulk, do_nothing_skips_and_gives_nullopt_in_the_place_of_what_it_has_skipped) {
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

TYPED_TEST(bulk, two_rows_of_one_key_are_refused_by_their_numbers_and_nothing_is_sent) {
    const std::vector<place> rows{{1, "a", {}}, {2, "b", {}}, {1, "c", {}}};
    const auto e = this->failure_of(
        [&] { return this->call(this->db.upsert_many(this->table, {"id", "name", "height"}, rows, conflict{"id"})); });
    EXPECT_EQ(e.code(), errc::invalid_value);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_NE(std::string{e.what()}.find("rows 0 and 2"), std::string::npos) << e.what();
    EXPECT_EQ(this->count(), 0);
}

TYPED_TEST(bulk, the_last_of_two_rows_of_one_key_wins_where_that_was_asked_for) {
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

TYPED_TEST(bulk, two_rows_in_conflict_by_a_constraint_are_the_servers_to_find) {
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

TYPED_TEST(bulk, updates_find_their_rows_by_key_and_set_the_other_columns) {
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

TYPED_TEST(bulk, deletes_find_their_rows_by_scalars_too_and_a_key_that_comes_twice_is_one) {
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

TYPED_TEST(bulk, a_null_in_a_key_is_refused_because_it_equals_nothing) {
    const std::vector<std::optional<int>> ids{1, std::nullopt};
    const auto e = this->failure_of([&] { return this->call(this->db.delete_many(this->table, {"id"}, ids)); });
    EXPECT_EQ(e.code(), errc::unexpected_null);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_NE(std::string{e.what()}.find("row 1 has NULL in its key \"id\""), std::string::npos) << e.what();
}

TYPED_TEST(bulk, a_key_of_several_rows_gives_no_row_back_but_an_error_that_says_it_was_done) {
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

// What goes wrong.

TYPED_TEST(bulk, a_nul_in_a_text_is_refused_before_anything_is_sent_and_names_row_and_column) {
    for (const auto method : {bulk_method::automatic, bulk_method::pipeline, bulk_method::copy}) {
        auto rows = this->places(5'000);
        rows[4'321].name = "a\0b"s;
        const auto e = this->failure_of([&] { return this->insert(rows, {.method = method}); });
        EXPECT_EQ(e.code(), errc::invalid_encoding);
        EXPECT_EQ(e.fate(), fate::not_sent);
        EXPECT_NE(std::string{e.what()}.find("row 4321"), std::string::npos) << e.what();
        EXPECT_NE(std::string{e.what()}.find("column \"name\""), std::string::npos) << e.what();
    }
    EXPECT_EQ(this->count(), 0);
}

TYPED_TEST(bulk, a_number_that_the_column_has_no_room_for_is_refused_before_anything_is_sent) {
    auto rows = this->places(3);
    rows[1].id = std::int64_t{1} << 40;
    const auto e = this->failure_of([&] { return this->insert(rows); });
    EXPECT_EQ(e.code(), errc::value_out_of_range);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_NE(std::string{e.what()}.find("row 1"), std::string::npos) << e.what();
}

TYPED_TEST(bulk, an_error_in_one_chunk_undoes_all_and_is_named_with_its_chunk) {
    auto rows = this->places(3'000);
    rows[2'100].id = 5;
    for (const auto method : methods) {
        const auto e = this->failure_of([&] { return this->insert(rows, {.method = method}); });
        EXPECT_EQ(e.state(), unique_violation);
        EXPECT_EQ(e.fate(), fate::rejected);
        EXPECT_NE(std::string{e.what()}.find("chunk 2 (rows 2048 to 2999)"), std::string::npos) << e.what();
        const bool names_row = std::string{e.what()}.find("row 2100") != std::string::npos;
        EXPECT_EQ(names_row, method == bulk_method::pipeline) << e.what();
        EXPECT_EQ(this->count(), 0);
        this->expect_usable();
    }
}

TYPED_TEST(bulk, chunks_that_stand_for_themselves_are_stored_but_the_one_that_failed) {
    auto rows = this->places(3'000);
    rows[1'500].id = 5;
    for (const auto method : methods) {
        this->make(R"(truncate "pla""ces")");
        const auto report = this->insert(rows, {.method = method, .unit = bulk_unit::chunk});
        EXPECT_TRUE(report.failed());
        ASSERT_EQ(report.chunks.size(), 3u);
        EXPECT_FALSE(report.chunks[0].failure);
        ASSERT_TRUE(report.chunks[1].failure);
        EXPECT_EQ(report.chunks[1].failure->state(), unique_violation);
        EXPECT_EQ(report.chunks[1].failure->fate(), fate::rejected);
        EXPECT_EQ(report.chunks[1].rows_affected, 0u);
        EXPECT_FALSE(report.chunks[2].failure);
        EXPECT_EQ(report.rows_affected, 3'000u - 1'024u);
        EXPECT_EQ(this->count(), 3'000 - 1'024);
    }
    this->expect_usable();
}

TYPED_TEST(bulk, tables_and_columns_that_are_missing_are_the_servers_error) {
    const std::vector<int> ids{1};
    const auto no_table =
        this->failure_of([&] { return this->call(this->db.insert_many(identifier{"nowhere"}, {"id"}, ids)); });
    EXPECT_EQ(no_table.state(), undefined_table);
    EXPECT_NE(std::string{no_table.what()}.find("insert_many into \"nowhere\""), std::string::npos) << no_table.what();
    const auto no_column =
        this->failure_of([&] { return this->call(this->db.insert_many(this->table, {"idd"}, ids)); });
    EXPECT_EQ(no_column.state(), undefined_column);
    const auto no_key =
        this->failure_of([&] { return this->call(this->db.update_many(this->table, {"id"}, ids, key{"name"})); });
    EXPECT_EQ(no_key.code(), errc::invalid_option);
    const std::vector<named_place> described(1);
    const auto no_member = this->failure_of(
        [&] { return this->call(this->db.insert_many(this->table, {"id", "name", "number"}, described)); });
    EXPECT_EQ(no_member.code(), errc::column_not_found);
    EXPECT_EQ(no_member.fate(), fate::not_sent);
    this->expect_usable();
}

TYPED_TEST(bulk, a_type_that_can_not_become_the_columns_is_refused_with_its_column) {
    const std::vector<bool> flags{true};
    const auto e = this->failure_of([&] {
        return this->call(this->db.insert_many(this->table, {"height"}, flags, {.method = bulk_method::copy}));
    });
    EXPECT_EQ(e.code(), errc::parameter_type_mismatch);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_NE(std::string{e.what()}.find("column \"height\" (float8, number 1)"), std::string::npos) << e.what();
    const std::vector<std::vector<std::byte>> bytes(1);
    EXPECT_EQ(this->failure_of([&] { return this->call(this->db.insert_many(this->table, {"name"}, bytes)); }).code(),
              errc::parameter_type_mismatch);
}

TYPED_TEST(bulk, rows_with_another_number_of_fields_than_columns_are_refused_before_anything_is_sent) {
    const auto rows = this->places(1);
    const auto e =
        this->failure_of([&] { return this->call(this->db.insert_many(this->table, {"id", "name"}, rows)); });
    EXPECT_EQ(e.code(), errc::column_count_mismatch);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_NE(std::string{e.what()}.find("has 3 fields, and 2 columns are named"), std::string::npos) << e.what();
}

// GCC 12 refuses arrays and std::initializer_list inside of a coroutine.
TEST(bulk_in_a_coroutine, names_in_braces_compile) {
    async_driver driver;
    auto db = driver.connect(dsn());
    const auto work = [&]() -> awaitable<void> {
        const identifier table{"braces"};
        co_await db.execute("create temp table braces (id int primary key, name text)");
        using row = std::pair<int, std::string>;
        const std::vector<row> rows{{1, "one"}, {2, "two"}};
        const auto ids = co_await db.insert_many<int>(table, {"id", "name"}, rows, returning{"id"});
        EXPECT_EQ(ids, (std::vector<std::optional<int>>{1, 2}));
        co_await db.upsert_many(table, {"id", "name"}, rows, conflict{"id"}.update({"name"}));
        co_await db.update_many(table, {"id", "name"}, rows, key{"id"});
        const std::vector<int> gone{1, 2};
        EXPECT_EQ((co_await db.delete_many(table, {"id"}, gone)).rows_affected, 2U);
    };
    driver.call(work());
}

TYPED_TEST(bulk, options_that_can_not_be_are_refused) {
    const auto rows = this->places(1);
    const auto code_of = [&](const bulk_options& options) {
        return this->failure_of([&] { return this->insert(rows, options); }).code();
    };
    EXPECT_EQ(code_of({.chunk_rows = 0}), errc::invalid_option);
    EXPECT_EQ(code_of({.method = bulk_method::copy, .unit = bulk_unit::chunk}), errc::invalid_option);
    EXPECT_EQ(code_of({.method = bulk_method::copy_through_temporary_table}), errc::invalid_option);
}

TYPED_TEST(bulk, a_call_that_takes_too_long_is_undone_and_the_connection_stays_usable) {
    this->make("create table if not exists bulk_locked(id int primary key); truncate bulk_locked");
    auto other = this->driver.connect(dsn());
    for (const auto method : {bulk_method::unnest, bulk_method::pipeline}) {
        auto tx = this->call(other.begin());
        (void)this->call(tx.execute("insert into bulk_locked values (2500)"));
        const auto e = this->failure_of([&] {
            return this->call(
                this->db.with({.timeout = 200ms})
                    .insert_many(identifier{"bulk_locked"}, {"id"}, std::views::iota(0, 5'000), {.method = method}));
        });
        EXPECT_EQ(e.code(), errc::timed_out) << e.what();
        this->driver.roll_back(tx);
        EXPECT_EQ(this->call(other.template fetch_one<std::int64_t>("select count(*) from bulk_locked")), 0);
        this->expect_usable();
    }
    this->make("drop table bulk_locked");
}

// Where it runs.

TYPED_TEST(bulk, in_a_transaction_it_is_a_part_of_that) {
    {
        auto tx = this->call(this->db.begin());
        (void)this->call(tx.insert_many(this->table, {"id", "name", "height"}, this->places(3'000)));
        const auto back = this->call(tx.template insert_many<int>(
            this->table, {"id", "name"}, std::vector{std::tuple{9'000, "x"s}}, returning{"id"}));
        EXPECT_EQ(back.front(), 9'000);
        const auto e = this->failure_of([&] {
            return this->call(tx.insert_many(this->table, {"id"}, std::vector{1}, {.unit = bulk_unit::chunk}));
        });
        EXPECT_EQ(e.code(), errc::invalid_option);
        this->driver.roll_back(tx);
    }
    EXPECT_EQ(this->count(), 0);
    auto tx = this->call(this->db.begin());
    for (const auto method : {bulk_method::unnest, bulk_method::pipeline, bulk_method::copy})
        (void)this->call(tx.insert_many(this->table, {"id", "name"},
                                        std::vector{std::tuple{static_cast<int>(method), "x"s}}, {.method = method}));
    this->driver.commit(tx);
    EXPECT_EQ(this->count(), 3);
}

TYPED_TEST(bulk, statements_without_names_will_do_and_the_simple_protocol_will_not) {
    const auto with_mode = [](const char* mode) { return dsn() + "&statement_mode=" + mode; };
    auto unnamed = this->driver.connect(with_mode("unnamed"));
    (void)this->call(unnamed.execute("create temp table plain(id int primary key, name text)"));
    const auto rows = std::views::iota(0, 3'000) | std::views::transform([](int i) { return std::tuple{i, "x"s}; });
    for (int round = 0; round < 2; ++round) {
        const auto back = this->call(unnamed.template upsert_many<int>(identifier{"plain"}, {"id", "name"}, rows,
                                                                       conflict{"id"}, returning{"id"}));
        EXPECT_EQ(back[2'999], 2'999);
    }
    auto simple = this->driver.connect(with_mode("simple"));
    const auto e =
        this->failure_of([&] { return this->call(simple.insert_many(identifier{"plain"}, {"id"}, std::vector{1})); });
    EXPECT_EQ(e.code(), errc::wrong_statement_kind);
}

TYPED_TEST(bulk, many_rows_go_through_views_and_row_security_where_copy_may_not) {
    this->make(R"(alter table "pla""ces" enable row level security; alter table "pla""ces" force row level security;)"
               R"(create policy all_of_it on "pla""ces" using (true);)"
               R"(create temp view seen as select id, name, height from "pla""ces")");
    const auto rows = this->places(rows_worth_a_copy);
    EXPECT_EQ(this->insert(rows).rows_affected, rows.size());
    const auto e = this->failure_of([&] { return this->insert(rows, {.method = bulk_method::copy}); });
    EXPECT_EQ(e.state(), feature_not_supported);
    this->make(R"(truncate "pla""ces")");
    const auto through = this->call(this->db.insert_many(identifier{"seen"}, {"id", "name", "height"}, rows));
    EXPECT_EQ(through.rows_affected, rows.size());
    EXPECT_EQ(this->count(), std::int64_t{rows_worth_a_copy});
}

TYPED_TEST(bulk, a_column_that_changes_its_type_is_met_anew) {
    this->make("create temp table changing(id text)");
    const std::vector<std::string> words{"1"};
    (void)this->call(this->db.insert_many(identifier{"changing"}, {"id"}, words));
    this->make("alter table changing alter id type int using id::int");
    const auto insert = [&] { return this->call(this->db.insert_many(identifier{"changing"}, {"id"}, words)); };
    EXPECT_EQ(this->failure_of(insert).state(), datatype_mismatch) << "what was known of it is forgotten then";
    EXPECT_EQ(insert().rows_affected, 1u);
}

}  // namespace
}  // namespace test
}  // namespace howdah
