// insert_many, against a real server.

#include <cstdint>
#include <list>
#include <optional>
#include <ranges>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "bulk.hpp"

namespace howdah {
namespace test {
namespace {

struct seen {
    std::int32_t number;
    std::string name;
};

template <class D>
class bulk_insert : public bulk<D> {};
TYPED_TEST_SUITE(bulk_insert, both_drivers);

TYPED_TEST(bulk_insert, rows_are_stored_as_they_were_given_by_every_method) {
    const auto rows = this->places(5'000);
    for (const auto method : {bulk_method::automatic, bulk_method::unnest, bulk_method::pipeline, bulk_method::copy}) {
        this->make(R"(truncate "pla""ces")");
        EXPECT_EQ(this->insert(rows, {.method = method}).rows_affected, rows.size());
        EXPECT_EQ(this->stored(), rows) << static_cast<int>(method);
    }
    this->expect_usable();
}

TYPED_TEST(bulk_insert, the_report_has_a_line_for_each_chunk) {
    const auto report = this->insert(this->places(2'500), {.method = bulk_method::unnest});
    ASSERT_EQ(report.chunks.size(), 3u);
    EXPECT_EQ(report.chunks[2].first_row, 2'048u);
    EXPECT_EQ(report.chunks[2].rows, 452u);
    EXPECT_EQ(report.chunks[2].rows_affected, 452u);
    EXPECT_FALSE(report.failed());
}

TYPED_TEST(bulk_insert, a_chunk_ends_where_its_bytes_are_enough) {
    std::vector<place> rows = this->places(10);
    for (auto& r : rows) r.name = std::string(1'000, 'x');
    const auto report = this->insert(rows, {.method = bulk_method::unnest, .chunk_bytes = 2'500});
    EXPECT_EQ(report.chunks.size(), 4u);
    EXPECT_EQ(this->stored(), rows);
}

TYPED_TEST(bulk_insert, any_range_of_rows_will_do) {
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

TYPED_TEST(bulk_insert, of_nothing_nothing_is_sent) {
    EXPECT_EQ(this->insert(std::vector<place>{}).rows_affected, 0u);
    EXPECT_TRUE(this->call(this->db.template delete_many<int>(this->table, {"id"}, std::vector<int>{}, returning{"id"}))
                    .empty());
    std::istringstream none;
    EXPECT_EQ(this->call(this->db.delete_many(this->table, {"id"}, std::views::istream<int>(none))).rows_affected, 0u);
    this->expect_usable();
}

TYPED_TEST(bulk_insert, tables_of_other_schemas_are_named_with_them) {
    const std::vector<int> ids{1, 2};
    this->make("create temp table here(id int)");
    const auto schema = this->call(this->db.template fetch_one<std::string>(
        "select nspname::text from pg_namespace where oid = pg_my_temp_schema()"));
    const auto done = this->call(this->db.insert_many(identifier{schema, "here"}, {"id"}, ids));
    EXPECT_EQ(done.rows_affected, 2u);
}

TYPED_TEST(bulk_insert, returned_rows_stand_where_their_inputs_stand) {
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

TYPED_TEST(bulk_insert, a_row_that_a_trigger_keeps_out_is_nullopt_and_the_others_keep_their_places) {
    this->make(R"(create function pg_temp.odd() returns trigger language plpgsql as)"
               R"( $$ begin if new.id % 2 = 0 then return null; end if; return new; end $$;)"
               R"(create trigger odd before insert on "pla""ces" for each row execute function pg_temp.odd())");
    const auto back = this->call(this->db.template insert_many<std::int64_t>(this->table, {"id", "name", "height"},
                                                                             this->places(10), returning{"id"}));
    ASSERT_EQ(back.size(), 10u);
    for (std::int64_t i = 0; i < 10; ++i) EXPECT_EQ(back[std::size_t(i)], i % 2 == 0 ? std::nullopt : std::optional{i});
}

TYPED_TEST(bulk_insert, unnest_with_returning_is_refused_where_the_server_could_not_carry_the_order) {
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

}  // namespace
}  // namespace test
}  // namespace howdah
