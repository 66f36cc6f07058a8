// What goes wrong with many rows, and where they may be, against a real server.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bulk.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace howdah {
namespace test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

template <class D>
class bulk_error : public bulk<D> {};
TYPED_TEST_SUITE(bulk_error, both_drivers);

// What goes wrong.

TYPED_TEST(bulk_error, a_nul_in_a_text_is_refused_before_anything_is_sent_and_names_row_and_column) {
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

TYPED_TEST(bulk_error, a_number_that_the_column_has_no_room_for_is_refused_before_anything_is_sent) {
    auto rows = this->places(3);
    rows[1].id = std::int64_t{1} << 40;
    const auto e = this->failure_of([&] { return this->insert(rows); });
    EXPECT_EQ(e.code(), errc::value_out_of_range);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_NE(std::string{e.what()}.find("row 1"), std::string::npos) << e.what();
}

TYPED_TEST(bulk_error, an_error_in_one_chunk_undoes_all_and_is_named_with_its_chunk) {
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

TYPED_TEST(bulk_error, chunks_that_stand_for_themselves_are_stored_but_the_one_that_failed) {
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

TYPED_TEST(bulk_error, tables_and_columns_that_are_missing_are_the_servers_error) {
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

TYPED_TEST(bulk_error, a_type_that_can_not_become_the_columns_is_refused_with_its_column) {
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

TYPED_TEST(bulk_error, rows_with_another_number_of_fields_than_columns_are_refused_before_anything_is_sent) {
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

TYPED_TEST(bulk_error, options_that_can_not_be_are_refused) {
    const auto rows = this->places(1);
    const auto code_of = [&](const bulk_options& options) {
        return this->failure_of([&] { return this->insert(rows, options); }).code();
    };
    EXPECT_EQ(code_of({.chunk_rows = 0}), errc::invalid_option);
    EXPECT_EQ(code_of({.method = bulk_method::copy, .unit = bulk_unit::chunk}), errc::invalid_option);
    EXPECT_EQ(code_of({.method = bulk_method::copy_through_temporary_table}), errc::invalid_option);
}

TYPED_TEST(bulk_error, a_call_that_takes_too_long_is_undone_and_the_connection_stays_usable) {
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

TYPED_TEST(bulk_error, in_a_transaction_it_is_a_part_of_that) {
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

TYPED_TEST(bulk_error, statements_without_names_will_do_and_the_simple_protocol_will_not) {
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

TYPED_TEST(bulk_error, many_rows_go_through_views_and_row_security_where_copy_may_not) {
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

TYPED_TEST(bulk_error, a_column_that_changes_its_type_is_met_anew) {
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
