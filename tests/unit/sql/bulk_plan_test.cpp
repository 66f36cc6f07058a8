#include "howdah/sql/bulk_plan.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "howdah/base/writer.hpp"
#include "howdah/types/types.hpp"

namespace howdah {
namespace {

const std::vector<column> place_columns{{.name = "id", .type = oids::int4, .type_name = "int4"},
                                        {.name = "na\"me", .type = oids::text, .type_name = "text"}};
const std::vector<column_fit> both_fit{{.binary = true, .text = true}, {.binary = true, .text = true}};
const std::vector<carriage> as_they_are{carriage::binary, carriage::binary};

bulk_request request(bulk_verb verb, const bulk_terms& terms = {}) {
    return make_request(verb, identifier{"app", "users"}, column_names{"id", "na\"me"}, terms);
}

bulk_method picked(const bulk_request& r, std::optional<std::size_t> rows, int version = 15,
                   std::optional<bool> plain_table = true) {
    return plan({.request = r,
                 .columns = place_columns,
                 .fits = both_fit,
                 .rows = rows,
                 .server_version = version,
                 .plain_table = plain_table})
        .method;
}

template <class F>
error failure_of(F&& f) {
    try {
        f();
    } catch (const error& e) {
        return e;
    }
    ADD_FAILURE() << "no error";
    return error{errc::invalid_option, ""};
}

TEST(bulk_plan, takes_arrays_for_some_rows_and_copy_for_many) {
    const auto insert = request(bulk_verb::insert);
    EXPECT_EQ(picked(insert, 1), bulk_method::unnest);
    EXPECT_EQ(picked(insert, rows_worth_a_copy - 1), bulk_method::unnest);
    EXPECT_EQ(picked(insert, rows_worth_a_copy), bulk_method::copy);
    EXPECT_EQ(picked(insert, std::nullopt), bulk_method::unnest) << "how many there are is not known";
    EXPECT_EQ(picked(insert, 1'000'000, 15, false), bulk_method::unnest) << "COPY could do something else there";
    EXPECT_EQ(picked(request(bulk_verb::upsert, {.on_conflict = {"id"}}), 1'000'000), bulk_method::unnest);
}

TEST(bulk_plan, takes_statements_where_nothing_else_gives_rows_back_beside_their_inputs) {
    const auto insert = request(bulk_verb::insert, {.returned = {"id"}});
    EXPECT_EQ(picked(insert, 100, 16), bulk_method::pipeline);
    EXPECT_EQ(picked(insert, 100, 17), bulk_method::unnest);
    EXPECT_EQ(picked(insert, 100, 17, false), bulk_method::pipeline) << "a view, say, has no MERGE";
    EXPECT_EQ(picked(request(bulk_verb::upsert, {.on_conflict = {"id"}, .returned = {"id"}}), 100, 17),
              bulk_method::pipeline);
    EXPECT_EQ(picked(request(bulk_verb::update, {.by = {"id"}, .returned = {"id"}}), 100, 12), bulk_method::unnest);
    EXPECT_EQ(picked(request(bulk_verb::remove, {.returned = {"id"}}), 100, 12), bulk_method::unnest);
}

TEST(bulk_plan, asks_about_the_table_only_where_that_decides) {
    const auto asks = [](const bulk_request& r, std::size_t rows, int version) {
        return asks_about_table(
            {.request = r, .columns = place_columns, .fits = both_fit, .rows = rows, .server_version = version});
    };
    EXPECT_FALSE(asks(request(bulk_verb::insert), 100, 15));
    EXPECT_TRUE(asks(request(bulk_verb::insert), rows_worth_a_copy, 15));
    EXPECT_FALSE(asks(request(bulk_verb::insert, {.options = {.method = bulk_method::unnest}}), rows_worth_a_copy, 15));
    EXPECT_FALSE(asks(request(bulk_verb::insert, {.returned = {"id"}}), 100, 16));
    EXPECT_TRUE(asks(request(bulk_verb::insert, {.returned = {"id"}}), 100, 17));
}

TEST(bulk_plan, sends_what_has_no_binary_form_as_text_and_takes_no_copy_for_it) {
    const std::vector<column_fit> fits{{.binary = true, .text = true}, {.binary = false, .text = true}};
    const auto insert = request(bulk_verb::insert);
    const auto made =
        plan({.request = insert, .columns = place_columns, .fits = fits, .rows = 1'000'000, .plain_table = true});
    EXPECT_EQ(made.method, bulk_method::unnest);
    EXPECT_EQ(made.how, (std::vector{carriage::binary, carriage::text}));
    const auto copy = request(bulk_verb::insert, {.options = {.method = bulk_method::copy}});
    const auto e = failure_of([&] { (void)plan({.request = copy, .columns = place_columns, .fits = fits}); });
    EXPECT_EQ(e.code(), errc::parameter_type_mismatch);
    EXPECT_NE(std::string{e.what()}.find("use bulk_method::automatic"), std::string::npos) << e.what();
}

TEST(bulk_plan, takes_statements_for_arrays_without_a_text_form) {
    const std::vector<column> arrays{{.name = "a", .type = oids::int4_array, .type_name = "_int4"}};
    const auto r = make_request(bulk_verb::insert, identifier{"t"}, {"a"}, {});
    const std::vector<column_fit> binary_only{{.binary = true, .text = false}}, any{{.binary = true, .text = true}};
    EXPECT_EQ(plan({.request = r, .columns = arrays, .fits = binary_only}).method, bulk_method::pipeline);
    const auto as_text = plan({.request = r, .columns = arrays, .fits = any});
    EXPECT_EQ(as_text.method, bulk_method::unnest);
    EXPECT_EQ(as_text.how, std::vector{carriage::text}) << "unnest would take an array of arrays to pieces";
    const std::vector<column_fit> none(1);
    EXPECT_EQ(failure_of([&] { (void)plan({.request = r, .columns = arrays, .fits = none}); }).code(),
              errc::parameter_type_mismatch);
}

TEST(bulk_statement, inserts_arrays_and_rows) {
    EXPECT_EQ(unnest_statement(request(bulk_verb::insert), place_columns, as_they_are),
              R"(insert into "app"."users" ("id", "na""me") select s.c1, s.c2 from)"
              R"( unnest($1::pg_catalog."int4"[], $2::pg_catalog."text"[]) as s(c1, c2))");
    const std::vector<carriage> as_text{carriage::text, carriage::binary};
    EXPECT_EQ(unnest_statement(request(bulk_verb::insert), place_columns, as_text),
              R"(insert into "app"."users" ("id", "na""me") select s.c1::pg_catalog."int4", s.c2 from)"
              R"( unnest($1::pg_catalog.text[], $2::pg_catalog."text"[]) as s(c1, c2))");
    EXPECT_EQ(row_statement(request(bulk_verb::insert, {.returned = {"id"}})),
              R"(insert into "app"."users" as t ("id", "na""me") values ($1, $2) returning t."id")");
}

TEST(bulk_statement, numbers_what_comes_back_from_arrays) {
    EXPECT_EQ(unnest_statement(request(bulk_verb::insert, {.returned = {"id"}}), place_columns, as_they_are),
              R"(merge into "app"."users" as t using)"
              R"( unnest($1::pg_catalog."int4"[], $2::pg_catalog."text"[]) with ordinality as s(c1, c2, n))"
              R"( on false when not matched then insert ("id", "na""me") values (s.c1, s.c2) returning s.n, t."id")");
    EXPECT_EQ(
        unnest_statement(request(bulk_verb::update, {.by = {"id"}, .returned = {"id"}}), place_columns, as_they_are),
        R"(update "app"."users" as t set "na""me" = s.c2 from)"
        R"( unnest($1::pg_catalog."int4"[], $2::pg_catalog."text"[]) with ordinality as s(c1, c2, n))"
        R"( where t."id" = s.c1 returning s.n, t."id")");
}

TEST(bulk_statement, says_what_a_conflict_does) {
    const auto tail_of = [](const conflict& on) {
        auto out = row_statement(request(bulk_verb::upsert, {.on_conflict = on}));
        return out.substr(out.find(" on conflict"));
    };
    EXPECT_EQ(tail_of({"id"}), R"( on conflict ("id") do update set "na""me" = excluded."na""me")");
    EXPECT_EQ(tail_of(conflict{"id"}.do_nothing()), R"( on conflict ("id") do nothing)");
    EXPECT_EQ(tail_of(conflict::on_constraint("a\"b").update({"id"})),
              R"( on conflict on constraint "a""b" do update set "id" = excluded."id")");
}

TEST(bulk_statement, updates_and_deletes_by_all_keys) {
    EXPECT_EQ(row_statement(request(bulk_verb::update, {.by = {"na\"me"}})),
              R"(update "app"."users" as t set "id" = $1 where t."na""me" = $2)");
    EXPECT_EQ(row_statement(request(bulk_verb::remove)),
              R"(delete from "app"."users" as t where t."id" = $1 and t."na""me" = $2)");
}

TEST(bulk_request, that_can_not_be_is_refused) {
    const auto code = [](const bulk_request& r) { return failure_of([&] { r.validate(); }).code(); };
    EXPECT_EQ(code(request(bulk_verb::update)), errc::invalid_option) << "no key";
    EXPECT_EQ(code(request(bulk_verb::update, {.by = {"nobody"}})), errc::invalid_option);
    EXPECT_EQ(code(request(bulk_verb::update, {.by = {"id", "na\"me"}})), errc::invalid_option) << "nothing to set";
    EXPECT_EQ(code(request(bulk_verb::upsert)), errc::invalid_option) << "no conflict target";
    EXPECT_EQ(code(request(bulk_verb::upsert, {.on_conflict = conflict{"id"}.update({"nobody"})})),
              errc::invalid_option);
    EXPECT_EQ(code(request(bulk_verb::insert, {.returned = {"id"}, .options = {.unit = bulk_unit::chunk}})),
              errc::invalid_option);
    EXPECT_EQ(code(request(bulk_verb::insert, {.returned = {"id"}, .options = {.method = bulk_method::copy}})),
              errc::invalid_option);
    EXPECT_EQ(code(make_request(bulk_verb::insert, identifier{"t"}, {"a", "a"}, {})), errc::invalid_option);
    EXPECT_NO_THROW(request(bulk_verb::upsert, {.on_conflict = {"id"}}).validate());
}

encoded_rows encoded(const std::vector<std::tuple<std::optional<int>, std::string>>& rows) {
    using row = std::tuple<std::optional<int>, std::string>;
    encoded_rows out{place_columns, as_they_are};
    field_encoder<row> encoder;
    EXPECT_FALSE(encoder.describe(place_columns));
    for (const auto& r : rows)
        for (std::size_t i = 0; i < place_columns.size(); ++i) {
            EXPECT_FALSE(encoder.append(i, r, format::binary, out.columns()[i].data));
            out.columns()[i].end_value();
        }
    return out;
}

TEST(encoded_rows, are_an_array_of_each_column_as_the_server_has_it) {
    const auto rows = encoded({{1, "a"}, {std::nullopt, "b"}, {3, "c"}});
    const auto all = std::as_const(rows).columns();
    const array_parameter last_two{&all[0], 1, 2};
    const auto p = view(last_two);
    bytes out, wanted;
    EXPECT_FALSE(append_parameter(p, {}, format::binary, out));
    for (const std::int32_t word : {20 + 4 + 8, 1, 1, 23, 2, 1, -1, 4, 3}) put_i32(wanted, word);
    EXPECT_EQ(out, wanted);
}

TEST(encoded_rows, are_cut_into_chunks_by_rows_and_by_bytes) {
    const auto rows = encoded({{1, "a"}, {2, "b"}, {3, std::string(100, 'x')}, {4, "d"}});
    EXPECT_EQ(rows.chunk_from(0, {.chunk_rows = 3}), 3u);
    EXPECT_EQ(rows.chunk_from(3, {.chunk_rows = 3}), 1u);
    EXPECT_EQ(rows.chunk_from(0, {.chunk_bytes = 20}), 2u) << "13 bytes a row";
    EXPECT_EQ(rows.chunk_from(2, {.chunk_bytes = 1}), 1u) << "at least one row";
}

TEST(encoded_rows, of_one_key_are_found_and_null_equals_nothing) {
    const auto upsert = request(bulk_verb::upsert, {.on_conflict = {"id"}});
    EXPECT_EQ(rows_to_send(upsert, encoded({{1, "a"}, {2, "a"}, {std::nullopt, ""}, {std::nullopt, ""}})),
              std::nullopt);
    const auto twice = encoded({{1, "a"}, {2, "b"}, {1, "c"}, {3, "d"}, {1, "e"}});
    EXPECT_EQ(failure_of([&] { (void)rows_to_send(upsert, twice); }).code(), errc::invalid_value);
    const auto last_wins = request(bulk_verb::upsert, {.on_conflict = conflict{"id"}.last_wins()});
    EXPECT_EQ(rows_to_send(last_wins, twice), (std::vector<std::size_t>{1, 3, 4}));
    const auto by_both = request(bulk_verb::upsert, {.on_conflict = conflict{"id", "na\"me"}});
    EXPECT_EQ(rows_to_send(by_both, twice), std::nullopt);
}

TEST(encoded_rows, with_null_in_a_key_are_refused_with_their_number) {
    const auto e = failure_of([] {
        (void)rows_to_send(request(bulk_verb::update, {.by = {"id"}}), encoded({{1, "a"}, {std::nullopt, "b"}}));
    });
    EXPECT_EQ(e.code(), errc::unexpected_null);
    EXPECT_NE(std::string{e.what()}.find("row 1"), std::string::npos) << e.what();
}

}  // namespace
}  // namespace howdah
